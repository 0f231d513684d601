"""Keeps from asking again and again what doesn't answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Breaker:
    """Open once a call has failed; then one caller in every ``rest_s`` may try, until one succeeds. For any thread.

    Ask :meth:`may_try` before a call, and tell :meth:`succeeded` or :meth:`failed` what came of it.
    """

    def __init__(self, *, rest_s: float, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._rest_s = rest_s
        self._clock_s = clock_s
        self._lock = threading.Lock()
        self._next_try_s: float | None = None

    def may_try(self) -> bool:
        """Whether to make a call now. While open, a yes to one is a no to all others."""
        if self._next_try_s is None:
            return True
        with self._lock:
            now_s = self._clock_s()
            if self._next_try_s is not None and now_s < self._next_try_s:
                return False
            if self._next_try_s is not None:
                self._next_try_s = now_s + self._rest_s
            return True

    def succeeded(self) -> bool:
        """Close.

        Returns:
            whether it was open.
        """
        if self._next_try_s is None:
            return False
        with self._lock:
            was_open, self._next_try_s = self._next_try_s is not None, None
            return was_open

    def failed(self) -> bool:
        """Open, or stay so.

        Returns:
            whether it was closed.
        """
        with self._lock:
            was_closed, self._next_try_s = self._next_try_s is None, self._clock_s() + self._rest_s
            return was_closed
