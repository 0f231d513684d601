"""Two server processes, one database, one Redis: a session belongs to none of them, and needs no Redis to go on."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import chain, repeat

import httpx
import pytest
from frapi_client import ConnectionEstablished, FrapiClient, Message, SessionTicket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from frapi.apps.ops.child_server import ChildServer
from frapi.apps.verification.ports import DriverPolicy
from tests.workers import Workers, at, balancer, two_workers

pytestmark = pytest.mark.slow

KEY_LIMIT = 6
FRAMES = 8  # that a session wants
PICTURE = b"\xff\xd8\xff"  # nobody looks at it: see tests.workers
FPS = 14.0  # under the server's limit
# An older connection finds out by itself when it next looks at its row, but surely not before.
BEFORE_THE_NEXT_LOOK_S = DriverPolicy().recheck_every_ms / 1000 - 1


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    folder = tmp_path_factory.mktemp("workers")
    with two_workers(folder, FRAPI_AUTH_FAILURES_PER_MINUTE_KEY=str(KEY_LIMIT)) as started:
        yield started


@pytest.fixture
async def front(workers: Workers) -> AsyncIterator[str]:
    """The balancer's address; the first server has whatever it can take."""
    async with balancer(workers.first, workers.second) as url:
        yield url


@pytest.fixture
async def client(workers: Workers, front: str) -> AsyncIterator[FrapiClient]:
    async with workers.client(front) as opened:
        yield opened


async def create(client: FrapiClient) -> SessionTicket:
    """Nobody is enrolled, so that in the end the person isn't known."""
    return await client.create_authentication(require_liveness=False, metadata={"min_frames_required": FRAMES})


async def through(client: FrapiClient, event: Iterator[bytes]) -> list[ConnectionEstablished]:
    """Have a session reach its end, with something happening half-way.

    Returns:
        how each of its connections began.
    """
    seen: list[ConnectionEstablished] = []

    def listen(message: Message) -> None:
        if isinstance(message, ConnectionEstablished):
            seen.append(message)

    ticket = await create(client)
    frames = chain(repeat(PICTURE, FRAMES // 2), event, repeat(PICTURE, 100 * FRAMES))
    outcome = await client.run(ticket, frames, fps=FPS, on_message=listen)
    assert outcome.completed.type == "authentication_complete"
    assert (await client.session(ticket.session_token))["outcome"]["reason"] == "not_recognized"
    return seen


def then(act: Callable[[], None]) -> Iterator[bytes]:
    """Runs between two frames, in the client's reading thread."""
    act()
    yield from ()


async def first_message(socket: ClientConnection) -> dict[str, object]:
    message: dict[str, object] = json.loads(await socket.recv())
    return message


async def last_words(socket: ClientConnection) -> tuple[int, int]:
    """Code of the error and of the close."""
    problem = json.loads(await socket.recv())
    with pytest.raises(ConnectionClosed):
        await socket.recv()
    assert socket.close_code is not None
    return problem["code"], socket.close_code


async def sign_in(server: ChildServer, api_key: str, api_secret: str) -> int:
    async with httpx.AsyncClient() as http:
        body = {"api_key": api_key, "api_secret": api_secret}
        return (await http.post(f"{server.url}/api/core/auth/client/", json=body)).status_code


async def until_signed_in(server: ChildServer, workers: Workers) -> None:
    async with asyncio.timeout(20):
        while await sign_in(server, workers.credentials.api_key, workers.credentials.api_secret) != 200:
            pass


async def redis_health(server: ChildServer) -> str:
    async with httpx.AsyncClient() as http:
        status: str = (await http.get(f"{server.url}/health/ready/")).json()["checks"]["redis"]["status"]
        return status


async def test_a_session_of_a_killed_server_is_finished_by_the_other(workers: Workers, client: FrapiClient) -> None:
    try:
        seen = await through(client, then(workers.first.kill))
    finally:
        workers.first.start()
    assert [each.resumed for each in (seen[0], seen[-1])] == [False, True]
    assert seen[-1].raw["frames_processed"] >= 1


async def test_who_takes_over_on_the_other_server_closes_the_first_s_socket(
    workers: Workers, client: FrapiClient
) -> None:
    url = (await create(client)).websocket_url
    async with asyncio.timeout(BEFORE_THE_NEXT_LOOK_S), connect(at(workers.first, url)) as older:
        await first_message(older)
        async with connect(at(workers.second, url)) as newer:
            assert (await first_message(newer))["type"] == "connection_established"
            assert await last_words(older) == (409, 4409)
            await newer.send('{"type": "ping"}')
            assert (await first_message(newer))["type"] == "pong"


async def test_who_cancels_on_the_other_server_closes_the_first_s_socket(workers: Workers, client: FrapiClient) -> None:
    ticket = await create(client)
    async with (
        workers.client(workers.second.url) as elsewhere,
        asyncio.timeout(BEFORE_THE_NEXT_LOOK_S),
        connect(at(workers.first, ticket.websocket_url)) as socket,
    ):
        await first_message(socket)
        await elsewhere.cancel(ticket.session_token)
        assert await last_words(socket) == (410, 4404)


async def test_guesses_are_counted_over_both(workers: Workers) -> None:
    async def guesses() -> tuple[set[int], list[int]]:
        """The minutes in which they were made, and what was answered."""
        began_s = time.time()
        servers = (workers.first, workers.second) * (KEY_LIMIT // 2 + 2)
        answers = [await sign_in(server, "frapi_guessed", "wrong") for server in servers]
        return {int(began_s // 60), int(time.time() // 60)}, answers

    minutes, answers = await guesses()
    if len(minutes) > 1:  # counts begin anew with each minute
        minutes, answers = await guesses()
    assert answers == [401] * KEY_LIMIT + [429] * 4


@pytest.fixture(params=["killed", "cut off"])
def outage(request: pytest.FixtureRequest, workers: Workers) -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
    """How Redis goes away, and how it comes back."""
    redis = workers.redis
    away, back = (redis.kill, redis.start) if request.param == "killed" else (redis.cut_off, redis.bring_back)
    gone = False

    def begin() -> None:
        nonlocal gone
        away()
        gone = True

    def end() -> None:
        nonlocal gone
        if gone:
            back()
        gone = False

    yield begin, end
    end()


async def test_sessions_go_on_without_redis(
    workers: Workers, client: FrapiClient, outage: tuple[Callable[[], None], Callable[[], None]]
) -> None:
    away, back = outage
    await until_signed_in(workers.first, workers)
    await until_signed_in(workers.second, workers)
    assert len(await through(client, then(away))) == 1
    for server in (workers.first, workers.second):
        assert await sign_in(server, workers.credentials.api_key, workers.credentials.api_secret) == 503
        assert await redis_health(server) == "degraded"

    # An access token is good as before: sessions are made, taken up, and taken over, though more slowly.
    url = (await create(client)).websocket_url
    async with connect(at(workers.first, url)) as older:
        await first_message(older)  # by now it holds the session
        async with connect(at(workers.second, url)) as newer, asyncio.timeout(20):
            assert (await first_message(newer))["type"] == "connection_established"
            assert await last_words(older) == (409, 4409)

    back()
    for server in (workers.first, workers.second):
        await until_signed_in(server, workers)
        assert await redis_health(server) == "ok"
    assert b"Traceback" not in workers.stand.log.read_bytes()


async def test_a_session_moves_while_redis_is_away(workers: Workers, client: FrapiClient) -> None:
    def all_at_once() -> None:
        workers.redis.cut_off()
        workers.first.kill()

    try:
        seen = await through(client, then(all_at_once))
    finally:
        workers.redis.bring_back()
        workers.first.start()
    assert seen[-1].resumed
