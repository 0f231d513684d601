from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from frapi.apps.shared import link
from frapi.apps.shared.breaker import Breaker
from tests.redis_server import RedisServer, running_redis


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with running_redis(tmp_path) as server:
        yield server


class Clock:
    """The breaker's."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s

    def rest(self) -> None:
        self.now_s += link.REST_S


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(link, "_breaker", Breaker(rest_s=link.REST_S, clock_s=clock))
    return clock
