"""What goes wrong midway, for real: the server dies, time runs out, another window takes over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import WebSocket, expect
from websockets.sync.client import connect

from tests.browser.chromium import PAGE, PATIENCE_MS, serve
from tests.browser.conftest import OpenPage
from tests.browser.party import Party
from tests.servers import Stand, running

SHORT_LIFETIME_S = 12
GIVING_UP_MS = 90_000
"""All attempts to reach a server, each pause as long as chance lets it be."""


@pytest.fixture
def short_lived(tmp_path: Any) -> Iterator[tuple[Party, str]]:
    """A server whose sessions end soon, and a site that takes the component from it."""
    with running(tmp_path / "home", FRAPI_SESSION_TTL_S=str(SHORT_LIFETIME_S)) as stand:
        (tmp_path / "site").mkdir()
        (tmp_path / "site" / "index.html").write_text(PAGE.replace("SERVER", stand.url))
        with Party(stand, stand.new_api_client("short")) as party, serve(tmp_path / "site") as address:
            yield party, address


def test_a_server_that_was_killed_comes_back_and_the_session_goes_on(open_page: OpenPage, party: Party, stand: Stand):
    ticket = party.enrollment("survivor")
    face = open_page(websocket_url=ticket["websocket_url"])
    face.press("Start")
    face.wait_told("progress", "detail.blinks > 0 || detail.turns > 0")
    before = face.told("progress")[-1]
    stand.server.kill()
    expect(face.title).to_contain_text("Reconnecting", timeout=PATIENCE_MS)
    assert face.told("error") == []
    stand.server.start()
    complete = face.wait_told("complete")
    assert (complete["success"], complete["sessionType"]) == (True, "enrollment")
    # It went on from where it was, and the ring never ran backwards.
    assert face.told("progress")[-1]["framesProcessed"] > before["framesProcessed"]
    assert party.session(ticket["session_token"])["status"] == "completed"


def test_a_server_that_stays_away_is_told_and_the_session_is_kept(open_page: OpenPage, party: Party, stand: Stand):
    ticket = party.enrollment("patient")
    face = open_page("ada_does_nothing", websocket_url=ticket["websocket_url"])
    face.press("Start")
    before = face.wait_told("progress", "detail.framesProcessed > 0")
    stand.server.kill()
    try:
        failed = face.wait_told("error", timeout_ms=GIVING_UP_MS)
    finally:
        stand.server.start()
    assert (failed["code"], failed["retryable"]) == ("server_away", True)
    expect(face.title).to_have_text("The server can’t be reached")
    face.press("Try again")
    face.wait_told("progress", f"detail.framesProcessed > {before['framesProcessed']}")


def test_a_session_that_expires_midway_asks_for_a_new_one(open_page: OpenPage, short_lived: tuple[Party, str]):
    party, address = short_lived
    ticket = party.enrollment("late")
    face = open_page("ada_does_nothing", websocket_url=ticket["websocket_url"], address=f"{address}/")
    face.press("Start")
    failed = face.wait_told("error")
    assert (failed["code"], failed["retryable"]) == ("session_expired", True)
    assert face.told("progress") != []
    face.press("Start a new check")
    face.wait_told("retry")
    again = party.enrollment("late")
    face.page.evaluate("url => document.querySelector('frapi-face').websocketUrl = url", again["websocket_url"])
    expect(face.title).to_have_text("Blink once, slowly", timeout=PATIENCE_MS)


def test_the_newest_window_takes_over(open_page: OpenPage, party: Party):
    ticket = party.enrollment("elsewhere")
    face = open_page("ada_does_nothing", websocket_url=ticket["websocket_url"])
    face.press("Start")
    face.wait_told("progress")
    with connect(ticket["websocket_url"]) as other:
        assert '"resumed":true' in other.recv(timeout=10)
        failed = face.wait_told("error")
        assert failed["code"] == "taken_over"
        expect(face.title).to_have_text("The check goes on elsewhere")
        # The older one doesn't fight for it.
        other.send('{"type":"ping"}')
        assert other.recv(timeout=10) == '{"type":"pong"}'


def test_a_retry_asks_the_page_for_a_session(open_page: OpenPage, party: Party):
    first, second = party.authentication(), party.enrollment("again")
    face = open_page("ada_does_nothing", websocket_url=first["websocket_url"])
    face.page.evaluate(
        "url => document.querySelector('frapi-face').getSession = () => Promise.resolve(url)", second["websocket_url"]
    )
    party.expire(first)
    face.press("Start")
    face.wait_told("error")
    face.press("Start a new check")
    expect(face.title).to_have_text("Blink once, slowly", timeout=PATIENCE_MS)
    assert face.told("retry") == []


# Playwright hears nothing of a socket's blobs.
RECORD_FRAMES = """
  const {send} = WebSocket.prototype;
  window.frames_sent = [];
  WebSocket.prototype.send = function (data) { frames_sent.push(data); return send.call(this, data); };
"""
READ_COMMENTS = """() => Promise.all(
  frames_sent.filter((data) => data instanceof Blob).map(async (jpeg) => {
    const bytes = new Uint8Array(await jpeg.arrayBuffer());
    const end = 4 + bytes[4] * 256 + bytes[5];
    return [[...bytes.subarray(0, 4)], String.fromCharCode(...bytes.subarray(6, end))];
  }))"""


def test_frames_are_binary_numbered_timed_and_paced(open_page: OpenPage, party: Party):
    ticket = party.enrollment("wire")
    face = open_page("ada_does_nothing", websocket_url=ticket["websocket_url"], before=RECORD_FRAMES)
    heard: list[str] = []

    def listen(socket: WebSocket) -> None:
        # Playwright writes a mark on its listeners; a list's own method takes none.
        socket.on("framereceived", lambda text: heard.append(text))  # noqa: PLW0108

    face.page.on("websocket", listen)
    face.press("Start")
    face.wait_told("progress", "told.length > 45")
    frames = face.page.evaluate(READ_COMMENTS)
    assert len(frames) > 40
    assert all(opening == [0xFF, 0xD8, 0xFF, 0xFE] for opening, _ in frames)
    comments = [json.loads(comment.removeprefix("frapi ")) for _, comment in frames]
    assert [each["seq"] for each in comments] == list(range(len(comments)))
    times_ms = [each["timestamp_ms"] for each in comments]
    assert times_ms == sorted(times_ms)
    assert (times_ms[-1] - times_ms[0]) / (len(times_ms) - 1) > 95, "faster than ten frames a second"
    echoed = [message["seq"] for message in map(json.loads, heard) if message["type"] == "frame_processed"]
    assert echoed == sorted(set(echoed))
    assert echoed[-1] > 20
