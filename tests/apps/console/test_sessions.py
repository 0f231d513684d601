from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from frapi.apps.accounts.services import NewClient, mac_key, payload_key
from frapi.apps.verification import services
from frapi.apps.verification.models import Session, SessionStatus
from frapi.apps.verification.outcome import Outcome, OutcomeReason
from frapi.apps.verification.payload import encrypt_payload
from frapi.apps.verification.policy import Demands
from tests.apps.console.conftest import Browser, new_session, text, unknown_id

pytestmark = pytest.mark.django_db

LIST = "/console/sessions/"


def ended(client: Any, outcome: Outcome, status: SessionStatus = SessionStatus.COMPLETED, **changes: Any) -> Session:
    return new_session(client, status=status, outcome=outcome.to_json(), completed_at=timezone.now(), **changes)


def ids(browser: Browser, query: str = "") -> list[str]:
    """Of the sessions listed, in order."""
    return re.findall(r'data-key="([0-9a-f-]{36})"', text(browser.get(LIST + query)))


def test_the_newest_comes_first_in_pages(browser: Browser, tenant: NewClient) -> None:
    now = timezone.now()
    made = [new_session(tenant.client, created_at=now - timedelta(minutes=age)) for age in range(30)]
    assert ids(browser) == [str(each.id) for each in made[:25]]
    assert ids(browser, "?page=2") == [str(each.id) for each in made[25:]]
    first = text(browser.get(LIST))
    assert "1 to 25 of 30" in first
    assert 'href="?page=2"' in first


@pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "x", "", "٣"])
def test_there_is_no_wrong_page(browser: Browser, tenant: NewClient, page: str) -> None:
    session = new_session(tenant.client)
    assert ids(browser, f"?page={page}") == [str(session.id)]


def test_filters(browser: Browser, tenant: NewClient) -> None:
    enrolment = new_session(tenant.client, "ada")
    recognized = Outcome(True, OutcomeReason.RECOGNIZED, True, "Grace", 0.99)
    identified = new_session(
        tenant.client, None, status=SessionStatus.COMPLETED, outcome=recognized.to_json(), completed_at=timezone.now()
    )
    assert ids(browser, "?kind=enrollment") == [str(enrolment.id)]
    assert ids(browser, "?status=completed") == [str(identified.id)]
    assert ids(browser, "?user=AD") == [str(enrolment.id)]
    assert ids(browser, "?user=grace&kind=identification") == [str(identified.id)]
    assert "No session is like that" in text(browser.get(LIST + "?user=zoe"))
    assert len(ids(browser, "?kind=nonsense&status=nonsense")) == 2


@pytest.mark.parametrize("user", ["%00", "%", "_", "'", '"><script>alert(1)</script>', "a" * 5000, "\udc00"])
def test_what_is_typed_is_text(browser: Browser, tenant: NewClient, user: str) -> None:
    new_session(tenant.client)
    shown = browser.get(LIST, data={"user": user.encode("utf-8", "replace")})
    assert shown.status_code == 200
    assert "<script>alert" not in text(shown)


def test_without_any_it_says_what_to_do(browser: Browser) -> None:
    assert "No sessions yet" in text(browser.get(LIST))


def test_only_what_changes_is_sent_again_and_only_once(browser: Browser, tenant: NewClient) -> None:
    session = new_session(tenant.client)
    part = browser.refresh(LIST)
    assert text(part).startswith("<section")
    assert browser.refresh(LIST, part["ETag"]).status_code == 304
    services.end_session(session, SessionStatus.CANCELLED, OutcomeReason.CANCELLED)
    changed = browser.refresh(LIST, part["ETag"])
    assert changed.status_code == 200
    assert "Cancelled" in text(changed)


def test_what_ran_out_of_time_is_shown_so(browser: Browser, tenant: NewClient) -> None:
    session = new_session(tenant.client, expires_at=timezone.now() - timedelta(seconds=1))
    assert "Time ran out" in text(browser.get(LIST))
    session.refresh_from_db()
    assert session.status == SessionStatus.EXPIRED


def test_a_session_says_all_about_itself(browser: Browser, tenant: NewClient) -> None:
    outcome = Outcome(True, OutcomeReason.ENROLLED, user_id="ada", quality_score=0.87)
    session = ended(tenant.client, outcome, metadata={"device_info": {"model": "<Pixel>"}, "order": 17})
    shown = text(browser.get(f"{LIST}{session.id}/"))
    assert "Enrolled as ada" in shown
    assert "&lt;Pixel&gt;" in shown
    assert "&quot;order&quot;: 17" in shown
    assert "87%" in shown
    assert "Cancel this session" not in shown
    assert "data-live-end" in shown
    assert session.token_hash not in shown


def test_a_challenge_is_told_to_nobody_before_it_is_asked(browser: Browser, tenant: NewClient) -> None:
    created = services.create_enrollment(
        tenant.client, user_id="ada", session_type="webcam", metadata={}, demands=Demands(challenge=True)
    )
    shown = text(browser.get(f"{LIST}{created.session.id}/"))
    assert "3 moves, told to nobody before they are asked for" in shown
    assert not any(move in shown for move in ("turn left", "turn right", "look up", "look down", "blink twice"))


def test_rows_of_earlier_versions_can_be_shown(browser: Browser, tenant: NewClient) -> None:
    session = new_session(tenant.client)
    for name in ("injection_signals", "challenge_passed", "live_face_score", "effective_fps"):
        del session.counters[name]
    for name in ("challenge", "require_passive_pad", "extra_frames"):
        del session.policy[name]
    session.save()
    assert browser.get(f"{LIST}{session.id}/").status_code == 200
    session.outcome = Outcome(False, OutcomeReason.NOT_RECOGNIZED, False).to_json()
    session.status = SessionStatus.FAILED
    session.save()
    assert browser.get(f"{LIST}{session.id}/").status_code == 200


@pytest.mark.parametrize(
    "address",
    ["nonsense/", f"{unknown_id()}/", f"{unknown_id()}/result/", "../../etc/passwd"],
    ids=["nonsense", "unknown", "unknown result", "outside"],
)
def test_unknown_ones(browser: Browser, address: str) -> None:
    answer = browser.get(LIST + address)
    assert answer.status_code in {404, 405}
    if answer.status_code == 404:
        assert "Nothing is here" in text(answer)


def test_cancelling(browser: Browser, tenant: NewClient) -> None:
    session = new_session(tenant.client)
    page = f"{LIST}{session.id}/"
    browser.get(page)
    assert browser.post(f"{page}cancel/")["Location"] == page
    session.refresh_from_db()
    assert (session.status, session.outcome["reason"]) == (SessionStatus.CANCELLED, "cancelled")
    assert browser.post(f"{page}cancel/").status_code == 302  # once more is no error


def test_what_has_ended_can_not_be_cancelled(browser: Browser, tenant: NewClient) -> None:
    session = ended(tenant.client, Outcome(True, OutcomeReason.ENROLLED, user_id="ada"))
    browser.get(f"{LIST}{session.id}/")
    refused = browser.post(f"{LIST}{session.id}/cancel/")
    assert refused.status_code == 410
    assert "This session has ended." in text(refused)


class TestTheResult:
    def content(self, session: Session, **changes: Any) -> dict[str, Any]:
        return {"id": str(session.id), "client_id": str(session.client_id), "user_id": "ada"} | changes

    def encrypted(self, tenant: NewClient, content: dict[str, Any]) -> dict[str, str]:
        return encrypt_payload(content, payload_key=payload_key(tenant.client), mac_key=mac_key(tenant.client))

    def ask(self, browser: Browser, session: Session, body: Any) -> str:
        browser.get(LIST)
        answer = browser.script(f"{LIST}{session.id}/result/", body)
        assert answer.status_code == 200, answer.content
        return html.unescape(text(answer))

    @pytest.fixture
    def session(self, tenant: NewClient) -> Session:
        return ended(tenant.client, Outcome(True, OutcomeReason.ENROLLED, user_id="ada"))

    def test_it_is_the_server_s_and_not_the_browser_s(self, browser: Browser, tenant: NewClient) -> None:
        refused = ended(tenant.client, Outcome(False, OutcomeReason.NOT_RECOGNIZED, False), SessionStatus.FAILED)
        shown = self.ask(browser, refused, {"success": True, "status": "completed"})
        assert "Not recognised" in shown
        assert '"status": "failed"' in shown
        assert "The payload, decrypted" not in shown

    def test_the_payload_is_decrypted_once_it_is_checked(
        self, browser: Browser, tenant: NewClient, session: Session
    ) -> None:
        encrypted = self.encrypted(tenant, self.content(session, nonce="n-17"))
        shown = self.ask(browser, session, encrypted)
        assert '"nonce": "n-17"' in shown
        assert "mac checked" in shown
        assert encrypted["encrypted_payload"] in shown

    def test_a_changed_one_is_not_shown(self, browser: Browser, tenant: NewClient, session: Session) -> None:
        encrypted = self.encrypted(tenant, self.content(session)) | {"mac": "AAAA"}
        shown = self.ask(browser, session, encrypted)
        assert "Its mac doesn't fit" in shown
        assert "mac checked" not in shown
        assert "Enrolled as ada" in shown  # what the server knows is shown all the same

    @pytest.mark.parametrize("changes", [{"id": "another"}, {"client_id": "another"}])
    def test_another_session_s_is_not_shown(
        self, browser: Browser, tenant: NewClient, session: Session, changes: dict[str, str]
    ) -> None:
        shown = self.ask(browser, session, self.encrypted(tenant, self.content(session, **changes)))
        assert "belongs to another session" in shown
        assert "mac checked" not in shown

    @pytest.mark.parametrize("algorithm", ["AES", 7, None])
    def test_what_is_no_payload(self, browser: Browser, session: Session, algorithm: Any) -> None:
        shown = self.ask(browser, session, {"encrypted_payload": "AAAA", "algorithm": algorithm, "mac": "AAAA"})
        assert "isn't a payload of this server's" in shown

    @pytest.mark.parametrize("body", [b"", b"{", b"\xff", json.dumps([1]).encode(), b"[" * 5000])
    def test_bad_bodies(self, browser: Browser, session: Session, body: bytes) -> None:
        browser.get(LIST)
        answer: Any = browser.script(f"{LIST}{session.id}/result/", body)
        assert answer.status_code == 400
        assert set(answer.json()) == {"type", "error", "code", "details"}
