"""What holds for every page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.urls import get_resolver
from pytest_django import Settings

import frapi.apps.console
from config.env import Console
from frapi.apps.accounts.services import NewClient
from frapi.apps.console.views import overview
from frapi.apps.ops import health
from tests.apps.console.conftest import SIGN_IN, Browser, enrol, new_session, text

pytestmark = pytest.mark.django_db

FOLDER = Path(frapi.apps.console.__file__).parent
PAGES = ["", "sessions/", "users/", "users/ada/", "integrate/", "try/enrol/", "try/verify/", "try/identify/"]
COMPONENT = "frapi/frapi-face.js"


@pytest.mark.parametrize("path", [*PAGES, "sign-in/", "no/such/page/", "users/nobody/", "sign-out/"])
def test_a_browser_may_do_nothing_else(browser: Browser, tenant: NewClient, path: str) -> None:
    enrol(tenant.client)
    answer = browser.get(f"/console/{path}")
    if answer.status_code == 405:
        return
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "connect-src 'self' ws://testserver;" in policy
    assert answer["Permissions-Policy"].startswith("camera=(self)")
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["", "/faces"])
def test_the_socket_of_the_public_address_may_be_opened(settings: Settings, browser: Browser, path: str) -> None:
    settings.FRAPI = replace(settings.FRAPI, public_url=f"https://faces.example.com{path}")
    assert "connect-src 'self' wss://faces.example.com;" in browser.get("/console/")["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_stands_in_a_page_that_its_policy_forbids(browser: Browser, tenant: NewClient, path: str) -> None:
    enrol(tenant.client)
    page = text(browser.get(f"/console/{path}"))
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", re.sub(r"<pre.*?</pre>", "", page, flags=re.S))
    assert re.findall(r"<script(?![^>]* src=)[^>]*>", re.sub(r"<pre.*?</pre>", "", page, flags=re.S)) == []
    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert address.startswith(("/", "#", "?")), address
        assert not address.startswith("//")
        if address.startswith("/static/") and COMPONENT not in address:
            assert finders.find(address.removeprefix("/static/").split("#")[0]), address


def test_every_drawing_exists() -> None:
    drawn = set(re.findall(r'<symbol id="(\w+)"', (FOLDER / "static/console/icons.svg").read_text()))
    used = {
        name
        for template in (FOLDER / "templates").rglob("*.html")
        for name in re.findall(r'{% icon "(\w+)" %}', template.read_text())
    }
    assert used <= drawn
    assert {"good", "bad", "open", "neutral"} <= drawn  # by the tone of a session


def test_every_page_demands_a_sign_in() -> None:
    """Whatever address is added: nobody who isn't signed in gets more than the way to the sign-in."""
    patterns = next(each for each in get_resolver().url_patterns if str(each.pattern) == "")
    console = next(each for each in patterns.url_patterns if getattr(each, "namespace", None) == "console")
    blanks = {"kind": "enrol", "session_id": "00000000-0000-4000-8000-000000000000", "user_id": "ada"}
    seen = 0
    for pattern in console.url_patterns:
        route = str(pattern.pattern)
        address = "/console/" + re.sub(
            r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)", lambda found: blanks[found[1] or found[2]], route
        ).strip("^$")
        for method in ("get", "post"):
            answer = getattr(Client(), method)(address)
            if address in {SIGN_IN, "/console/sign-out/"}:
                continue
            seen += 1
            assert answer.status_code == 405 or answer["Location"].startswith(SIGN_IN), (method, address)
    assert seen >= 24


@pytest.mark.parametrize("method", ["OPTIONS", "HEAD", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["", "sign-in/", "sessions/", "try/enrol/", "try/enrol/session/", "clients/"])
def test_another_method_is_no_fault_of_the_server(browser: Browser, path: str, method: str) -> None:
    assert browser.http.generic(method, f"/console/{path}").status_code < 500


@pytest.mark.parametrize("path", ["/api/no/such/", "/nothing", "/ws/", "/health/nothing/", "/static/nothing.css"])
def test_elsewhere_what_is_missing_is_told_in_json(browser: Browser, path: str) -> None:
    answer: Any = browser.get(path)
    assert answer.status_code == 404
    assert answer.json() == {"type": "error", "error": "Not found", "code": 404, "details": {}}


def test_no_cookie_is_read_anywhere_else(tenant: NewClient) -> None:
    """A browser that is signed in to the console is nobody to the API."""
    client = Client()
    client.post(SIGN_IN, {"api_key": tenant.api_key, "api_secret": tenant.api_secret})
    client.cookies["frapi_console"]["path"] = "/"
    assert client.get("/api/auth/users/").status_code == 401
    health_page = client.get("/health/live/")
    assert "Set-Cookie" not in health_page.headers
    assert "Cookie" not in health_page.headers.get("Vary", "")


def test_what_is_too_much_is_told_in_a_page(browser: Browser, tenant: NewClient) -> None:
    page = browser.post(SIGN_IN, {"api_key": "x" * 300_000})
    assert page.status_code == 413
    assert "That is too much" in text(page)
    script: Any = browser.script("/console/try/enrol/session/", b'{"user_id": "' + b"x" * 300_000 + b'"}')
    assert (script.status_code, script.json()["code"]) == (413, 413)
    assert browser.post(SIGN_IN, {f"field{i}": "" for i in range(2000)}).status_code == 400


def test_a_strange_host_gets_no_page(settings: Settings, browser: Browser) -> None:
    settings.ALLOWED_HOSTS = ["faces.example.com"]
    answer = browser.get("/console/")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")


def test_failures_are_told_in_a_page(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError("a secret that must not leave")

    monkeypatch.setattr(overview.health, "examine", fail)
    browser.http.raise_request_exception = False
    page = browser.get("/console/")
    assert page.status_code == 500
    assert "The server failed" in text(page)
    assert "secret" not in text(page)
    assert page["Cache-Control"] == "no-store"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="another database ends the test's transaction with it")
def test_a_database_of_an_older_version_says_what_to_do(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE django_session")
    browser = Browser()
    browser.http.cookies["frapi_console"] = "x" * 32
    page = browser.get("/console/")
    assert page.status_code == 503
    assert "manage.py migrate" in text(page)


def test_the_overview_counts(browser: Browser, tenant: NewClient, monkeypatch: pytest.MonkeyPatch) -> None:
    checks = {"database": health.OK, "models": health.Check(health.Status.ERROR, "not built: mesh")}
    monkeypatch.setattr(overview.health, "examine", lambda: checks)
    first = text(browser.get("/console/"))
    assert "First steps" in first
    assert "not built: mesh" in first
    assert "Something is wrong" in first
    enrol(tenant.client)
    new_session(tenant.client)
    new_session(tenant.client, status="completed")
    later = text(browser.get("/console/"))
    assert "First steps" not in later
    assert "<dt>Enrolled users</dt><dd>1</dd>" in later
    assert "<dt>Sessions, last 24 hours</dt><dd>2</dd>" in later
    assert "<dt>Open now</dt><dd>1</dd>" in later
    assert "100%" in later


def test_staff_without_a_client_are_told_how_to_make_one(allow: Callable[[Console], None]) -> None:
    allow(Console.STAFF)
    User.objects.create_user("grace", password="correct horse battery", is_staff=True)
    browser = Browser()
    browser.sign_in_as_staff("grace", "correct horse battery")
    assert "api_client create" in text(browser.get("/console/clients/"))


def test_the_settings_of_cookies() -> None:
    assert django_settings.SESSION_COOKIE_HTTPONLY
    assert django_settings.SESSION_COOKIE_PATH == django_settings.CSRF_COOKIE_PATH == "/console/"
    assert django_settings.DEBUG is False
