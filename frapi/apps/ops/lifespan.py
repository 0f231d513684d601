"""The ASGI lifespan protocol: what happens once when a server process starts and once when it ends."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

logger = logging.getLogger(__name__)


class Lifespan:
    """ASGI application for the ``lifespan`` scope only."""

    def __init__(
        self, *, on_startup: Callable[[], Awaitable[None]], on_shutdown: Callable[[], Awaitable[None]]
    ) -> None:
        self._on_startup = on_startup
        self._on_shutdown = on_shutdown

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        await receive()
        try:
            await self._on_startup()
        except Exception as error:
            logger.exception("startup_failed")
            await send({"type": "lifespan.startup.failed", "message": type(error).__name__})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        try:
            await self._on_shutdown()
        except Exception as error:
            logger.exception("shutdown_failed")
            await send({"type": "lifespan.shutdown.failed", "message": type(error).__name__})
        else:
            await send({"type": "lifespan.shutdown.complete"})
