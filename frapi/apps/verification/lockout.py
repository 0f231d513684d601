"""Slows down who tries again and again to pass for a user. Pure: time is passed in.

Source: NIST SP 800-63B-4 asks for a delay of at least 30 s that grows with each further failure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class LockoutPolicy:
    """When failures lock a user's verification, and for how long.

    Attributes:
        max_failures: failures within ``window_ms`` that lock.
        window_ms: how long a failure counts towards the first lock.
        first_lock_ms: length of the first lock; each further failure doubles it.
        max_lock_ms: longest lock.
        forget_after_ms: so long after a lock ran out without another failure, all is forgotten.
    """

    max_failures: int = 5
    window_ms: int = 3 * 60_000
    first_lock_ms: int = 30_000
    max_lock_ms: int = 60 * 60_000
    forget_after_ms: int = 24 * 60 * 60_000


@dataclass(frozen=True, slots=True)
class FailureRecord:
    """What is remembered of a user's failed verifications; times are Unix milliseconds.

    Attributes:
        failures_ms: failures that may still lock for the first time.
        locks: locks in a row.
        locked_until_ms: end of the last one.
    """

    failures_ms: tuple[int, ...] = ()
    locks: int = 0
    locked_until_ms: int = 0

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> FailureRecord:
        return cls(**{**data, "failures_ms": tuple(data.get("failures_ms", ()))})

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def retry_after_ms(record: FailureRecord, now_ms: int) -> int:
    """How long the user is still locked; 0 when he isn't."""
    return max(0, record.locked_until_ms - now_ms)


def after_failure(record: FailureRecord, now_ms: int, policy: LockoutPolicy) -> FailureRecord:
    """The record once another verification failed. A success wipes it: start again with an empty one."""
    if record.locks and now_ms - record.locked_until_ms > policy.forget_after_ms:
        record = FailureRecord()
    failures = (*(at_ms for at_ms in record.failures_ms if now_ms - at_ms < policy.window_ms), now_ms)
    if not record.locks and len(failures) < policy.max_failures:
        return replace(record, failures_ms=failures)
    lock_ms = min(policy.max_lock_ms, policy.first_lock_ms * 2**record.locks)
    return FailureRecord(locks=record.locks + 1, locked_until_ms=now_ms + lock_ms)
