"""The client without ``await``: the same calls, run elsewhere."""

from __future__ import annotations

import asyncio
import inspect
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
from frapi_client import (
    ApiError,
    Backoff,
    Completed,
    FrapiClient,
    Message,
    NotCompleted,
    RetryPolicy,
    SessionTicket,
    SourceError,
    StreamClosed,
    Unauthorized,
    api,
    stream,
    sync,
)
from websockets.asyncio.server import ServerConnection, serve

from tests.clients.test_api import KEY, SECRET, TICKET, TOKEN, Server
from tests.clients.test_session import DONE, JPEG

AT_ONCE = RetryPolicy(backoff=Backoff(first_s=0.01))


def client_of(answer: Callable[[httpx.Request], httpx.Response], key: str = KEY) -> sync.FrapiClient:
    return sync.FrapiClient("http://test/", key, SECRET, retry=AT_ONCE, transport=httpx.MockTransport(answer))


@pytest.fixture
def client() -> Iterator[sync.FrapiClient]:
    with client_of(Server(lambda request: httpx.Response(201, json=TICKET))) as opened:
        yield opened


@contextmanager
def serving(play: Callable[[ServerConnection], Awaitable[None]]) -> Iterator[SessionTicket]:
    """A WebSocket server on a thread of its own, and a ticket to it."""
    ready: threading.Event = threading.Event()
    address: list[int] = []

    async def run(stop: asyncio.Event) -> None:
        async with serve(play, "127.0.0.1", 0) as listening:
            address.append(listening.sockets[0].getsockname()[1])
            ready.set()
            await stop.wait()

    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(run(stop),))
    thread.start()
    try:
        assert ready.wait(10)
        raw = {**TICKET, "websocket_url": f"ws://127.0.0.1:{address[0]}/"}
        yield api._ticket(raw, "enrollment")
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def jpegs() -> Iterator[bytes]:
    while True:
        yield JPEG


async def complete(connection: ServerConnection) -> None:
    await connection.recv()
    await connection.send(json.dumps({"type": "pong"}))
    await connection.send(json.dumps(DONE))


@pytest.mark.parametrize(
    ("twin", "original"), [(sync.FrapiClient, FrapiClient), (sync.FrameStream, stream.FrameStream)]
)
def test_nothing_is_missing_and_everything_is_called_alike(twin: type, original: type) -> None:
    names = {name for name in vars(original) if not name.startswith("_")}
    assert names - {"aclose"} <= set(dir(twin))
    for name in names - {"aclose"}:
        parameters = inspect.signature(getattr(twin, name)).parameters
        assert list(parameters.values()) == list(inspect.signature(getattr(original, name)).parameters.values())
        assert getattr(twin, name).__doc__


def test_calls(client: sync.FrapiClient) -> None:
    ticket = client.create_enrollment("user123")
    assert (ticket.session_token, ticket.enrollment_id) == (TOKEN, "e1")
    assert client.session(TOKEN)["status"] == "pending"
    assert KEY not in repr(client)


def test_users_come_from_all_pages() -> None:
    pages = {
        "/api/auth/users/": {"results": [{"user_id": "a"}, {"user_id": "b"}], "next": "http://test/?page=2"},
        "/?page=2": {"results": [{"user_id": "c"}], "next": None},
    }
    with client_of(Server(lambda request: httpx.Response(200, json=pages[request.url.raw_path.decode()]))) as client:
        assert [user["user_id"] for user in client.users()] == ["a", "b", "c"]
        assert next(client.users()) == {"user_id": "a"}


def test_errors_are_the_same() -> None:
    refusing = Server(lambda request: httpx.Response(500))
    with client_of(refusing, key="frapi_wrong") as client, pytest.raises(Unauthorized):
        client.authenticate()
    with client_of(Server(lambda request: httpx.Response(404, json={}))) as client, pytest.raises(ApiError):
        client.user("nobody")


async def test_within_an_event_loop(client: sync.FrapiClient) -> None:
    assert client.create_authentication().session_token == TOKEN


def test_from_several_threads() -> None:
    server = Server(lambda request: httpx.Response(200, json={"status": "active"}))
    with client_of(server) as client:
        threads = [threading.Thread(target=client.session, args=(TOKEN,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (len(server.requests), server.sign_ins) == (8, 1)


def test_no_thread_outlives_it() -> None:
    before = threading.active_count()
    with client_of(Server(lambda request: httpx.Response(200, json={}))) as client:
        client.session(TOKEN)
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
    client.close()  # once more does no harm
    assert threading.active_count() == before


def test_it_runs_a_session_and_reports_on_the_callers_thread(client: sync.FrapiClient) -> None:
    messages: list[tuple[Message, threading.Thread]] = []
    with serving(complete) as ticket:
        outcome = client.run(
            ticket, jpegs(), fps=100, on_message=lambda message: messages.append((message, threading.current_thread()))
        )
    assert outcome.success
    assert [message.type for message, _ in messages] == ["pong", "authentication_complete"]
    assert {thread for _, thread in messages} == {threading.current_thread()}


def test_it_comes_back_to_a_session_whose_server_went_away(client: sync.FrapiClient) -> None:
    plays = [complete, lambda connection: connection.close(1001)]

    async def play(connection: ServerConnection) -> None:
        await plays.pop()(connection)

    with serving(play) as ticket:
        assert client.run(ticket, jpegs(), fps=100).connections == 2


def test_a_caller_who_has_enough_ends_the_session(client: sync.FrapiClient) -> None:
    closed = threading.Event()

    class Source:
        def __iter__(self) -> Iterator[bytes]:
            return self

        def __next__(self) -> bytes:
            return JPEG

        def close(self) -> None:
            closed.set()

    async def play(connection: ServerConnection) -> None:
        await connection.send(json.dumps({"type": "pong"}))
        await connection.wait_closed()

    def enough(message: Message) -> None:
        raise KeyboardInterrupt

    with serving(play) as ticket:
        with pytest.raises(KeyboardInterrupt):
            client.run(ticket, Source(), fps=100, on_message=enough)
        assert closed.wait(5)


@pytest.mark.parametrize(("code", "error"), [(4404, StreamClosed), (1000, StreamClosed)])
def test_a_session_that_ends_badly(client: sync.FrapiClient, code: int, error: type[Exception]) -> None:
    with serving(lambda connection: connection.close(code)) as ticket, pytest.raises(error, match=str(code)):
        client.run(ticket, jpegs(), fps=100)


def test_a_source_that_fails(client: sync.FrapiClient) -> None:
    def failing() -> Iterator[bytes]:
        raise SourceError("Camera 0 stopped")
        yield

    async def play(connection: ServerConnection) -> None:
        await connection.wait_closed()

    with serving(play) as ticket, pytest.raises(SourceError):
        client.run(ticket, failing(), fps=100)


def test_frames_that_run_out(client: sync.FrapiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frapi_client.session.ANSWER_GRACE_S", 0.05)

    async def play(connection: ServerConnection) -> None:
        await connection.wait_closed()

    with serving(play) as ticket, pytest.raises(NotCompleted):
        client.run(ticket, iter([JPEG]), fps=100)


def test_a_stream_paced_by_its_caller(client: sync.FrapiClient) -> None:
    received: list[dict[str, object]] = []

    async def play(connection: ServerConnection) -> None:
        received.extend([json.loads(await connection.recv()), json.loads(await connection.recv())])
        await connection.send(json.dumps(DONE))

    with serving(play) as ticket, client.stream(ticket) as opened:
        opened.send_frame(JPEG, seq=3, timestamp_ms=12)
        opened.ping()
        (last,) = opened
    assert isinstance(last, Completed)
    assert (received[0]["seq"], received[0]["timestamp_ms"], received[1]) == (3, 12, {"type": "ping"})
