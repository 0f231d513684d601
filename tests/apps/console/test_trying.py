from __future__ import annotations

import html
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from config.env import Console
from frapi.apps.accounts.services import NewClient, create_client, revoke_client
from frapi.apps.verification.models import FailedAttempts, Session, SessionStatus
from tests.apps.console.conftest import Browser, enrol, text

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


def make(browser: Browser, kind: str, body: Any, status: int = 201) -> dict[str, Any]:
    answer: Any = browser.script(f"/console/try/{kind}/session/", body)
    assert answer.status_code == status, answer.content
    said: dict[str, Any] = answer.json()
    return said


def test_the_pages_offer_what_rest_does(browser: Browser, tenant: NewClient) -> None:
    enrol(tenant.client)
    page = text(browser.get("/console/try/enrol/"))
    for name in ("user_id", "session_type", "metadata.target_samples", "metadata.required_blinks"):
        assert f'name="{name}"' in page
    page = text(browser.get("/console/try/verify/?user=ada"))
    assert 'name="metadata.min_frames_required"' in page
    assert 'value="ada"' in page
    assert '<option value="ada">' in page
    assert 'name="user_id"' not in text(browser.get("/console/try/identify/"))
    assert browser.get("/console/try/erase/").status_code == 404


def test_what_is_in_an_address_is_only_text(browser: Browser) -> None:
    page = text(browser.get('/console/try/verify/?user="><script>alert(1)</script>'))
    assert "<script>alert" not in page


def test_an_enrolment(browser: Browser, tenant: NewClient) -> None:
    made = make(browser, "enrol", {"user_id": "ada", "metadata": {"target_samples": 5, "device_info": {"a": 1}}})
    session = Session.objects.get(id=made["session_id"])
    assert (session.kind, session.user_id, session.policy["target_frames"]) == ("enrollment", "ada", 5)
    assert session.metadata["device_info"] == {"a": 1}
    assert made["websocket_url"].startswith("ws://testserver/ws/auth/process-image/sess_")
    assert made["result_url"] == f"/console/sessions/{session.id}/result/"
    assert browser.get(made["session_page"]).status_code == 200
    assert browser.script(made["cancel_url"], {}).status_code == 302
    session.refresh_from_db()
    assert session.status == SessionStatus.CANCELLED


def test_a_verification_and_an_identification(browser: Browser, tenant: NewClient) -> None:
    enrol(tenant.client)
    made = make(browser, "verify", {"user_id": "ada", "session_type": "kiosk"})
    assert Session.objects.get(id=made["session_id"]).kind == "verification"
    made = make(browser, "identify", {})
    assert Session.objects.get(id=made["session_id"]).kind == "identification"
    made = make(browser, "identify", {"user_id": "ada"})
    assert Session.objects.get(id=made["session_id"]).user_id == ""


@pytest.mark.parametrize(
    ("kind", "body", "status", "field"),
    [
        ("enrol", {"user_id": "no spaces!"}, 400, "user_id"),
        ("enrol", {"user_id": ""}, 400, "user_id"),
        ("enrol", {}, 400, "user_id"),
        ("enrol", {"user_id": "ada", "metadata": {"target_samples": 11}}, 400, "metadata.target_samples"),
        ("enrol", {"user_id": "ada", "metadata": {"accommodation": "none"}}, 400, "metadata.accommodation"),
        ("enrol", {"user_id": "ada", "metadata": {"accommodation": "motion_only"}}, 503, "metadata.accommodation"),
        ("enrol", {"user_id": "ada", "metadata": {"x": "y" * 5000}}, 400, "metadata"),
        ("enrol", {"user_id": "ada", "session_type": "fridge"}, 400, "session_type"),
        ("verify", {}, 400, "user_id"),
        ("verify", {"user_id": "nobody"}, 404, "user_id"),
        ("identify", {"require_liveness": False}, 403, "require_liveness"),
        ("enrol", [], 400, None),
        ("enrol", b"{", 400, None),
        ("enrol", b"\xff", 400, None),
    ],
)
def test_what_can_not_be_is_told_by_its_field(
    browser: Browser, tenant: NewClient, kind: str, body: Any, status: int, field: str | None
) -> None:
    said = make(browser, kind, body, status)
    assert (said["type"], said["code"]) == ("error", status)
    assert said["details"].get("field") == field
    assert not Session.objects.exists()


def test_a_floor_is_shown_and_kept_to(db: None) -> None:
    browser = Browser()
    browser.sign_in(create_client("strict", policy_floor={"required_blinks": 2, "challenge": True}))
    page = html.unescape(text(browser.get("/console/try/enrol/")))
    assert 'name="metadata.required_blinks" type="number" inputmode="numeric" min="2" max="5" placeholder="2"' in page
    assert "This API client always does" in page
    said = make(browser, "enrol", {"user_id": "ada", "metadata": {"required_blinks": 1}}, 400)
    assert said["details"] == {"field": "metadata.required_blinks", "minimum": 2}


def test_without_liveness_only_for_who_was_granted_it(browser: Browser, db: None) -> None:
    assert "without_liveness" not in text(browser.get("/console/try/verify/"))
    granted = Browser()
    granted.sign_in(create_client("granted", may_skip_liveness=True))
    assert "without_liveness" in text(granted.get("/console/try/verify/"))
    assert "without_liveness" not in text(granted.get("/console/try/enrol/"))
    made = make(granted, "identify", {"require_liveness": False})
    assert Session.objects.get(id=made["session_id"]).policy["rule"] == "none"


def test_a_locked_user_is_told_how_long(browser: Browser, tenant: NewClient, monkeypatch: pytest.MonkeyPatch) -> None:
    enrol(tenant.client)
    FailedAttempts.objects.create(client=tenant.client, user_id="ada", record={"locked_until_ms": 10**15})
    said = make(browser, "verify", {"user_id": "ada"}, 429)
    assert said["details"]["retry_after_ms"] > 0


def test_who_may_not_connect_from_here_is_warned(db: None, browser: Browser) -> None:
    assert "isn't among them" not in html.unescape(text(browser.get("/console/try/enrol/")))
    strict = Browser()
    strict.sign_in(create_client("strict", allowed_origins=["https://app.example.com"]))
    assert "isn't among them" in html.unescape(text(strict.get("/console/try/enrol/")))


def test_a_revoked_client_has_no_new_sessions(settings: Settings, tenant: NewClient) -> None:
    settings.FRAPI = replace(settings.FRAPI, console=Console.STAFF)
    User.objects.create_user("grace", password=PASSWORD, is_staff=True)
    browser = Browser()
    browser.sign_in_as_staff("grace", PASSWORD)
    browser.get("/console/")
    revoke_client(tenant.client)
    assert "can have no new sessions" in text(browser.get("/console/try/enrol/"))
    assert "revoked" in make(browser, "enrol", {"user_id": "ada"}, 403)["error"]


def test_a_script_of_nobody_s_is_told_where_to_sign_in(browser: Browser, tenant: NewClient) -> None:
    browser.post("/console/sign-out/")
    browser.get("/console/sign-in/")
    said = make(browser, "enrol", {"user_id": "ada"}, 401)
    assert said["details"] == {"reason": "nobody", "sign_in": "/console/sign-in/"}


def test_another_site_s_page_can_not_make_one(browser: Browser, tenant: NewClient) -> None:
    browser.token = "x" * 64
    said = make(browser, "enrol", {"user_id": "ada"}, 403)
    assert "Load it again" in said["error"]
    assert not Session.objects.exists()
