from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from pytest_django import Settings

from frapi.apps.accounts import jwt
from frapi.apps.accounts.models import ApiClient
from frapi.apps.accounts.services import create_client, revoke_client
from frapi.apps.templates.services import store_template
from frapi.apps.verification import attempts
from frapi.apps.verification.models import FailedAttempts, Session
from frapi.vision.embed import CONTRACT, unit
from frapi.vision.types import Embedding

pytestmark = pytest.mark.django_db

TOKEN = re.compile(r"sess_[A-Za-z0-9_-]{43}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Backend:
    """A relying party's backend: REST with its access token."""

    client: ApiClient
    access_token: str

    def call(self, method: str, path: str, body: Any = None, *, status: int = 200, **headers: str) -> dict[str, Any]:
        http = Client(headers={"authorization": f"JWT {self.access_token}"} | headers)
        data = body if isinstance(body, str) else json.dumps(body)
        response = http.generic(method, path, data, content_type="application/json")
        assert response.status_code == status, response.content
        answer: dict[str, Any] = response.json()
        if status >= 400:
            assert set(answer) == {"type", "error", "code", "details"}
            assert (answer["type"], answer["code"]) == ("error", status)
        return answer

    def enroll(self, status: int = 201, **body: Any) -> dict[str, Any]:
        return self.call("POST", "/api/auth/enrollment/", {"user_id": "ada"} | body, status=status)

    def authenticate(self, status: int = 201, **body: Any) -> dict[str, Any]:
        return self.call("POST", "/api/auth/authentication/", body, status=status)


def enrolled(client: ApiClient, user_id: str = "ada", axis: int = 0) -> None:
    vector = np.zeros(128, np.float32)
    vector[axis] = 1
    embedding = Embedding(unit(vector), CONTRACT)
    store_template(client.id, user_id, embedding, sample_count=3, quality_score=0.876, enrollment_id=client.id)


def make_backend(**options: Any) -> Backend:
    client = create_client("relying party", **options).client
    return Backend(client, jwt.issue(client))


@pytest.fixture
def backend() -> Backend:
    return make_backend()


class TestEnrollment:
    def test_answer(self, backend: Backend) -> None:
        answer = backend.enroll(
            session_type="webcam",
            metadata={"target_samples": 4, "required_blinks": 1, "device_info": {"platform": "web"}},
        )
        assert set(answer) == {
            "session_token",
            "enrollment_id",
            "status",
            "target_samples",
            "expires_at",
            "websocket_url",
            "message",
        }
        assert TOKEN.fullmatch(answer["session_token"])
        assert UUID.fullmatch(answer["enrollment_id"])
        assert answer["status"] == "pending"
        assert answer["target_samples"] == 4
        assert answer["message"] == "Enrollment session created. Stream frames to continue."
        assert answer["websocket_url"] == f"ws://testserver/ws/auth/process-image/{answer['session_token']}/"
        lifetime = datetime.strptime(answer["expires_at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) - timezone.now()
        assert timedelta(minutes=9, seconds=55) < lifetime <= timedelta(minutes=10)

    def test_the_token_is_stored_nowhere(self, backend: Backend) -> None:
        token = backend.enroll()["session_token"]
        values = [str(value) for row in Session.objects.values() for value in row.values()]
        assert not any(token in value for value in values)

    def test_tokens_differ(self, backend: Backend) -> None:
        assert len({backend.enroll()["session_token"] for _ in range(5)}) == 5

    def test_defaults(self, backend: Backend) -> None:
        assert backend.enroll()["target_samples"] == 3
        session = Session.objects.get()
        assert session.session_type == "webcam"
        assert session.policy["required_blinks"] == session.policy["required_motion"] == 1
        assert session.policy["rule"] == "all"

    @pytest.mark.parametrize("user_id", ["a", "user123", "A.b_c@d:e+f-g", "x" * 128, "...", 123])
    def test_user_ids(self, backend: Backend, user_id: Any) -> None:
        backend.enroll(user_id=user_id)
        assert Session.objects.get().user_id == str(user_id)

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"user_id": None}, "user_id"),
            ({"user_id": ""}, "user_id"),
            ({"user_id": "x" * 129}, "user_id"),
            ({"user_id": "white space"}, "user_id"),
            ({"user_id": " padded"}, "user_id"),
            ({"user_id": "line\n"}, "user_id"),
            ({"user_id": "ümlaut"}, "user_id"),
            ({"user_id": "a/b"}, "user_id"),
            ({"user_id": ".."}, "user_id"),
            ({"user_id": ["ada"]}, "user_id"),
            ({"user_id": True}, "user_id"),
            ({"session_type": "phone"}, "session_type"),
            ({"session_type": None}, "session_type"),
            ({"metadata": None}, "metadata"),
            ({"metadata": "x"}, "metadata"),
            ({"metadata": [1]}, "metadata"),
            ({"metadata": {"target_samples": 0}}, "metadata.target_samples"),
            ({"metadata": {"target_samples": 11}}, "metadata.target_samples"),
            ({"metadata": {"target_samples": "many"}}, "metadata.target_samples"),
            ({"metadata": {"target_samples": True}}, "metadata.target_samples"),
            ({"metadata": {"target_samples": 2.5}}, "metadata.target_samples"),
            ({"metadata": {"required_blinks": -1}}, "metadata.required_blinks"),
            ({"metadata": {"required_blinks": 6}}, "metadata.required_blinks"),
            ({"metadata": {"required_motion": 6}}, "metadata.required_motion"),
            ({"metadata": {"device_info": "x" * 4096}}, "metadata"),
            ({"metadata": {"anything": {"else": "ü" * 2048}}}, "metadata"),
        ],
    )
    def test_bad_requests_name_the_field(self, backend: Backend, body: dict[str, Any], field: str) -> None:
        assert backend.enroll(status=400, **body)["details"]["field"] == field
        assert Session.objects.count() == 0

    def test_missing_user(self, backend: Backend) -> None:
        answer = backend.call("POST", "/api/auth/enrollment/", {}, status=400)
        assert answer["details"]["field"] == "user_id"

    @pytest.mark.parametrize("body", ["{", "[]", '"text"', '{"user_id":"ada","metadata":{"x":"\\ud800"}}'])
    def test_bodies_that_are_none(self, backend: Backend, body: str) -> None:
        backend.call("POST", "/api/auth/enrollment/", body, status=400)

    @pytest.mark.parametrize("metadata", ['{"foo":1e400}', '{"foo":' + "[" * 100 + "]" * 100 + "}", '{"x":"\\ud800"}'])
    def test_metadata_that_can_not_be_kept(self, backend: Backend, metadata: str) -> None:
        body = f'{{"user_id":"x","metadata":{metadata}}}'
        answer = backend.call("POST", "/api/auth/enrollment/", body, status=400)
        assert answer["details"] == {"field": "metadata"}

    def test_metadata_up_to_4_kib(self, backend: Backend) -> None:
        metadata = {"device_info": "x" * (4096 - len('{"device_info":""}'))}
        token = backend.enroll(metadata=metadata)["session_token"]
        assert backend.call("GET", f"/api/auth/sessions/{token}/")["metadata"] == metadata

    def test_the_clients_floor(self) -> None:
        backend = make_backend(policy_floor={"target_samples": 5, "required_motion": 2})
        answer = backend.enroll(status=400, metadata={"target_samples": 4})
        assert answer["details"] == {"field": "metadata.target_samples", "minimum": 5}
        assert backend.enroll()["target_samples"] == 5
        assert Session.objects.get().policy["required_motion"] == 2

    def test_an_enrolled_user_may_enroll_again(self, backend: Backend) -> None:
        enrolled(backend.client)
        backend.enroll()


class TestAuthentication:
    def test_verification(self, backend: Backend) -> None:
        enrolled(backend.client)
        answer = backend.authenticate(
            user_id="ada",
            session_type="webcam",
            require_liveness=True,
            metadata={"min_frames_required": 3, "required_blinks": 1, "device_info": {"platform": "web"}},
        )
        assert set(answer) == {"session_token", "status", "expires_at", "session_type", "websocket_url", "message"}
        assert TOKEN.fullmatch(answer["session_token"])
        assert (answer["status"], answer["session_type"]) == ("active", "verification")
        assert answer["message"] == "Authentication session created. Stream frames to continue."

    @pytest.mark.parametrize("body", [{}, {"user_id": None}])
    def test_identification(self, backend: Backend, body: dict[str, Any]) -> None:
        assert backend.authenticate(**body)["session_type"] == "identification"

    def test_unknown_user(self, backend: Backend) -> None:
        assert backend.authenticate(status=404, user_id="nobody")["details"] == {"field": "user_id"}

    def test_a_user_of_another_tenant_is_unknown(self, backend: Backend) -> None:
        enrolled(make_backend().client)
        backend.authenticate(status=404, user_id="ada")

    def test_a_user_of_an_older_model_is_unknown(self, backend: Backend) -> None:
        embedding = Embedding(np.ones(4, np.float32), "older/1")
        store_template(
            backend.client.id, "ada", embedding, sample_count=1, quality_score=1, enrollment_id=backend.client.id
        )
        backend.authenticate(status=404, user_id="ada")

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"user_id": ""}, "user_id"),
            ({"user_id": "a b"}, "user_id"),
            ({"require_liveness": "perhaps"}, "require_liveness"),
            ({"require_liveness": None}, "require_liveness"),
            ({"session_type": "verification"}, "session_type"),
            ({"metadata": {"min_frames_required": 11}}, "metadata.min_frames_required"),
            ({"metadata": {"min_frames_required": 0}}, "metadata.min_frames_required"),
            ({"metadata": {"required_blinks": 6}}, "metadata.required_blinks"),
        ],
    )
    def test_bad_requests_name_the_field(self, backend: Backend, body: dict[str, Any], field: str) -> None:
        assert backend.authenticate(status=400, **body)["details"]["field"] == field

    def test_skipping_liveness_must_be_granted(self, backend: Backend) -> None:
        assert backend.authenticate(status=403, require_liveness=False)["details"] == {"field": "require_liveness"}
        granted = make_backend(may_skip_liveness=True)
        granted.authenticate(require_liveness=False)
        assert Session.objects.get().policy["rule"] == "none"

    def test_failures_lock_the_user(self, backend: Backend) -> None:
        enrolled(backend.client)
        enrolled(backend.client, "bob", 1)
        for _ in range(4):
            attempts.record_failure(backend.client.id, "ada")
        backend.authenticate(user_id="ada")
        attempts.record_failure(backend.client.id, "ada")
        answer = backend.authenticate(status=429, user_id="ada")
        assert 29_000 < answer["details"]["retry_after_ms"] <= 30_000
        backend.authenticate(user_id="bob")
        backend.authenticate()

    def test_a_lock_is_the_tenants_own(self, backend: Backend) -> None:
        enrolled(backend.client)
        other = make_backend()
        for _ in range(5):
            attempts.record_failure(other.client.id, "ada")
        backend.authenticate(user_id="ada")


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


class TestWebsocketUrl:
    def test_follows_the_request(self, backend: Backend) -> None:
        http = Client(headers={"authorization": f"JWT {backend.access_token}"}, SERVER_NAME="faces.test")
        answer = http.post("/api/auth/authentication/", {}, content_type="application/json", secure=True).json()
        assert answer["websocket_url"].startswith("wss://faces.test/ws/auth/process-image/sess_")

    def test_or_the_public_address(self, backend: Backend, settings: Settings) -> None:
        settings.FRAPI = replace(settings.FRAPI, public_url="https://api.example.com/faces")
        url = backend.authenticate()["websocket_url"]
        assert url.startswith("wss://api.example.com/faces/ws/auth/process-image/sess_")


class TestSessions:
    def test_result_of_an_open_session(self, backend: Backend) -> None:
        created = backend.enroll(session_type="kiosk")
        result = backend.call("GET", f"/api/auth/sessions/{created['session_token']}/")
        assert result == {
            "id": created["enrollment_id"],
            "session_type": "enrollment",
            "device_type": "kiosk",
            "user_id": "ada",
            "status": "pending",
            "target_frames": 3,
            "frames_processed": 0,
            "frames_seen": 0,
            "blinks_detected": 0,
            "motion_events": 0,
            "liveness_verified": False,
            "liveness_score": 0.0,
            "live_face_score": None,
            "injection_signals": {},
            "challenge_passed": None,
            "outcome": None,
            "metadata": {},
            "created_at": result["created_at"],
            "expires_at": created["expires_at"],
            "completed_at": None,
        }

    def test_cancel(self, backend: Backend) -> None:
        path = f"/api/auth/sessions/{backend.authenticate()['session_token']}/"
        for _ in range(2):
            result = backend.call("DELETE", path)
            assert result["status"] == "cancelled"
            assert result["outcome"]["reason"] == "cancelled"
            assert result["completed_at"].endswith("Z")
        assert backend.call("GET", path)["status"] == "cancelled"

    def test_what_has_ended_can_not_be_cancelled(self, backend: Backend) -> None:
        path = f"/api/auth/sessions/{backend.authenticate()['session_token']}/"
        Session.objects.update(status="completed")
        assert backend.call("DELETE", path, status=410)["details"] == {"status": "completed"}

    def test_expires_when_looked_at(self, backend: Backend) -> None:
        path = f"/api/auth/sessions/{backend.authenticate()['session_token']}/"
        Session.objects.update(expires_at=timezone.now(), sealed_state=b"samples")
        result = backend.call("GET", path)
        assert result["status"] == "expired"
        assert result["outcome"] == {
            "success": False,
            "reason": "expired",
            "authenticated": False,
            "user_id": None,
            "confidence": None,
            "quality_score": None,
        }
        assert Session.objects.get().sealed_state is None
        backend.call("DELETE", path, status=410)

    def test_those_left_behind_keep_no_samples(self, backend: Backend) -> None:
        make_backend().enroll()
        Session.objects.update(expires_at=timezone.now(), sealed_state=b"samples")
        backend.enroll()
        left_behind = Session.objects.get(status="expired")
        assert (left_behind.sealed_state, left_behind.outcome["reason"]) == (None, "expired")

    def test_another_tenants_session_is_unknown(self, backend: Backend) -> None:
        path = f"/api/auth/sessions/{backend.enroll()['session_token']}/"
        stranger = make_backend()
        stranger.call("GET", path, status=404)
        stranger.call("DELETE", path, status=404)
        assert Session.objects.get().status == "pending"

    @pytest.mark.parametrize("token", ["sess_unknown", "x", "%00", "sess_" + "A" * 43])
    def test_unknown_tokens(self, backend: Backend, token: str) -> None:
        backend.call("GET", f"/api/auth/sessions/{token}/", status=404)


class TestUsers:
    def test_list(self, backend: Backend) -> None:
        enrolled(backend.client, "bob", 1)
        enrolled(backend.client, "ada", 0)
        enrolled(make_backend().client, "eve", 2)
        answer = backend.call("GET", "/api/auth/users/")
        assert set(answer) == {"count", "next", "previous", "results"}
        assert answer["count"] == 2
        first = answer["results"][0]
        assert first == {
            "user_id": "ada",
            "enrollment_id": str(backend.client.id),
            "enrolled_at": first["enrolled_at"],
            "sample_count": 3,
            "quality_score": 0.87,
            "model": CONTRACT,
        }
        assert [user["user_id"] for user in answer["results"]] == ["ada", "bob"]

    def test_pages(self, backend: Backend) -> None:
        for number in range(7):
            enrolled(backend.client, f"user{number}", number)
        found: list[str] = []
        path: str | None = "/api/auth/users/?page_size=3"
        while path:
            answer = backend.call("GET", path)
            found += [user["user_id"] for user in answer["results"]]
            path = answer["next"]
        assert found == [f"user{number}" for number in range(7)]
        backend.call("GET", "/api/auth/users/?page=99", status=404)

    def test_show(self, backend: Backend) -> None:
        enrolled(backend.client, "a.b@c:d+e-f")
        assert backend.call("GET", "/api/auth/users/a.b@c:d+e-f/")["user_id"] == "a.b@c:d+e-f"
        backend.call("GET", "/api/auth/users/nobody/", status=404)
        make_backend().call("GET", "/api/auth/users/a.b@c:d+e-f/", status=404)


class TestErasure:
    @pytest.fixture
    def erase(self, backend: Backend) -> Callable[..., dict[str, Any]]:
        return lambda user_id="ada", **options: backend.call("DELETE", f"/api/auth/users/{user_id}/", **options)

    def test_receipt(self, backend: Backend, erase: Callable[..., dict[str, Any]]) -> None:
        enrolled(backend.client)
        enrolled(backend.client, "bob", 1)
        backend.enroll(metadata={"device_info": "ada's phone"})
        backend.authenticate(user_id="ada")
        backend.authenticate(user_id="bob")
        attempts.record_failure(backend.client.id, "ada")
        Session.objects.filter(kind="enrollment").update(sealed_state=b"samples")
        receipt = erase()
        assert receipt == {
            "user_id": "ada",
            "erased_at": receipt["erased_at"],
            "templates": 1,
            "index_entries": 0,  # nobody was searched for yet, so there was no index
            "sessions": 2,
            "sessions_cancelled": 2,
            "session_states": 1,
            "failure_records": 1,
        }
        assert receipt["erased_at"].endswith("Z")
        erase(status=404)

    def test_leaves_no_trace(self, backend: Backend, erase: Callable[..., dict[str, Any]]) -> None:
        enrolled(backend.client)
        backend.enroll(metadata={"device_info": "ada's phone"})
        found = backend.authenticate()["session_token"]
        Session.objects.filter(kind="identification").update(
            status="completed", outcome={"success": True, "user_id": "ada", "confidence": 0.99}
        )
        erase()
        # Identifiers and hashes are hexadecimal, and may spell anything.
        unspeaking = {"id", "client_id", "token_hash"}
        everything = [*Session.objects.values(), *FailedAttempts.objects.values()]
        assert not any("ada" in str(row[name]) for row in everything for name in row.keys() - unspeaking)
        result = backend.call("GET", f"/api/auth/sessions/{found}/")
        assert (result["status"], result["user_id"], result["outcome"]) == ("completed", None, None)
        assert backend.call("GET", "/api/auth/users/")["count"] == 0
        backend.authenticate(status=404, user_id="ada")

    def test_a_user_who_never_finished_enrolling(self, backend: Backend, erase: Callable[..., dict[str, Any]]) -> None:
        token = backend.enroll()["session_token"]
        receipt = erase()
        assert (receipt["templates"], receipt["sessions_cancelled"]) == (0, 1)
        result = backend.call("GET", f"/api/auth/sessions/{token}/")
        assert (result["status"], result["outcome"], result["metadata"]) == ("cancelled", None, {})

    def test_another_tenants_user_stays(self, backend: Backend, erase: Callable[..., dict[str, Any]]) -> None:
        other = make_backend()
        enrolled(other.client)
        other.enroll()
        erase(status=404)
        assert other.call("GET", "/api/auth/users/ada/")["user_id"] == "ada"
        assert set(Session.objects.values_list("user_id", "status")) == {("ada", "pending")}


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
