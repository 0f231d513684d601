"""What holds for every call: it wants a token, and the OpenAPI document describes it."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from frapi.apps.accounts.services import revoke_client
from tests.apps.verification.relying_party import Backend, enrolled

pytestmark = pytest.mark.django_db


class TestAccess:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("POST", "/api/auth/enrollment/"),
            ("POST", "/api/auth/authentication/"),
            ("GET", "/api/auth/sessions/sess_x/"),
            ("DELETE", "/api/auth/sessions/sess_x/"),
            ("GET", "/api/auth/users/"),
            ("GET", "/api/auth/users/ada/"),
            ("DELETE", "/api/auth/users/ada/"),
        ],
    )
    def test_every_call_wants_a_token(self, backend: Backend, method: str, path: str) -> None:
        assert Client().generic(method, path).status_code == 401
        revoke_client(backend.client)
        backend.call(method, path, {}, status=401)

    def test_other_methods(self, backend: Backend) -> None:
        backend.call("PUT", "/api/auth/enrollment/", {}, status=405)
        backend.call("POST", "/api/auth/users/", {}, status=405)


class TestSchema:
    """The OpenAPI document says what the calls do."""

    @pytest.fixture
    def schema(self) -> dict[str, Any]:
        generated: dict[str, Any] = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
        return generated

    @pytest.mark.parametrize(
        ("path", "method", "statuses"),
        [
            ("/api/auth/enrollment/", "post", {"201", "400", "401"}),
            ("/api/auth/authentication/", "post", {"201", "400", "401", "403", "404", "429"}),
            ("/api/auth/sessions/{session_token}/", "get", {"200", "401", "404"}),
            ("/api/auth/sessions/{session_token}/", "delete", {"200", "401", "404", "410"}),
            ("/api/auth/users/", "get", {"200", "401", "404"}),
            ("/api/auth/users/{user_id}/", "get", {"200", "401", "404"}),
            ("/api/auth/users/{user_id}/", "delete", {"200", "401", "404"}),
        ],
    )
    def test_every_answer_is_described(
        self, schema: dict[str, Any], path: str, method: str, statuses: set[str]
    ) -> None:
        operation = schema["paths"][path][method]
        assert set(operation["responses"]) == statuses
        assert operation["summary"]
        assert operation["security"] == [{"JWT": []}]

    def test_answers_are_as_described(self, backend: Backend, schema: dict[str, Any]) -> None:
        enrolled(backend.client)
        token = backend.enroll()["session_token"]
        answers = {
            "EnrollmentCreated": backend.enroll(),
            "AuthenticationCreated": backend.authenticate(),
            "SessionResult": backend.call("GET", f"/api/auth/sessions/{token}/"),
            "Outcome": backend.call("DELETE", f"/api/auth/sessions/{token}/")["outcome"],
            "User": backend.call("GET", "/api/auth/users/ada/"),
            "ErasureReceipt": backend.call("DELETE", "/api/auth/users/ada/"),
        }
        for name, answer in answers.items():
            assert set(schema["components"]["schemas"][name]["properties"]) == set(answer), name

    def test_generates_without_a_warning(self) -> None:
        call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())
