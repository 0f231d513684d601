"""Streaming, against a small WebSocket server that plays a script."""

import asyncio
import base64
import itertools
import json
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import pytest
from frapi_client import (
    Backoff,
    Challenge,
    Completed,
    ErrorMessage,
    FrameProcessed,
    FrameStream,
    NotCompleted,
    ServerUnreachable,
    SourceError,
    StreamClosed,
    UnexpectedAnswer,
)
from frapi_client import session as session_module
from frapi_client.messages import Message, parse_message
from websockets.asyncio.server import ServerConnection, serve

from frapi.apps.reference.endings import CLOSES
from frapi.apps.reference.examples import SENT_BY_SERVER
from frapi.apps.verification.incoming import parse_client_message
from frapi.apps.verification.messages import encode

JPEG = b"\xff\xd8 a frame"
DONE = {
    "type": "authentication_complete",
    "success": True,
    "authenticated": True,
    "user_id": "user123",
    "confidence": 0.98,
    "frames_processed": 3,
    "encrypted_data": {"encrypted_payload": "secret-payload"},
    "message": "Authentication successful",
}
run_session = partial(session_module.run_session, backoff=Backoff(first_s=0.01))
Play = Callable[[ServerConnection], Awaitable[None]]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(session_module, "ANSWER_GRACE_S", 0.05)


@asynccontextmanager
async def server(*plays: Play) -> AsyncIterator[Callable[[], FrameStream]]:
    """Each connection gets the next play."""
    remaining = list(plays)

    async def handler(connection: ServerConnection) -> None:
        await remaining.pop(0)(connection)

    async with serve(handler, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        yield lambda: FrameStream(f"http://127.0.0.1:{port}/")
    assert not remaining


def frames(count: int = 1000):
    for _ in range(count):
        yield JPEG


async def complete(connection: ServerConnection) -> None:
    await connection.recv()
    await connection.send(json.dumps(DONE))


async def test_it_streams_until_the_session_is_decided():
    received = []

    async def play(connection: ServerConnection) -> None:
        for _ in range(3):
            received.append(json.loads(await connection.recv()))
        await connection.send(json.dumps(DONE))

    async with server(play) as open_stream:
        outcome = await run_session(open_stream, frames(), fps=200)
    assert outcome.success
    assert (outcome.connections, outcome.completed.user_id, outcome.completed.confidence) == (1, "user123", 0.98)
    assert [message["seq"] for message in received] == [0, 1, 2]
    stamps = [message["timestamp_ms"] for message in received]
    assert stamps == sorted(stamps)


async def test_binary_frames_tell_seq_and_time_in_a_comment():
    received = []

    async def play(connection: ServerConnection) -> None:
        received.append(await connection.recv())
        await connection.send(json.dumps(DONE))

    async with server(play) as open_stream:
        url = open_stream()._url
        await run_session(lambda: FrameStream(url, binary=True), frames(), fps=200)
    (picture,) = received
    sent = parse_client_message(picture, max_image_bytes=1000)
    assert (sent.seq, sent.image_bytes) == (0, picture)
    assert sent.timestamp_ms is not None
    assert picture.startswith(JPEG[:2])
    assert picture.endswith(JPEG[2:])


@pytest.mark.parametrize("picture", [b"\x89PNG a picture of another kind", b""])
async def test_what_is_no_jpeg_goes_bare(picture):
    received = []

    async def play(connection: ServerConnection) -> None:
        received.append(await connection.recv())

    async with server(play) as open_stream, FrameStream(open_stream()._url, binary=True) as stream:
        await stream.send_frame(picture, seq=1)
        assert await stream.receive() is None
    assert received == [picture]


async def test_failure_is_an_outcome_not_an_exception():
    async def play(connection: ServerConnection) -> None:
        refused = {
            "type": DONE["type"],
            "success": False,
            "authenticated": False,
            "frames_processed": 5,
            "message": "No",
        }
        await connection.send(json.dumps(refused))
        await connection.close()

    async with server(play) as open_stream:
        outcome = await run_session(open_stream, frames(), fps=200)
    assert not outcome.success
    assert outcome.completed.encrypted_data is None


async def test_it_pauses_as_long_as_a_429_asks():
    arrivals = []

    async def play(connection: ServerConnection) -> None:
        clock = asyncio.get_running_loop().time
        await connection.recv()
        limited = {"type": "error", "error": "Frame rate too high", "code": 429, "details": {"retry_after_ms": 300}}
        await connection.send(json.dumps(limited))
        arrivals.append(clock())
        for _ in range(10):
            await connection.recv()
            arrivals.append(clock())
        await connection.send(json.dumps(DONE))

    seen = []
    async with server(play) as open_stream:
        assert (await run_session(open_stream, frames(), fps=100, on_message=seen.append)).success
    assert isinstance(seen[0], ErrorMessage)
    assert max(later - earlier for earlier, later in itertools.pairwise(arrivals)) > 0.2


@pytest.mark.parametrize("code", [1001, 1011, 1012, 4408])
async def test_it_comes_back_to_a_session_whose_server_went_away(code):
    async def go_away(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.close(code)

    async with server(go_away, go_away, complete) as open_stream:
        outcome = await run_session(open_stream, frames(), fps=200)
    assert outcome.success
    assert outcome.connections == 3


@pytest.mark.parametrize("close", CLOSES, ids=lambda close: str(close.code))
def test_it_comes_back_where_the_server_s_document_says_so(close):
    assert (close.code in session_module.RESUMABLE_CLOSES) == close.reconnect


async def test_it_comes_back_after_a_broken_connection():
    async def break_off(connection: ServerConnection) -> None:
        await connection.recv()
        connection.transport.abort()

    async with server(break_off, complete) as open_stream:
        assert (await run_session(open_stream, frames(), fps=200)).connections == 2


async def test_a_read_that_outlasts_its_connection_serves_the_next_one():
    reading = threading.Event()

    def slow():
        yield JPEG
        assert reading.wait(5)
        yield b"read during the break"
        yield from frames()

    async def break_off(connection: ServerConnection) -> None:
        await connection.recv()
        connection.transport.abort()

    received = []

    async def play(connection: ServerConnection) -> None:
        reading.set()
        received.append(json.loads(await connection.recv())["image"])
        await connection.send(json.dumps(DONE))

    async with server(break_off, play) as open_stream:
        outcome = await run_session(open_stream, slow(), fps=200)
    assert (outcome.connections, outcome.frames_sent) == (2, 2)
    assert received == [base64.b64encode(b"read during the break").decode()]


@pytest.mark.parametrize("code", [1008, 1009, 4401, 4404, 4409, 4429])
async def test_other_closes_end_the_session(code):
    async def close(connection: ServerConnection) -> None:
        await connection.close(code)

    async with server(close) as open_stream:
        with pytest.raises(StreamClosed, match=str(code)) as caught:
            await run_session(open_stream, frames(), fps=200)
    assert caught.value.code == code


async def test_a_close_tells_what_the_server_said_before():
    async def refuse(connection: ServerConnection) -> None:
        await connection.recv()
        problem = {
            "type": "error",
            "error": "Challenge not met",
            "code": 422,
            "details": {"reason": "too_late", "index": 1},
        }
        await connection.send(json.dumps(problem))
        await connection.close(1000)

    async with server(refuse) as open_stream:
        with pytest.raises(StreamClosed, match=r"without a result \(Challenge not met: too_late\)") as caught:
            await run_session(open_stream, frames(), fps=200)
    assert caught.value.last_error.code == 422


@pytest.mark.parametrize("text", ["no JSON", "[]", '{"type": "frame_processed"}', '{"type": "challenge"}'])
async def test_a_server_that_talks_otherwise(text):
    async def babble(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.send(text)
        await connection.wait_closed()

    async with server(babble) as open_stream:
        with pytest.raises(UnexpectedAnswer):
            await run_session(open_stream, frames(), fps=200)


@pytest.mark.parametrize("fps", [0, -1.0, float("nan")])
async def test_a_rate_that_is_none(fps):
    with pytest.raises(ValueError, match="fps"):
        await run_session(lambda: FrameStream("ws://127.0.0.1:9/"), frames(), fps=fps)


async def test_it_gives_up_when_the_session_has_expired():
    async def go_away(connection: ServerConnection) -> None:
        await connection.close(1001)

    async with server(go_away) as open_stream:
        with pytest.raises(NotCompleted, match="expired"):
            await run_session(open_stream, frames(), fps=200, seconds_left=lambda: 0.0)


async def test_frames_that_run_out():
    async def listen(connection: ServerConnection) -> None:
        async for _ in connection:
            pass

    async with server(listen) as open_stream:
        with pytest.raises(NotCompleted, match="frames ended"):
            await run_session(open_stream, frames(3), fps=200)


async def test_the_last_frames_answer_is_waited_for():
    async def late(connection: ServerConnection) -> None:
        await connection.recv()
        await asyncio.sleep(0.02)
        await connection.send(json.dumps(DONE))

    async with server(late) as open_stream:
        assert (await run_session(open_stream, frames(1), fps=200)).success


async def test_a_source_that_fails_is_closed_and_told():
    closed = []

    def failing():
        try:
            yield JPEG
            raise SourceError("Camera 0 stopped")
        finally:
            closed.append(True)

    async def listen(connection: ServerConnection) -> None:
        async for _ in connection:
            pass

    async with server(listen) as open_stream:
        with pytest.raises(SourceError, match="stopped"):
            await run_session(open_stream, failing(), fps=200)
    assert closed == [True]


async def test_no_server_at_all():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ServerUnreachable):
        await run_session(lambda: FrameStream(f"ws://127.0.0.1:{port}/"), frames())


def test_messages_are_typed_and_their_repr_is_harmless():
    completed = session_module.Completed
    message = parse_message(DONE)
    assert isinstance(message, completed)
    assert isinstance(message, Completed)
    assert "secret-payload" not in repr(message)
    token = parse_message(
        {"type": "connection_established", "session_type": "enrollment", "session_token": "sess_x", "message": ""}
    )
    assert "sess_x" not in repr(token)
    assert parse_message({"type": "something_new", "a": 1}).raw == {"type": "something_new", "a": 1}
    assert not isinstance(parse_message({"type": "pong"}), FrameProcessed)


def test_every_message_of_the_server_is_known():
    for message in SENT_BY_SERVER.values():
        raw = json.loads(encode(message))
        parsed = parse_message(raw)
        assert parsed.raw == raw
        assert (type(parsed) is not Message) == (raw["type"] != "pong")
    challenge = parse_message(SENT_BY_SERVER["challenge"])
    assert isinstance(challenge, Challenge)
    assert (challenge.action, challenge.index, challenge.total, challenge.deadline_ms) == ("turn_left", 0, 3, 4000)
    frame = parse_message(SENT_BY_SERVER["frame_processed"])
    assert isinstance(frame, FrameProcessed)
    assert (frame.accepted, frame.seq, frame.face_bbox) == (True, 17, (212, 96, 428, 371))
