"""Somebody at a browser, signed in to the console."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from config.env import Console
from frapi.apps.accounts.models import ApiClient
from frapi.apps.accounts.services import NewClient, create_client
from frapi.apps.console.views import users
from frapi.apps.verification import services
from frapi.apps.verification.models import Session
from frapi.apps.verification.policy import Demands
from frapi.inference.fake import FakeFrameAnalyzer, one_face
from frapi.vision.embed import CONTRACT, DIM
from tests.apps.verification.relying_party import enrolled

SIGN_IN = "/console/sign-in/"


class Browser:
    """A browser that keeps cookies and sends the CSRF token of the last page, as a form would."""

    def __init__(self) -> None:
        self.http = Client(enforce_csrf_checks=True)
        self.token = ""

    def get(self, path: str, **options: Any) -> HttpResponse:
        return self._kept(self.http.get(path, **options))

    def post(self, path: str, fields: dict[str, Any] | None = None, **options: Any) -> HttpResponse:
        data = {"csrfmiddlewaretoken": self.token, **(fields or {})}
        return self._kept(self.http.post(path, data, **options))

    def script(self, path: str, body: Any = None) -> HttpResponse:
        """What a script of the page posts."""
        headers = {"x-csrftoken": self.token, "x-console": "script"}
        data = body if isinstance(body, bytes) else json.dumps(body)
        return self._kept(self.http.post(path, data, content_type="application/json", headers=headers))

    def refresh(self, path: str, etag: str | None = None) -> HttpResponse:
        """What a page asks for by itself."""
        return self._kept(
            self.http.get(path, headers={"x-console": "refresh", **({"if-none-match": etag} if etag else {})})
        )

    def sign_in(self, credentials: NewClient, **fields: str) -> HttpResponse:
        self.get(SIGN_IN)
        return self.post(
            SIGN_IN,
            {"way": "api_key", "api_key": credentials.api_key, "api_secret": credentials.api_secret, **fields},
        )

    def sign_in_as_staff(self, username: str, password: str) -> HttpResponse:
        self.get(SIGN_IN + "?as=staff")
        return self.post(SIGN_IN, {"way": "staff", "username": username, "password": password})

    def _kept(self, response: Any) -> HttpResponse:
        found = re.search(r'name="csrf-token" content="([^"]+)"', response.content.decode())
        self.token = found[1] if found else self.token
        answer: HttpResponse = response
        return answer


def text(response: HttpResponse) -> str:
    return response.content.decode()


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same hash of staff's passwords with little work."""
    for name, value in {"time_cost": 1, "memory_cost": 64, "parallelism": 1}.items():
        monkeypatch.setattr(Argon2PasswordHasher, name, value)


@pytest.fixture(autouse=True)
def analyzer(monkeypatch: pytest.MonkeyPatch) -> FakeFrameAnalyzer:
    fake = FakeFrameAnalyzer(one_face, contract=CONTRACT, dim=DIM)
    monkeypatch.setattr(services, "get_analyzer", lambda: fake)
    monkeypatch.setattr(users, "get_analyzer", lambda: fake)
    return fake


@pytest.fixture
def allow(settings: Settings) -> Callable[[Console], None]:
    """Set who may sign in."""

    def change(console: Console) -> None:
        settings.FRAPI = replace(settings.FRAPI, console=console)

    return change


@pytest.fixture
def tenant(db: None) -> NewClient:
    return create_client("relying party")


@pytest.fixture
def other(db: None) -> NewClient:
    return create_client("somebody else")


@pytest.fixture
def browser(tenant: NewClient) -> Browser:
    """Signed in with the tenant's key."""
    signed_in = Browser()
    assert signed_in.sign_in(tenant).status_code == 302
    signed_in.get("/console/")
    return signed_in


def enrol(client: ApiClient, user_id: str = "ada", axis: int = 0) -> None:
    enrolled(client, user_id, axis)


def new_session(client: ApiClient, user_id: str | None = "ada", **changes: Any) -> Session:
    """A session of a client's, an enrolment unless ``user_id`` is None, with what of its row is to be otherwise."""
    if user_id is None:
        created = services.create_authentication(
            client, user_id=None, session_type="webcam", require_liveness=True, metadata={}, demands=Demands()
        )
    else:
        created = services.create_enrollment(
            client, user_id=user_id, session_type="webcam", metadata={}, demands=Demands()
        )
    session = created.session
    for name, value in changes.items():
        setattr(session, name, value)
    session.save()
    return session


def unknown_id() -> str:
    return str(uuid.uuid4())
