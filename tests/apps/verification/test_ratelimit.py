from __future__ import annotations

import pytest

from frapi.apps.verification.ratelimit import TokenBucket


def passed(times_ms: range) -> int:
    bucket = TokenBucket(rate_per_s=15, burst=10)
    return sum(bucket.take(now_ms) == 0 for now_ms in times_ms)


@pytest.mark.parametrize(
    ("fps", "seconds", "expected"),
    [
        (10, 10, 100),  # the pace that clients are asked for
        (15, 10, 150),  # the limit
        (60, 10, 160),  # the limit, and the burst once
        (20, 1, 20),  # a short burst
    ],
)
def test_lets_the_sustained_rate_and_one_burst_through(fps: int, seconds: int, expected: int) -> None:
    assert passed(range(0, seconds * 1000, 1000 // fps)) == pytest.approx(expected, abs=2)


def test_burst_is_ten_at_once() -> None:
    bucket = TokenBucket(rate_per_s=15, burst=10)
    assert [bucket.take(0) for _ in range(10)] == [0] * 10
    assert bucket.take(0) == 67


def test_waiting_as_told_is_enough() -> None:
    bucket = TokenBucket(rate_per_s=15, burst=1)
    bucket.take(0)
    for now_ms in (0, 10, 50):
        wait_ms = bucket.take(now_ms)
        assert wait_ms > 0
    assert bucket.take(50 + wait_ms) == 0


def test_a_clock_that_runs_backwards_gives_nothing_away() -> None:
    bucket = TokenBucket(rate_per_s=15, burst=1)
    assert bucket.take(1000) == 0
    assert bucket.take(0) > 0
    assert bucket.take(1001) > 0
