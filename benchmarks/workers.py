"""What happens to sessions when Redis, or the server that holds them, goes away.

Two servers, one database, one Redis, a balancer, and sessions throughout. The servers see a scripted face
(:func:`frapi.inference.fake.one_face`), so that this measures how sessions are held, not how faces are looked at.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from frapi_client import FrapiClient
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from frapi.apps.ops.child_server import ChildServer
from tests.workers import Workers, at, balancer, two_workers

SIDE_BY_SIDE = 8
FRAMES = 10  # of a session
FRAME_S = 0.4
PICTURE = b"\xff\xd8\xff"  # the scripted analyzer doesn't look at it
CALM_S = 6.0
OUTAGE_S = 5.0
TAKEOVERS = 50
TAKEN_OVER = 4409


@dataclass
class Tally:
    """What came of the sessions of one phase."""

    begun: int = 0
    finished: int = 0
    resumed: int = 0
    frames_sent: int = 0
    frames_answered: int = 0
    of_another_session: int = 0
    refused: int = 0
    waited_s: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


class Load:
    """Sessions, one after the other on each of :data:`SIDE_BY_SIDE` lanes, until told to stop."""

    def __init__(self, client: FrapiClient) -> None:
        self._client = client
        self.tally = Tally()
        self._stopping = False

    async def run(self, phase: Callable[[], Any]) -> Tally:
        """The sessions that began while ``phase`` ran; waits for their end."""
        lanes = [asyncio.create_task(self._lane()) for _ in range(SIDE_BY_SIDE)]
        await phase()
        self._stopping = True
        await asyncio.gather(*lanes)
        return self.tally

    async def _lane(self) -> None:
        while not self._stopping:
            try:
                ticket = await self._client.create_authentication(
                    require_liveness=False, metadata={"min_frames_required": FRAMES}
                )
            except Exception:  # told by its count: the balancer had just lost a server
                self.tally.refused += 1
                await asyncio.sleep(0.2)
                continue
            self.tally.begun += 1
            await self._session(ticket.websocket_url, ticket.session_token)

    async def _session(self, url: str, token: str) -> None:
        connections = 0
        for _ in range(40):
            try:
                async with connect(url, open_timeout=10) as socket:
                    connections += 1
                    if await self._connection(socket, token):
                        self.tally.finished += 1
                        self.tally.resumed += connections > 1
                        return
            except (ConnectionClosed, InvalidHandshake, OSError, TimeoutError, EOFError):
                await asyncio.sleep(0.25)
        self.tally.lost.append(token[:9])

    async def _connection(self, socket: Any, token: str) -> bool:
        established = json.loads(await asyncio.wait_for(socket.recv(), 10))
        if established["type"] != "connection_established":
            return established.get("code") == 410  # it was decided, and only the last message got lost
        self.tally.of_another_session += established["session_token"] != token
        for number in range(100):
            await socket.send(json.dumps({"type": "frame", "image": "/9j/", "seq": number}))
            self.tally.frames_sent += 1
            sent_s = time.monotonic()
            message = json.loads(await asyncio.wait_for(socket.recv(), 30))
            self.tally.waited_s.append(time.monotonic() - sent_s)
            self.tally.frames_answered += 1
            if message["type"] == "authentication_complete":
                return True
            self.tally.of_another_session += message.get("seq") != number
            with contextlib.suppress(TimeoutError):
                last = json.loads(await asyncio.wait_for(socket.recv(), FRAME_S))
                if last["type"] == "authentication_complete":
                    return True
        return False


async def _signs_in(server: ChildServer, workers: Workers) -> bool:
    credentials = {"api_key": workers.credentials.api_key, "api_secret": workers.credentials.api_secret}
    async with httpx.AsyncClient(timeout=10) as http:
        return (await http.post(f"{server.url}/api/core/auth/client/", json=credentials)).is_success


async def _recovery_s(workers: Workers) -> float:
    """Seconds until both servers sign people in again."""
    began_s = time.monotonic()
    for server in (workers.first, workers.second):
        while not await _signs_in(server, workers):
            pass
    return time.monotonic() - began_s


async def _takeovers_ms(workers: Workers, count: int) -> list[float]:
    """From the newer connection's first message on one server to the older's close on the other."""
    taken_ms = []
    async with workers.client(workers.first.url) as client:
        for _ in range(count):
            url = (await client.create_authentication(require_liveness=False)).websocket_url
            async with AsyncExitStack() as sockets:
                older = await sockets.enter_async_context(connect(at(workers.first, url)))
                await older.recv()
                newer = await sockets.enter_async_context(connect(at(workers.second, url)))
                await newer.recv()
                began_s = time.monotonic()
                with contextlib.suppress(ConnectionClosed):
                    while True:
                        await older.recv()
                if older.close_code != TAKEN_OVER:
                    raise RuntimeError(f"closed with {older.close_code}")
                taken_ms.append((time.monotonic() - began_s) * 1000)
    return taken_ms


async def _redis_outage(workers: Workers, away: Callable[[], None], back: Callable[[], None]) -> float:
    await asyncio.sleep(CALM_S / 2)
    away()
    await asyncio.sleep(OUTAGE_S)
    back()
    recovery_s = await _recovery_s(workers)
    await asyncio.sleep(CALM_S / 2)
    return recovery_s


async def _server_outage(server: ChildServer) -> None:
    await asyncio.sleep(CALM_S / 2)
    server.kill()
    await asyncio.sleep(OUTAGE_S)
    await asyncio.to_thread(server.start)
    await asyncio.sleep(CALM_S / 2)


def _spread(waited_s: list[float]) -> str:
    return f"{statistics.median(waited_s):.2f}, {statistics.quantiles(waited_s, n=100)[-1]:.2f}, {max(waited_s):.2f} s"


async def _measure(workers: Workers) -> None:
    taken_ms = await _takeovers_ms(workers, TAKEOVERS)
    print(
        f"take-over told to the other server, {TAKEOVERS} times: p50 {statistics.median(taken_ms):.1f} ms, "
        f"p95 {statistics.quantiles(taken_ms, n=20)[-1]:.1f} ms\n"
    )
    redis, recovery = workers.redis, "recovered in {:.2f} s"
    phases: dict[str, Callable[[], Any]] = {
        "nothing": lambda: asyncio.sleep(CALM_S + OUTAGE_S),
        f"Redis killed -9 for {OUTAGE_S:.0f} s": lambda: _redis_outage(workers, redis.kill, redis.start),
        f"Redis silent for {OUTAGE_S:.0f} s": lambda: _redis_outage(workers, redis.cut_off, redis.bring_back),
        "a server killed -9, then started": lambda: _server_outage(workers.first),
    }
    print(
        "| What goes away | Begun | Finished | Resumed | Lost | Refused | Frames sent | Answered | Of another session "
        "| Wait for an answer: median, p99, longest | |\n|---|---|---|---|---|---|---|---|---|---|---|"
    )
    async with balancer(workers.first, workers.second, in_turn=True) as front:
        for name, phase in phases.items():
            async with workers.client(front) as client:
                told: list[float] = []

                async def watched(phase: Callable[[], Any] = phase, told: list[float] = told) -> None:
                    result = await phase()
                    if isinstance(result, float):
                        told.append(result)

                tally = await Load(client).run(watched)
            note = recovery.format(told[0]) if told else ""
            print(
                f"| {name} | {tally.begun} | {tally.finished} | {tally.resumed} | {len(tally.lost)} | {tally.refused} "
                f"| {tally.frames_sent} | {tally.frames_answered} | {tally.of_another_session} "
                f"| {_spread(tally.waited_s)} | {note} |",
                flush=True,
            )


def run() -> None:
    """Print what happened, as tables."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder, two_workers(Path(folder)) as workers:
        asyncio.run(_measure(workers))
