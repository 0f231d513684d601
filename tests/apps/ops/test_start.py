from __future__ import annotations

import re
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from config.env import Console
from frapi.apps.accounts.models import ApiClient
from frapi.apps.accounts.services import authenticate
from frapi.apps.ops.management.commands import start
from frapi.modelpack.store import ModelState, ModelStore

pytestmark = pytest.mark.django_db


def run(monkeypatch: pytest.MonkeyPatch, *, models: ModelState = ModelState.READY) -> tuple[str, list[Any]]:
    """Output of ``start``, and the commands that it called."""
    called: list[Any] = []
    out = StringIO()
    monkeypatch.setattr(ModelStore, "check", lambda self, name: models)
    monkeypatch.setattr(start, "call_command", lambda *names, **_: called.append(names))
    call_command("start", stdout=out)
    return out.getvalue(), called


def test_the_first_start_hands_out_credentials_that_work(monkeypatch: pytest.MonkeyPatch) -> None:
    output, _ = run(monkeypatch)
    key = re.search(r"API key +(\S+)", output)
    secret = re.search(r"API secret +(\S+)", output)
    assert key is not None
    assert secret is not None
    authenticate(key[1], secret[1])
    base = "http://127.0.0.1:8000"
    assert all(f"{base}{path}" in output for path in ("/docs/", "/api/schema/", "/health/"))
    assert f".venv/bin/python test_websocket_auth.py {key[1]} {secret[1]} {base} enrollment user123" in output
    assert f".venv/bin/python manage.py demo --url {base} " in output


def test_the_console_is_named_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Console        http://127.0.0.1:8000/\n" in run(monkeypatch)[0]
    monkeypatch.setattr(settings, "FRAPI", replace(settings.FRAPI, console=Console.OFF))
    assert "Console" not in run(monkeypatch)[0]


def test_what_to_try_next_follows_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "FRAPI", replace(settings.FRAPI, port=8123))
    output, _ = run(monkeypatch)
    assert ".venv/bin/python manage.py demo --url http://127.0.0.1:8123 " in output


def test_later_starts_show_no_secret_and_make_no_client(monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch)
    output, _ = run(monkeypatch)
    assert "frapi_" not in output
    assert "api_client create" in output
    assert ApiClient.objects.count() == 1


def test_nothing_is_built_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    _, called = run(monkeypatch)
    assert called == [("migrate",), ("runserver",)]


@pytest.mark.parametrize("state", [ModelState.MISSING, ModelState.CORRUPT, ModelState.OUTDATED])
def test_what_is_missing_is_built_before_anything_is_served(monkeypatch: pytest.MonkeyPatch, state: ModelState) -> None:
    _, called = run(monkeypatch, models=state)
    assert called == [("models", "build"), ("migrate",), ("runserver",)]


def test_models_that_cannot_be_had_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*names: Any, **_: Any) -> None:
        if names[0] == "models":
            raise CommandError("mediapipe-0.10.21 can't be had: set PIP_INDEX_URL")
        raise AssertionError(f"{names} was called")

    monkeypatch.setattr(ModelStore, "check", lambda self, name: ModelState.MISSING)
    monkeypatch.setattr(start, "call_command", fail)
    with pytest.raises(CommandError, match="PIP_INDEX_URL"):
        call_command("start", stdout=StringIO())
    assert not ApiClient.objects.exists()
