"""Who wants to finish something before the server goes away.

Whatever holds long-lived connections registers a callback; the server awaits all of them when it is told to stop,
before it closes a socket.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

Drain = Callable[[], Awaitable[None]]


class DrainRegistry:
    """Callbacks of what is live now. Used from the event loop's thread only."""

    def __init__(self) -> None:
        self._callbacks: set[Drain] = set()
        self.draining = False

    def __len__(self) -> int:
        return len(self._callbacks)

    def register(self, callback: Drain) -> None:
        """Have ``callback`` awaited on shutdown. Call :meth:`unregister` when there is nothing left to finish."""
        self._callbacks.add(callback)

    def unregister(self, callback: Drain) -> None:
        """Forget ``callback``; harmless when it isn't registered."""
        self._callbacks.discard(callback)

    async def drain(self, timeout_s: float) -> int:
        """Await every callback at once, none longer than ``timeout_s``.

        Returns:
            how many finished in time.
        """
        self.draining = True
        tasks = [asyncio.ensure_future(callback()) for callback in tuple(self._callbacks)]
        if not tasks:
            return 0
        done, late = await asyncio.wait(tasks, timeout=timeout_s)
        for task in late:
            task.cancel()
        failed = [error for task in done if (error := task.exception()) is not None]
        for error in failed:
            logger.error("drain_failed", exc_info=error)
        return len(done) - len(failed)


registry = DrainRegistry()
