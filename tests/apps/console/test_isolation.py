"""What one API client's key opens shows nothing of another's, on any page and by any action."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse

from frapi.apps.accounts.services import NewClient
from frapi.apps.templates.models import FaceTemplate
from frapi.apps.verification.models import Session, SessionStatus
from tests.apps.console.conftest import Browser, enrol, new_session, text

pytestmark = pytest.mark.django_db

THEIR_USER = "xanthippe"

PAGES = [
    "/console/",
    "/console/sessions/",
    "/console/sessions/?user=" + THEIR_USER,
    "/console/sessions/?status=pending",
    "/console/users/",
    "/console/users/?q=" + THEIR_USER,
    "/console/try/enrol/",
    "/console/try/verify/",
    "/console/try/identify/",
    "/console/integrate/",
]


def without_token(page: HttpResponse) -> str:
    """CSRF tokens are never twice the same."""
    return re.sub(r'(content|value)="[A-Za-z0-9]{64}"', "", text(page))


@pytest.fixture
def theirs(other: NewClient) -> Session:
    """Another client's open session of a user of theirs."""
    enrol(other.client, THEIR_USER)
    return new_session(other.client, THEIR_USER, metadata={"device_info": "a secret of theirs"})


@pytest.mark.parametrize("page", PAGES)
def test_lists_show_one_s_own(browser: Browser, tenant: NewClient, theirs: Session, page: str) -> None:
    enrol(tenant.client, "ada")
    mine = new_session(tenant.client, "ada")
    for shown in (browser.get(page), browser.refresh(page)):
        assert shown.status_code == 200
        said = text(shown).replace(f'value="{THEIR_USER}"', "").replace(f"“{THEIR_USER}”", "")  # what was typed
        for each in (THEIR_USER, str(theirs.id), "a secret of theirs", "somebody else"):
            assert each not in re.sub(r"[?&]\S*", "", said)
    assert str(mine.id) in text(browser.get("/console/sessions/"))


def test_another_s_session_is_nowhere(browser: Browser, theirs: Session) -> None:
    address = f"/console/sessions/{theirs.id}/"
    missing = "/console/sessions/00000000-0000-4000-8000-000000000000/"
    assert browser.get(address).status_code == browser.get(missing).status_code == 404
    assert without_token(browser.get(address)) == without_token(browser.get(missing))
    assert browser.refresh(address).status_code == 404
    assert browser.script(f"{address}result/", {}).status_code == 404
    assert browser.post(f"{address}cancel/").status_code == 404
    theirs.refresh_from_db()
    assert theirs.status == SessionStatus.PENDING


def test_another_s_user_is_nowhere(browser: Browser, other: NewClient, theirs: Session) -> None:
    assert browser.get(f"/console/users/{THEIR_USER}/").status_code == 404
    assert browser.post(f"/console/users/{THEIR_USER}/erase/", {"confirmation": THEIR_USER}).status_code == 404
    assert FaceTemplate.objects.filter(client=other.client, user_id=THEIR_USER).exists()
    refused = browser.script("/console/try/verify/session/", {"user_id": THEIR_USER})
    assert refused.status_code == 404


def test_the_same_name_is_two_users(browser: Browser, tenant: NewClient, other: NewClient) -> None:
    enrol(tenant.client, "ada", axis=0)
    enrol(other.client, "ada", axis=1)
    their_session = new_session(other.client, "ada")
    mine = new_session(tenant.client, "ada")
    shown = text(browser.get("/console/users/ada/"))
    assert str(mine.id) in shown
    assert str(their_session.id) not in shown
    browser.get("/console/users/ada/")
    assert browser.post("/console/users/ada/erase/", {"confirmation": "ada"}).status_code == 200
    assert FaceTemplate.objects.get().client == other.client
    their_session.refresh_from_db()
    assert their_session.user_id == "ada"


def test_sessions_belong_to_who_is_signed_in(browser: Browser, tenant: NewClient, theirs: Session) -> None:
    made = browser.script("/console/try/enrol/session/", {"user_id": "ada"}).json()  # type: ignore[attr-defined]
    assert Session.objects.get(id=made["session_id"]).client == tenant.client
