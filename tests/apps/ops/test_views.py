from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client

from frapi.apps import drain
from frapi.apps.ops import health
from frapi.modelpack.store import ModelState, ModelStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def with_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ModelStore, "status", lambda self: dict.fromkeys(health.registry.MODELS, ModelState.READY))


@pytest.mark.usefixtures("with_models")
def test_healthy(client: Client) -> None:
    answer = client.get("/health/")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert {"database", "storage", "models"} <= set(answer.json()["checks"])


def broken_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise DatabaseError("unable to open /secret/path")

    monkeypatch.setattr(connection, "cursor", fail)


def missing_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "FRAPI", replace(settings.FRAPI, home=Path("/secret/path")))


def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "MIN_FREE_BYTES", 2**63)


def missing_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ModelStore, "status", lambda self: dict.fromkeys(health.registry.MODELS, ModelState.CORRUPT))


def crashing_check(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(self: ModelStore) -> None:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr(ModelStore, "status", crash)


@pytest.mark.usefixtures("with_models")
@pytest.mark.parametrize(
    ("harm", "checks"),
    [
        (broken_database, {"database"}),
        (missing_folder, {"storage"}),
        (full_disk, {"storage"}),
        (missing_models, {"models"}),
        (crashing_check, {"models", "obstacles", "presentation_attacks"}),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
@pytest.mark.parametrize("url", ["/health/", "/health/ready/"])
def test_a_failing_check_is_a_503_that_names_it(
    client: Client, monkeypatch: pytest.MonkeyPatch, harm: Any, checks: set[str], url: str
) -> None:
    with monkeypatch.context() as patch:
        harm(patch)
        answer = client.get(url)
        alive = client.get("/health/live/")
    assert answer.status_code == 503
    assert answer.json()["status"] == "error"
    failed = {name for name, each in answer.json()["checks"].items() if each["status"] == "error"}
    assert failed == checks
    assert "secret" not in answer.content.decode()
    assert alive.status_code == 200


@pytest.mark.usefixtures("with_models")
def test_a_server_that_goes_away_is_alive_but_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drain.registry, "draining", True)
    assert client.get("/health/ready/").status_code == 503
    assert client.get("/health/").status_code == client.get("/health/live/").status_code == 200


def test_the_schema_is_openapi_3_1_and_knows_our_authentication(client: Client) -> None:
    schema = client.get("/api/schema/").json()
    assert schema["openapi"].startswith("3.1")
    assert schema["components"]["securitySchemes"]["JWT"]["name"] == "Authorization"
    assert schema["paths"]["/api/core/auth/client/"]["post"].get("security", []) == []
    assert "/health/" in schema["paths"]


def test_the_schema_is_valid_and_leaves_nothing_to_guess(tmp_path: Path) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))


def test_the_schema_comes_as_yaml_too(client: Client) -> None:
    assert b"openapi: 3.1" in client.get("/api/schema/", headers={"accept": "application/vnd.oai.openapi"}).content


def test_the_documentation_needs_no_network(client: Client) -> None:
    page = client.get("/docs/")
    assert page.status_code == 200
    html = page.content.decode()
    assert "default-src 'self'" in page["Content-Security-Policy"]
    loaded = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert len(loaded) >= 4
    for url in loaded:
        assert url.startswith("/")
        assert not url.startswith("//")
        asset = client.get(url.replace("&amp;", "&"), follow=True)
        assert asset.status_code == 200
        assert asset.content
    (script,) = [url for url in loaded if "script=" in url]
    code = client.get(script.replace("&amp;", "&")).content.decode()
    assert '"validatorUrl": null' in code
    assert not re.search(r"https?://", code)


def test_assets_are_cached_and_answer_conditional_requests(client: Client) -> None:
    url = "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css"
    asset = client.get(url)
    assert asset["Content-Type"].startswith("text/css")
    assert "max-age" in asset["Cache-Control"]
    again = client.get(url, headers={"if-modified-since": asset["Last-Modified"]})
    assert again.status_code == 304
    assert client.get("/static/../manage.py").status_code == 404


def test_pages_of_another_origin_may_call_the_api(client: Client) -> None:
    headers = {
        "origin": "https://app.example.com",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }
    preflight = client.options("/api/auth/enrollment/", headers=headers)
    assert preflight.status_code == 200
    assert preflight["Access-Control-Allow-Origin"] == "*"
    allowed = preflight["Access-Control-Allow-Headers"].replace(" ", "").split(",")
    assert {"authorization", "content-type"} <= set(allowed)
    assert {"POST", "DELETE"} <= set(preflight["Access-Control-Allow-Methods"].replace(" ", "").split(","))
    assert "Access-Control-Allow-Credentials" not in preflight
    refused = client.post(
        "/api/core/auth/client/", {}, content_type="application/json", headers={"origin": "https://app.example.com"}
    )
    assert refused.status_code == 400
    assert refused["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("url", ["/docs/", "/api/schema/", "/health/", "/health/live/", "/"])
@pytest.mark.parametrize("method", ["OPTIONS", "HEAD", "POST", "PUT", "DELETE"])
def test_another_method_is_no_fault_of_the_server(url: str, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "examine", dict)  # nothing ails it: here the models may not be built
    answer = Client(raise_request_exception=False).generic(method, url)
    assert answer.status_code < 500


def test_the_schema_declares_how_a_sign_in_fails(client: Client) -> None:
    responses = client.get("/api/schema/").json()["paths"]["/api/core/auth/client/"]["post"]["responses"]
    assert responses.keys() == {"200", "400", "401", "415", "429", "503"}
    for status in responses.keys() - {"200"}:
        assert responses[status]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Error"}


@pytest.mark.parametrize(("typed", "meant"), [("/docs", "/docs/"), ("/health", "/health/")])
def test_what_people_type(client: Client, typed: str, meant: str) -> None:
    answer = client.get(typed)
    assert (answer.status_code, answer["Location"]) == (302, meant)
