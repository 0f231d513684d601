from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import Client

from frapi.apps.accounts import services, throttles
from frapi.apps.accounts.authentication import client_of_token
from frapi.apps.accounts.services import NewClient

URL = "/api/core/auth/client/"


def sign_in(client: Client, api_key: object, api_secret: object, **extra: Any) -> Any:
    body = {"api_key": api_key, "api_secret": api_secret}
    return client.post(URL, body, content_type="application/json", **extra)


def test_answer_is_the_guide_s(client: Client, api_client_pair: NewClient) -> None:
    answer = sign_in(client, api_client_pair.api_key, api_client_pair.api_secret)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    body = answer.json()
    assert set(body) == {"access_token", "token_type", "expires_in"}
    assert (body["token_type"], body["expires_in"]) == ("JWT", 3600)
    assert client_of_token(body["access_token"]) == api_client_pair.client


def test_unknown_key_and_wrong_secret_get_the_same_answer(client: Client, api_client_pair: NewClient) -> None:
    unknown = sign_in(client, "frapi_unknown", api_client_pair.api_secret)
    wrong = sign_in(client, api_client_pair.api_key, "wrong")
    assert unknown.status_code == wrong.status_code == 401
    assert unknown.content == wrong.content
    assert unknown.json() == {
        "type": "error",
        "error": "Unauthorized",
        "code": 401,
        "details": {"reason": "Invalid API key or secret"},
    }


def test_an_unknown_key_costs_the_same_work(
    client: Client, api_client_pair: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    verify = services._verify

    def spy(secret_hash: str, api_secret: str) -> bool:
        checked.append(secret_hash.rsplit("$", 2)[0])
        return verify(secret_hash, api_secret)

    monkeypatch.setattr(services, "_verify", spy)
    sign_in(client, "frapi_unknown", "wrong")
    sign_in(client, api_client_pair.api_key, "wrong")
    unknown, known = checked  # one argon2id run each, with the same parameters
    assert unknown == known
    assert known.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"api_secret": "s"}, "api_key"),
        ({"api_key": "k"}, "api_secret"),
        ({"api_key": ["k"], "api_secret": "s"}, "api_key"),
        ({"api_key": "k", "api_secret": None}, "api_secret"),
        ({"api_key": "k", "api_secret": "s" * 257}, "api_secret"),
        ({"api_key": "k\x00", "api_secret": "s"}, "api_key"),
    ],
)
def test_invalid_request_names_the_field(db: None, client: Client, body: dict[str, Any], field: str) -> None:
    answer = client.post(URL, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["details"] == {"field": field}
    assert answer.json()["type"] == "error"


@pytest.mark.parametrize(
    ("sent", "content_type", "status"),
    [("{", "application/json", 400), ("[1]", "application/json", 400), ("a=b", "text/plain", 415)],
)
def test_unreadable_request(db: None, client: Client, sent: str, content_type: str, status: int) -> None:
    answer = client.generic("POST", URL, sent, content_type=content_type)
    assert answer.status_code == answer.json()["code"] == status
    assert set(answer.json()) == {"type", "error", "code", "details"}


def test_get_is_not_allowed(client: Client) -> None:
    answer = client.get(URL)
    assert answer.status_code == answer.json()["code"] == 405


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    now = {"s": time.time() // 60 * 60}
    monkeypatch.setattr(throttles.time, "time", lambda: now["s"])
    return now


def test_failures_of_a_key_are_throttled(client: Client, api_client_pair: NewClient, clock: dict[str, float]) -> None:
    key, secret = api_client_pair.api_key, api_client_pair.api_secret
    clock["s"] += 20
    for attempt in range(10):
        assert sign_in(client, key, "wrong", REMOTE_ADDR=f"192.0.2.{attempt}").status_code == 401
    refused = sign_in(client, key, secret, REMOTE_ADDR="192.0.2.99")
    assert refused.status_code == 429
    assert refused["Retry-After"] == "40"
    assert refused.json() == {
        "type": "error",
        "error": "Too many requests",
        "code": 429,
        "details": {"retry_after_ms": 40_000},
    }
    clock["s"] += 40
    assert sign_in(client, key, secret).status_code == 200


def test_failures_from_an_address_are_throttled(db: None, client: Client, clock: dict[str, float]) -> None:
    statuses = [sign_in(client, f"frapi_{attempt}", "wrong").status_code for attempt in range(31)]
    assert statuses == [401] * 30 + [429]
    spoofed = sign_in(client, "frapi_x", "wrong", headers={"x-forwarded-for": "192.0.2.1"})
    assert spoofed.status_code == 429
    assert sign_in(client, "frapi_x", "wrong", REMOTE_ADDR="192.0.2.1").status_code == 401


def test_success_is_never_throttled(client: Client, api_client_pair: NewClient, clock: dict[str, float]) -> None:
    answers = [sign_in(client, api_client_pair.api_key, api_client_pair.api_secret) for _ in range(35)]
    assert {answer.status_code for answer in answers} == {200}


def test_only_refused_credentials_are_counted(db: None, client: Client, clock: dict[str, float]) -> None:
    for _ in range(35):
        assert client.generic("POST", URL, "{", content_type="application/json").status_code == 400
        assert client.post(URL, {"api_key": "frapi_k"}, content_type="application/json").status_code == 400
        assert client.generic("POST", URL, "a", content_type="text/plain").status_code == 415
        assert {client.get(URL).status_code, client.head(URL).status_code, client.put(URL).status_code} == {405}
    statuses = [sign_in(client, f"frapi_{attempt}", "wrong").status_code for attempt in range(31)]
    assert statuses == [401] * 30 + [429]


def test_a_locked_key_does_not_lock_its_address(db: None, client: Client, clock: dict[str, float]) -> None:
    statuses = [sign_in(client, "frapi_k", "wrong").status_code for _ in range(40)]
    assert statuses == [401] * 10 + [429] * 30
    assert sign_in(client, "frapi_other", "wrong").status_code == 401
