"""The calls that create a session, and the address of its socket."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from frapi.apps.templates.services import store_template
from frapi.apps.verification import attempts
from frapi.apps.verification.models import Session
from frapi.vision.types import Embedding
from tests.apps.verification.relying_party import Backend, enrolled, make_backend

pytestmark = pytest.mark.django_db

TOKEN = re.compile(r"sess_[A-Za-z0-9_-]{43}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


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


class TestWebsocketUrl:
    def test_follows_the_request(self, backend: Backend) -> None:
        http = Client(headers={"authorization": f"JWT {backend.access_token}"}, SERVER_NAME="faces.test")
        answer = http.post("/api/auth/authentication/", {}, content_type="application/json", secure=True).json()
        assert answer["websocket_url"].startswith("wss://faces.test/ws/auth/process-image/sess_")

    def test_or_the_public_address(self, backend: Backend, settings: Settings) -> None:
        settings.FRAPI = replace(settings.FRAPI, public_url="https://api.example.com/faces")
        url = backend.authenticate()["websocket_url"]
        assert url.startswith("wss://api.example.com/faces/ws/auth/process-image/sess_")
