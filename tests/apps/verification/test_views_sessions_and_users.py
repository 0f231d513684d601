"""The calls on what there is: a session's result and cancelling, the enrolled users and their erasure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from frapi.apps.verification import attempts
from frapi.apps.verification.models import FailedAttempts, Session
from frapi.vision.embed import CONTRACT
from tests.apps.verification.relying_party import Backend, enrolled, make_backend

pytestmark = pytest.mark.django_db


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
            "duplicate_of": None,
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
