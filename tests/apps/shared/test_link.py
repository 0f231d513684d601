from __future__ import annotations

import pickle
import time
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from frapi.apps.shared import link
from frapi.apps.shared.cache import SharedCache
from frapi.errors import Unavailable
from tests.apps.shared.conftest import Clock
from tests.redis_server import RedisServer, running_redis


@pytest.fixture
def cache(redis: RedisServer) -> SharedCache:
    return SharedCache(redis.url, {"KEY_PREFIX": "frapi"})


def test_counts_are_one_for_all(redis: RedisServer, cache: SharedCache) -> None:
    other = SharedCache(redis.url, {"KEY_PREFIX": "frapi"})
    assert cache.add("count", 0, timeout=60)
    assert not other.add("count", 0, timeout=60)
    assert [cache.incr("count"), other.incr("count"), cache.incr("count"), other.decr("count")] == [1, 2, 3, 2]


def test_every_key_has_a_prefix_and_an_end(redis: RedisServer, cache: SharedCache) -> None:
    cache.add("count", 0, timeout=60)
    cache.incr("count")
    (key,) = link.client(redis.url).keys("*")
    assert key.startswith(b"frapi:")
    assert 0 < link.client(redis.url).ttl(key) <= 60


def test_only_numbers_go_in_and_nothing_is_unpickled(redis: RedisServer, cache: SharedCache) -> None:
    with pytest.raises(TypeError):
        cache.set("count", "many", timeout=60)
    cache.set("count", 1, timeout=60)
    (key,) = link.client(redis.url).keys("*")
    link.client(redis.url).set(key, pickle.dumps(Path("planted")))
    with pytest.raises(ValueError, match="invalid literal"):
        cache.get("count")


def test_away_is_told_at_once_and_back_is_found(redis: RedisServer, cache: SharedCache, clock: Clock) -> None:
    cache.add("count", 0, timeout=60)
    redis.kill()
    for _ in range(3):
        with pytest.raises(Unavailable):
            cache.incr("count")
    redis.start()
    with pytest.raises(Unavailable):
        cache.add("count", 0, timeout=60)
    clock.rest()
    assert cache.add("count", 0, timeout=60), "what was counted is lost with the Redis that counted it"
    assert cache.incr("count") == 1


def test_a_restart_that_nobody_saw_is_no_failure(redis: RedisServer, cache: SharedCache) -> None:
    cache.add("count", 0, timeout=60)
    redis.kill()
    redis.start()
    assert cache.add("count", 0, timeout=60)


def test_silence_costs_one_caller_a_moment(redis: RedisServer, cache: SharedCache, clock: Clock) -> None:
    """Waits in real time, for what it must not wait for: a Redis that takes a connection and says nothing."""
    cache.add("count", 0, timeout=60)
    redis.cut_off()
    began_s = time.monotonic()
    for _ in range(100):
        with pytest.raises(Unavailable):
            cache.incr("count")
    assert time.monotonic() - began_s < 10 * link.ANSWER_TIMEOUT_S, "a hundred did not wait one after the other"
    redis.bring_back()
    clock.rest()
    assert cache.incr("count") >= 1


def test_reachable(redis: RedisServer, clock: Clock) -> None:
    assert link.is_reachable(redis.url)
    redis.kill()
    assert not link.is_reachable(redis.url)
    assert not link.is_reachable(redis.url)
    redis.start()
    clock.rest()
    assert link.is_reachable(redis.url)


@pytest.mark.parametrize("address", ["redis://127.0.0.1:{port}", "redis://:wrong@127.0.0.1:{port}"])
def test_a_refused_password_is_told_but_not_repeated(tmp_path: Path, address: str) -> None:
    with running_redis(tmp_path, password="right") as server, pytest.raises(ImproperlyConfigured) as caught:
        link.is_reachable(address.format(port=server.port))
    assert str(caught.value).startswith("REDIS_URL: ")
    assert "wrong" not in str(caught.value).replace("WRONGPASS", "").replace("wrong number", "")


def test_a_database_that_there_is_not(redis: RedisServer) -> None:
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL"):
        link.is_reachable(f"redis://127.0.0.1:{redis.port}/9999")
