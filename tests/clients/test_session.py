"""Streaming, against a small WebSocket server that plays a script."""

import asyncio
import base64
import itertools
import json
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from frapi_client import (
    Completed,
    ErrorMessage,
    FrameProcessed,
    FrameStream,
    NotCompleted,
    ServerUnreachable,
    SourceError,
    StreamClosed,
)
from frapi_client import session as session_module
from frapi_client.session import run_session
from websockets.asyncio.server import ServerConnection, serve

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
Play = Callable[[ServerConnection], Awaitable[None]]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(session_module, "FIRST_RETRY_S", 0.01)
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


async def test_binary_frames_go_bare():
    received = []

    async def play(connection: ServerConnection) -> None:
        received.append(await connection.recv())
        await connection.send(json.dumps(DONE))

    async with server(play) as open_stream:
        url = open_stream()._url
        await run_session(lambda: FrameStream(url, binary=True), frames(), fps=200)
    assert received == [JPEG]


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


@pytest.mark.parametrize("code", [1001, 1011, 1012])
async def test_it_comes_back_to_a_session_whose_server_went_away(code):
    async def go_away(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.close(code)

    async with server(go_away, go_away, complete) as open_stream:
        outcome = await run_session(open_stream, frames(), fps=200)
    assert outcome.success
    assert outcome.connections == 3


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


@pytest.mark.parametrize("code", [1008, 1009, 4401, 4404, 4408, 4409, 4429])
async def test_other_closes_end_the_session(code):
    async def close(connection: ServerConnection) -> None:
        await connection.close(code)

    async with server(close) as open_stream:
        with pytest.raises(StreamClosed, match=str(code)) as caught:
            await run_session(open_stream, frames(), fps=200)
    assert caught.value.code == code


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
    message = _parsed(DONE)
    assert isinstance(message, completed)
    assert isinstance(message, Completed)
    assert "secret-payload" not in repr(message)
    token = _parsed(
        {"type": "connection_established", "session_type": "enrollment", "session_token": "sess_x", "message": ""}
    )
    assert "sess_x" not in repr(token)
    assert _parsed({"type": "something_new", "a": 1}).raw == {"type": "something_new", "a": 1}
    assert not isinstance(_parsed({"type": "pong"}), FrameProcessed)


def _parsed(raw):
    from frapi_client.messages import parse_message

    return parse_message(raw)
