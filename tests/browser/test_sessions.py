"""What people come for, through the component in a real browser."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.party import Party


@pytest.fixture(scope="module")
def ada(party: Party) -> str:
    """A name; the first test enrols her, the others verify."""
    return "ada"


def test_enrol(open_page: OpenPage, party: Party, ada: str):
    ticket = party.enrollment(ada)
    face = open_page(websocket_url=ticket["websocket_url"])
    assert face.title.inner_text() == "Face check"
    face.press("Start")
    complete = face.wait_told("complete")
    assert (complete["success"], complete["sessionType"]) == (True, "enrollment")
    assert face.title.inner_text() == "Your face is enrolled"
    result = party.session(ticket["session_token"])
    assert (result["status"], result["outcome"]["success"]) == ("completed", True)
    progress = face.told("progress")
    assert [each["share"] for each in progress] == sorted(each["share"] for each in progress)
    assert progress[-1]["framesTarget"] == 3


@pytest.mark.parametrize("named", [True, False], ids=["verify", "identify"])
def test_recognised(open_page: OpenPage, party: Party, ada: str, named: bool):
    ticket = party.authentication(ada if named else None)
    face = open_page(websocket_url=ticket["websocket_url"])
    face.press("Start")
    complete = face.wait_told("complete")
    assert (complete["success"], complete["userId"]) == (True, ada)
    assert party.session(ticket["session_token"])["outcome"]["user_id"] == ada
    assert face.title.inner_text() == ("It’s you" if named else "You were recognised")


def test_somebody_else_is_not_recognised(open_page: OpenPage, party: Party, ada: str):
    ticket = party.authentication(ada)
    face = open_page("grace", websocket_url=ticket["websocket_url"])
    face.press("Start")
    assert face.wait_told("complete")["success"] is False
    assert face.title.inner_text() == "We didn’t recognise you"


def test_glasses_are_rejected_until_they_come_off(open_page: OpenPage, party: Party):
    ticket = party.enrollment("glasses")
    face = open_page("ada_with_glasses", websocket_url=ticket["websocket_url"])
    face.press("Start")
    face.page.get_by_text("Take off your glasses").first.wait_for()
    assert face.told("progress")[-1]["framesProcessed"] == 0
    assert face.told("complete") == []


def test_who_does_not_blink_never_completes(open_page: OpenPage, party: Party):
    ticket = party.enrollment("still")
    face = open_page("ada_does_nothing", websocket_url=ticket["websocket_url"])
    face.press("Start")
    # Far more frames than wanted are good ones, and the session still waits for a sign of life.
    face.wait_told("progress", "detail.framesProcessed >= 60")
    last = face.told("progress")[-1]
    assert (last["blinks"], last["turns"]) == (0, 0)
    assert face.told("complete") == []
    assert party.session(ticket["session_token"])["status"] == "active"
    face.press("Cancel")
    assert face.title.inner_text() == "Check cancelled"


def test_the_camera_is_off_when_it_is_over(open_page: OpenPage, party: Party):
    spy = """
      const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      window.streams = [];
      navigator.mediaDevices.getUserMedia = async (wish) => {
        const stream = await get(wish); window.streams.push(stream); return stream;
      };
    """
    face = open_page(websocket_url=party.enrollment("off")["websocket_url"], before=spy)
    assert face.page.evaluate("() => streams.length") == 0, "the camera was asked for before anybody clicked"
    face.press("Start")
    face.wait_told("progress")
    live = "() => streams.flatMap(stream => stream.getTracks()).filter(track => track.readyState === 'live').length"
    assert face.page.evaluate(live) == 1
    face.press("Cancel")
    face.page.wait_for_function(f"() => ({live})() === 0")
