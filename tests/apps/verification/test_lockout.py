from __future__ import annotations

import pytest

from frapi.apps.verification.lockout import FailureRecord, LockoutPolicy, after_failure, retry_after_ms

POLICY = LockoutPolicy()
MINUTE = 60_000
START = 1_700_000_000_000


def fail(*times_ms: int, record: FailureRecord | None = None) -> FailureRecord:
    record = record or FailureRecord()
    for at_ms in times_ms:
        record = after_failure(record, START + at_ms, POLICY)
    return record


@pytest.mark.parametrize(
    ("failures_ms", "locked_for_ms"),
    [
        ((0, 1, 2, 3), 0),
        ((0, 1, 2, 3, 4), 30_000),
        ((0, 1, 2, 3, 3 * MINUTE), 0),  # the first is forgotten after three minutes
        ((0, 1, 2, 3, 3 * MINUTE - 1), 30_000),
        ((0, 1, 2, 3, 4, 5), 60_000),  # each further failure doubles
        ((0, 1, 2, 3, 4, 40_000, 120_000), 120_000),
    ],
)
def test_five_failures_in_three_minutes_lock(failures_ms: tuple[int, ...], locked_for_ms: int) -> None:
    record = fail(*failures_ms)
    assert retry_after_ms(record, START + failures_ms[-1]) == locked_for_ms


def test_a_lock_runs_out() -> None:
    record = fail(0, 1, 2, 3, 4)
    assert retry_after_ms(record, START + 4 + 29_999) == 1
    assert retry_after_ms(record, START + 4 + 30_000) == 0


def test_locks_do_not_grow_without_end() -> None:
    record = fail(*range(200))
    assert retry_after_ms(record, START + 199) == POLICY.max_lock_ms


def test_a_quiet_day_wipes_the_record() -> None:
    record = fail(0, 1, 2, 3, 4)
    assert fail(30_000 + POLICY.forget_after_ms + 5, record=record).locks == 0


def test_survives_json() -> None:
    for record in (FailureRecord(), fail(0, 1), fail(*range(7))):
        assert FailureRecord.from_json(record.to_json()) == record
    assert FailureRecord.from_json({}) == FailureRecord()
