"""When to try again, and how long to wait before."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from frapi_client.errors import ApiError, FrapiClientError, ServerUnreachable

TOO_MANY_REQUESTS, UNAVAILABLE = 429, 503


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses that grow, each drawn at random: clients that failed together must not come back together.

    Attributes:
        first_s: the longest first pause; each that follows may be twice as long.
        longest_s: no pause is longer.
    """

    first_s: float = 0.5
    longest_s: float = 8.0

    def pause_s(self, failures: int) -> float:
        """The pause after so many failures in a row: between half of what it may be and all of it."""
        longest_s: float = min(self.first_s * 2.0 ** min(failures - 1, 30), self.longest_s)
        return random.uniform(longest_s / 2, longest_s)  # noqa: S311  # spreads load, hides nothing


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How a REST call that failed is repeated.

    A call that the server did not take up (nothing answered the connection, 429, 503) is repeated whatever it was. One
    that may have been done all the same (the connection broke later, another 5xx) is repeated only where doing it twice
    is doing it once: reading, signing in, cancelling.

    Attributes:
        attempts: in all; 1 repeats nothing.
        longest_wait_s: when the server asks for a longer pause than this (``Retry-After``), its error is raised.
        backoff: the pauses, where the server asks for none.
    """

    attempts: int = 4
    longest_wait_s: float = 15.0
    backoff: Backoff = field(default_factory=Backoff)

    def pause_s(self, error: FrapiClientError, *, failures: int, repeatable: bool) -> float | None:
        """How long to wait before the next attempt; None when there is none.

        Args:
            failures: attempts so far.
            repeatable: whether the call may be done twice.
        """
        if failures >= self.attempts or not (_was_refused(error) or (repeatable and _may_pass(error))):
            return None
        asked_s = error.retry_after_s if isinstance(error, ApiError) else None
        if asked_s is None:
            return self.backoff.pause_s(failures)
        return asked_s if asked_s <= self.longest_wait_s else None


def _was_refused(error: FrapiClientError) -> bool:
    """The server did nothing of what was asked."""
    if isinstance(error, ServerUnreachable):
        return error.is_temporary and not error.was_sent
    return isinstance(error, ApiError) and error.status in {TOO_MANY_REQUESTS, UNAVAILABLE}


def _may_pass(error: FrapiClientError) -> bool:
    if isinstance(error, ServerUnreachable):
        return error.is_temporary
    return isinstance(error, ApiError) and error.status >= 500
