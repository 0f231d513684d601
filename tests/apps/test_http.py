from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client, RequestFactory
from rest_framework import exceptions, serializers

from frapi.apps.http import exception_handler, websocket_url
from frapi.errors import FrapiError, InvalidInput, RateLimited, SessionEnded, TooManyFrames


class Metadata(serializers.Serializer[None]):
    target_samples = serializers.IntegerField(max_value=10)


class Body(serializers.Serializer[None]):
    metadata = Metadata()
    names = serializers.ListField(child=serializers.CharField(), required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        raise serializers.ValidationError("does not fit together")


def validation_error(data: Any) -> exceptions.ValidationError:
    with pytest.raises(exceptions.ValidationError) as caught:
        Body(data=data).is_valid(raise_exception=True)
    return caught.value


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidInput("no", field="user_id"), 400, 400),
        (SessionEnded(), 410, 410),
        (TooManyFrames(), 429, 4429),
        (FrapiError(), 500, 500),
        (Http404("secret path"), 404, 404),
        (PermissionDenied("secret"), 403, 403),
        (exceptions.NotAuthenticated(), 401, 401),
        (exceptions.MethodNotAllowed("PUT"), 405, 405),
        (exceptions.UnsupportedMediaType("text/plain"), 415, 415),
        (exceptions.ParseError(), 400, 400),
        (exceptions.Throttled(wait=2.2), 429, 429),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_every_error_has_the_one_shape(error: Exception, status: int, code: int) -> None:
    answer = exception_handler(error, {})
    assert answer is not None
    assert answer.status_code == status
    body: dict[str, Any] = answer.data
    assert list(body) == ["type", "error", "code", "details"]
    assert (body["type"], body["code"]) == ("error", code)
    assert "secret" not in str(body)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "metadata"),
        ({"metadata": {"target_samples": 11}}, "metadata.target_samples"),
        ({"metadata": {"target_samples": 1}, "names": ["a", {}]}, "names.1"),
        ({"metadata": {"target_samples": 1}}, None),
        ([], None),
    ],
)
def test_a_validation_error_names_its_field(data: Any, field: str | None) -> None:
    answer = exception_handler(validation_error(data), {})
    assert answer is not None
    assert answer.data["details"] == ({"field": field} if field else {})
    assert answer.data["error"].startswith(f"{field}: " if field else "")


@pytest.mark.parametrize(
    ("error", "seconds"), [(exceptions.Throttled(wait=2.2), "3"), (RateLimited(retry_after_ms=1500), "2")]
)
def test_too_many_says_when_to_come_back(error: Exception, seconds: str) -> None:
    answer = exception_handler(error, {})
    assert answer is not None
    assert answer["Retry-After"] == seconds


def test_what_we_did_not_expect_is_left_to_the_500_page() -> None:
    assert exception_handler(ZeroDivisionError("secret"), {}) is None


def test_an_address_that_does_not_exist(client: Client) -> None:
    answer = client.get("/api/no/such/thing/")
    assert answer.status_code == 404
    assert answer.json() == {"type": "error", "error": "Not found", "code": 404, "details": {}}


def test_a_crash_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash() -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("frapi.apps.ops.health.examine", crash)
    answer = Client(raise_request_exception=False).get("/health/")
    assert answer.status_code == 500
    assert answer.json() == {"type": "error", "error": "Internal error", "code": 500, "details": {}}


def test_a_refused_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["a.example"])
    answer = Client().get("/health/live/", headers={"host": "b.example"})
    assert answer.status_code == answer.json()["code"] == 400


def test_the_websocket_s_address_follows_the_request() -> None:
    path = "/ws/auth/process-image/sess_x/"
    plain = RequestFactory().get("/", headers={"host": "127.0.0.1:8000"})
    assert websocket_url(plain, path) == f"ws://127.0.0.1:8000{path}"
    secure = RequestFactory().get("/", secure=True, headers={"host": "a.example"})
    assert websocket_url(secure, path) == f"wss://a.example{path}"


def test_the_websocket_s_address_follows_the_public_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "FRAPI", replace(settings.FRAPI, public_url="https://faces.example.com/base"))
    request = RequestFactory().get("/", headers={"host": "attacker.example"})
    assert websocket_url(request, "/ws/x/") == "wss://faces.example.com/base/ws/x/"


def test_a_body_over_the_limit(db: None, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    body = {"api_key": "k", "api_secret": "s" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
    answer = client.post("/api/core/auth/client/", body, content_type="application/json")
    assert answer.status_code == 413
    assert answer.json() == {
        "type": "error",
        "error": "The body is larger than 262144 bytes",
        "code": 413,
        "details": {"max_bytes": 262144},
    }
    assert not caplog.records or all(record.exc_info is None for record in caplog.records)
