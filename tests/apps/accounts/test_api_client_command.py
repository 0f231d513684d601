from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from frapi.apps.accounts.models import ApiClient
from frapi.apps.accounts.services import NewClient, authenticate
from frapi.errors import Unauthorized

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("api_client", *arguments, stdout=out)
    return out.getvalue()


def test_create_prints_working_credentials_as_json() -> None:
    shown = json.loads(run("create", "Acme", "--json"))
    assert list(shown) == ["id", "name", "api_key", "api_secret"]
    assert shown["name"] == "Acme"
    assert str(authenticate(shown["api_key"], shown["api_secret"]).id) == shown["id"]


def test_create_takes_grants_and_limits() -> None:
    floor = '{"required_blinks": 2, "obstacle_thresholds": {"hat": 0.9}}'
    run("create", "Acme", "--may-skip-liveness", "--policy-floor", floor)
    run("create", "Browsers", "--allow-origin", "https://a.example", "--require-origin")
    assert ApiClient.objects.get(name="Browsers").allowed_origins == ["https://a.example", "!missing"]
    client = ApiClient.objects.get(name="Acme")
    assert client.may_skip_liveness
    assert client.allowed_origins == []
    assert client.floor.required_blinks == 2
    assert client.floor.target_samples == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--policy-floor", '{"required_blinks": 9}'),
        ("--policy-floor", '{"blinks": 1}'),
        ("--policy-floor", "[]"),
        ("--allow-origin", "https://a.example/path"),
        ("--allow-origin", "*"),
    ],
)
def test_create_refuses_what_makes_no_sense(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match=r"policy_floor|allowed_origins"):
        run("create", "Acme", *arguments)
    assert not ApiClient.objects.exists()


def test_list_shows_no_secret(api_client_pair: NewClient) -> None:
    (row,) = json.loads(run("list", "--json"))
    assert row["id"] == str(api_client_pair.client.id)
    assert "key" not in " ".join(row)
    assert "secret" not in " ".join(row)
    assert str(api_client_pair.client.id) in run("list")


def test_rotate_replaces_the_credentials(api_client_pair: NewClient) -> None:
    shown = json.loads(run("rotate", str(api_client_pair.client.id), "--json"))
    assert authenticate(shown["api_key"], shown["api_secret"]) == api_client_pair.client
    with pytest.raises(Unauthorized):
        authenticate(api_client_pair.api_key, api_client_pair.api_secret)


def test_revoke_ends_the_client(api_client_pair: NewClient) -> None:
    run("revoke", "test client")
    with pytest.raises(Unauthorized):
        authenticate(api_client_pair.api_key, api_client_pair.api_secret)
    with pytest.raises(CommandError):
        run("rotate", "test client")


def test_ambiguous_name_is_refused() -> None:
    run("create", "Acme")
    run("create", "Acme")
    with pytest.raises(CommandError, match="2 clients"):
        run("revoke", "Acme")


@pytest.mark.parametrize("name", ["", " ", "x" * 129, "a\nb"], ids=len)
def test_create_wants_a_name(name: str) -> None:
    with pytest.raises(CommandError, match="name: expected 1 to 128 characters"):
        run("create", name)
    assert not ApiClient.objects.exists()
