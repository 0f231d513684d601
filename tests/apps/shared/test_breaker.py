from __future__ import annotations

from frapi.apps.shared.breaker import Breaker


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_closed_until_something_fails() -> None:
    breaker = Breaker(rest_s=1, clock_s=Clock())
    assert breaker.may_try()
    assert not breaker.succeeded()
    assert breaker.may_try()
    assert breaker.failed()
    assert not breaker.may_try()


def test_while_open_one_at_a_time_tries() -> None:
    clock = Clock()
    breaker = Breaker(rest_s=1, clock_s=clock)
    breaker.failed()
    clock.now_s += 0.99
    assert not breaker.may_try()
    clock.now_s += 0.01
    assert [breaker.may_try() for _ in range(3)] == [True, False, False]
    assert not breaker.failed(), "it was open already"
    assert not breaker.may_try()


def test_one_success_closes_it() -> None:
    clock = Clock()
    breaker = Breaker(rest_s=1, clock_s=clock)
    breaker.failed()
    clock.now_s += 1
    assert breaker.may_try()
    assert breaker.succeeded()
    assert [breaker.may_try() for _ in range(3)] == [True] * 3
