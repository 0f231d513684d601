"""The ASGI lifespan protocol: what happens once when a server process starts and once when it ends."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

logger = logging.getLogger(__name__)

Hook = Callable[[], Awaitable[None]]


class Lifespan:
    """ASGI application for the ``lifespan`` scope only."""

    def __init__(self, *, on_startup: Hook, on_shutdown: Hook) -> None:
        self._hooks = {"lifespan.startup": on_startup, "lifespan.shutdown": on_shutdown}

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        event = ""
        while event != "lifespan.shutdown":
            event = (await receive())["type"]
            try:
                await self._hooks[event]()
            except Exception as error:
                logger.exception("lifespan_failed")
                await send({"type": f"{event}.failed", "message": type(error).__name__})
                return
            await send({"type": f"{event}.complete"})
