"""The server process: uvicorn, told to drain live sessions before it closes a socket."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import uvicorn

from frapi.apps.drain import registry

DRAIN_TIMEOUT_S = 10  # what the contract allows a session to finish or hand back
# Closing handshakes and running requests after that; a client that doesn't answer its close isn't waited for longer.
CLOSE_TIMEOUT_S = 2
BASE64_GROWTH = 4 / 3
JSON_ALLOWANCE_BYTES = 64 * 1024  # around the image: type, seq, timestamp, data: prefix


class DrainingServer(uvicorn.Server):
    """uvicorn ends connections the moment it is told to stop; this one lets :mod:`frapi.apps.drain` go first."""

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()  # no new connection while the old ones finish
        draining = asyncio.ensure_future(registry.drain(DRAIN_TIMEOUT_S))
        while not draining.done() and not self.force_exit:
            await asyncio.wait([draining], timeout=0.1)
        await super().shutdown(sockets)


def serve(listener: socket.socket, *, max_image_bytes: int, on_started: Callable[[], None]) -> None:
    """Serve ``config.asgi`` on a bound socket until SIGINT or SIGTERM.

    Args:
        max_image_bytes: the largest image accepted; a WebSocket message that could not be one closes with 1009.
        on_started: called once connections are accepted.
    """
    config = server_config("config.asgi:application", max_image_bytes=max_image_bytes)
    DrainingServer(config, on_started).run([listener])


def server_config(application: Any, *, max_image_bytes: int) -> uvicorn.Config:
    """How uvicorn runs here; ``application`` is an ASGI application or where to import it."""
    return uvicorn.Config(
        application,
        lifespan="on",
        log_config=None,  # frapi.apps.ops.logging has set it up
        proxy_headers=False,  # frapi.apps.ops.proxies judges them
        server_header=False,
        ws="websockets-sansio",  # reads the next message only when the last one was taken: nothing queues in memory
        ws_max_size=int(max_image_bytes * BASE64_GROWTH) + JSON_ALLOWANCE_BYTES,
        ws_per_message_deflate=False,  # JPEG doesn't compress
        timeout_graceful_shutdown=CLOSE_TIMEOUT_S,
    )
