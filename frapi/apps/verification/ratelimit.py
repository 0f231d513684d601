"""How fast frames may come."""

from __future__ import annotations

import math


class TokenBucket:
    """Lets ``burst`` events through at once and ``rate_per_s`` sustained. Time is passed in."""

    def __init__(self, *, rate_per_s: float, burst: int) -> None:
        self._rate_per_ms = rate_per_s / 1000
        self._burst = float(burst)
        self._tokens = self._burst
        self._updated_ms: int | None = None

    def take(self, now_ms: int) -> int:
        """Take one token.

        Returns:
            0 when there was one; otherwise the milliseconds until there will be, 1 or more.
        """
        if self._updated_ms is not None:
            elapsed_ms = max(0, now_ms - self._updated_ms)
            self._tokens = min(self._burst, self._tokens + elapsed_ms * self._rate_per_ms)
        self._updated_ms = now_ms if self._updated_ms is None else max(now_ms, self._updated_ms)
        if self._tokens >= 1:
            self._tokens -= 1
            return 0
        return max(1, math.ceil((1 - self._tokens) / self._rate_per_ms))
