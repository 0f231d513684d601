"""What callers are told while Redis is away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.management import CommandError
from django.test import Client

from config.env import Console
from frapi.apps.accounts import services
from frapi.apps.accounts.services import NewClient
from frapi.apps.ops import health
from frapi.apps.ops.management.commands import runserver
from frapi.apps.shared.cache import SharedCache
from tests.apps.shared.conftest import Clock
from tests.redis_server import RedisServer, running_redis

SIGN_IN = "/api/core/auth/client/"


@pytest.fixture
def counting(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    """The server counts in Redis."""
    changed = replace(settings.FRAPI, redis_url=redis.url, console=Console.API_KEY)
    monkeypatch.setattr(settings, "FRAPI", changed)
    before = caches["default"]
    caches["default"] = SharedCache(redis.url, {"KEY_PREFIX": "frapi"})
    yield redis
    caches["default"] = before


def sign_in(client: Client, credentials: NewClient, *, secret: str | None = None) -> tuple[int, str | None]:
    body = {"api_key": credentials.api_key, "api_secret": secret or credentials.api_secret}
    answer = client.post(SIGN_IN, body, content_type="application/json")
    return answer.status_code, answer.headers.get("Retry-After")


def test_sign_ins_are_counted_in_redis(counting: RedisServer, client: Client, api_client_pair: NewClient) -> None:
    guesses = [sign_in(client, api_client_pair, secret="wrong")[0] for _ in range(11)]
    assert guesses == [401] * 10 + [429]


def test_nobody_signs_in_uncounted(
    counting: RedisServer, clock: Clock, client: Client, api_client_pair: NewClient
) -> None:
    assert sign_in(client, api_client_pair) == (200, None)
    counting.kill()
    assert [sign_in(client, api_client_pair) for _ in range(3)] == [(503, "1")] * 3
    counting.start()
    clock.rest()
    assert sign_in(client, api_client_pair) == (200, None)


def test_an_attempt_that_can_not_be_taken_back_harms_nobody(
    counting: RedisServer, client: Client, api_client_pair: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    authenticate = services.authenticate

    def then_killed(api_key: str, api_secret: str) -> object:
        counting.kill()
        return authenticate(api_key, api_secret)

    monkeypatch.setattr(services, "authenticate", then_killed)
    assert sign_in(client, api_client_pair) == (200, None)


def test_the_console_says_so_too(counting: RedisServer, client: Client, api_client_pair: NewClient) -> None:
    counting.kill()
    form = {"way": "api_key", "api_key": api_client_pair.api_key, "api_secret": api_client_pair.api_secret}
    answer = client.post("/console/sign-in/", form)
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert b"Traceback" not in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/health/", "/health/ready/"])
def test_health_is_degraded_but_takes_sessions(
    counting: RedisServer, clock: Clock, client: Client, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_CHECKS", {"database": health.database, "redis": health.redis})
    assert client.get(url).json()["checks"]["redis"] == {"status": "ok"}
    counting.kill()
    answer = client.get(url)
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["checks"]["redis"]["status"] == "degraded"
    assert str(counting.port) not in answer.content.decode()
    counting.start()
    clock.rest()
    assert client.get(url).json()["status"] == "ok"


def test_no_redis_is_no_fault() -> None:
    assert health.redis().status is health.Status.ABSENT


def test_a_server_starts_without_an_answer(counting: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    counting.kill()
    runserver._demand_redis()
    assert "REDIS_URL" in caplog.text


def test_a_server_does_not_start_on_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_redis(tmp_path, password="right") as server:
        monkeypatch.setattr(settings, "FRAPI", replace(settings.FRAPI, redis_url=server.url))
        with pytest.raises(CommandError, match="frapi can't start: REDIS_URL"):
            runserver.Command()._run("127.0.0.1:0")
