"""Two server processes of one installation behind a balancer: one database, one Redis.

They see what :func:`frapi.inference.fake.one_face` says, so that a session takes as long as the test wants, on however
busy a machine.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from frapi_client import FrapiClient

from frapi.apps.ops.child_server import ChildServer
from tests.redis_server import RedisServer, running_redis
from tests.servers import Credentials, Stand


@dataclass(frozen=True, slots=True)
class Workers:
    """Two servers, and what they share."""

    first: ChildServer
    second: ChildServer
    redis: RedisServer
    stand: Stand
    credentials: Credentials

    def client(self, url: str) -> FrapiClient:
        """A client that reaches the servers by ``url``."""
        return FrapiClient(url, self.credentials.api_key, self.credentials.api_secret)


@contextmanager
def two_workers(folder: Path, **variables: str) -> Iterator[Workers]:
    """Running :class:`Workers`; skips the test where Redis isn't to be had."""
    with running_redis(folder) as redis:
        stand = Stand(folder, REDIS_URL=redis.url, FRAPI_INFERENCE="fake", **variables)
        stand.manage("migrate", "--verbosity", "0")
        second = ChildServer(folder / "second.log", env=stand.env)
        with stand.server, second:
            yield Workers(stand.server, second, redis, stand, stand.new_api_client("workers", "--may-skip-liveness"))


@asynccontextmanager
async def balancer(*servers: ChildServer, in_turn: bool = False) -> AsyncIterator[str]:
    """Address of a proxy that gives each connection to the first of ``servers`` that takes it.

    Args:
        in_turn: each connection begins with another one.
    """
    order = deque(servers)
    handlers: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if in_turn:
            order.rotate(1)
        for server in tuple(order):
            with contextlib.suppress(OSError):
                back_reader, back_writer = await asyncio.open_connection("127.0.0.1", _port(server))
                async with _closing(back_writer):
                    await asyncio.gather(_pipe(reader, back_writer), _pipe(back_reader, writer))
                return

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        handlers.add(task)
        with contextlib.suppress(asyncio.CancelledError):
            async with _closing(writer):
                await serve(reader, writer)

    listener = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with listener:
        yield f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    for handler in handlers:
        handler.cancel()
    await asyncio.gather(*handlers, return_exceptions=True)


def at(server: ChildServer, websocket_url: str) -> str:
    """The address of a session's socket, on that server."""
    return f"ws://127.0.0.1:{_port(server)}/" + websocket_url.split("/", 3)[3]


def _port(server: ChildServer) -> int:
    return int(server.url.rpartition(":")[2])


@asynccontextmanager
async def _closing(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    try:
        yield
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until either end is gone; the other end is told."""
    with contextlib.suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    writer.close()
