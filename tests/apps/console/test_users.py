from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from frapi.apps.accounts.services import NewClient
from frapi.apps.templates.models import FaceTemplate
from frapi.apps.verification.models import FailedAttempts, Session
from frapi.inference.fake import FakeFrameAnalyzer
from tests.apps.console.conftest import Browser, enrol, new_session, text

pytestmark = pytest.mark.django_db

LIST = "/console/users/"


def test_a_list_in_pages_with_search(browser: Browser, tenant: NewClient) -> None:
    assert "Nobody is enrolled yet" in text(browser.get(LIST))
    for number in range(30):
        enrol(tenant.client, f"user-{number:02}", axis=number)
    enrol(tenant.client, "Ada", axis=40)
    first = text(browser.get(LIST))
    assert "1 to 25 of 31" in first
    assert "user-29" not in first
    assert "user-29" in text(browser.get(LIST + "?page=2"))
    found = text(browser.get(LIST + "?q=ada"))
    assert "/console/users/Ada/" in found
    assert "user-00" not in found
    assert "Nobody is called that" in text(browser.get(LIST + "?q=<b>"))
    assert "<b>”" not in text(browser.get(LIST + "?q=<b>"))


def test_a_user_and_what_is_known_of_the_template(browser: Browser, tenant: NewClient) -> None:
    enrol(tenant.client)
    session = new_session(tenant.client)
    FaceTemplate.objects.update(refreshed_at=timezone.now() - timedelta(days=1))
    shown = text(browser.get(f"{LIST}ada/"))
    for each in ("In use", "88%", "Refreshed", FaceTemplate.objects.get().contract, str(session.id)):
        assert each in shown


def test_a_template_of_another_recogniser_says_so(
    browser: Browser, tenant: NewClient, analyzer: FakeFrameAnalyzer
) -> None:
    enrol(tenant.client)
    FaceTemplate.objects.update(contract="older/1")
    assert "must enrol again" in text(browser.get(f"{LIST}ada/"))


def test_a_locked_user(browser: Browser, tenant: NewClient) -> None:
    enrol(tenant.client)
    until_ms = round((timezone.now() + timedelta(seconds=30)).timestamp() * 1000)
    FailedAttempts.objects.create(client=tenant.client, user_id="ada", record={"locks": 1, "locked_until_ms": until_ms})
    assert "Too many verifications of this user failed lately" in text(browser.get(f"{LIST}ada/"))


@pytest.mark.parametrize("name", ["nobody", "a" * 129, "..", "a%20b", "a%2Fb", "<script>"])
def test_unknown_ones(browser: Browser, name: str) -> None:
    answer = browser.get(f"{LIST}{name}/")
    assert answer.status_code == 404 or answer["Location"]
    if answer.status_code == 404:
        assert "Nothing is here" in text(answer)


@pytest.mark.parametrize("name", ["a.b_c@d:e+f-g", "A" * 128])
def test_every_name_that_may_be_enrolled_has_a_page(browser: Browser, tenant: NewClient, name: str) -> None:
    enrol(tenant.client, name)
    assert f'href="/console/users/{name}/"' in text(browser.get(LIST))
    assert browser.get(f"{LIST}{name}/").status_code == 200


@pytest.mark.parametrize("typed", ["", "Ada", " ada", "ada ", "eve"])
def test_nobody_is_erased_by_mistake(browser: Browser, tenant: NewClient, typed: str) -> None:
    enrol(tenant.client)
    browser.get(f"{LIST}ada/")
    answer = browser.post(f"{LIST}ada/erase/", {"confirmation": typed})
    assert answer.status_code == 400
    assert "Nothing was erased" in text(answer)
    assert FaceTemplate.objects.exists()


def test_erasure_gives_a_receipt(browser: Browser, tenant: NewClient) -> None:
    enrol(tenant.client)
    session = new_session(tenant.client)
    browser.get(f"{LIST}ada/")
    receipt = browser.post(f"{LIST}ada/erase/", {"confirmation": "ada"})
    assert receipt.status_code == 200
    assert "<dt>Templates</dt><dd>1</dd>" in text(receipt)
    assert "<dt>Sessions that named the user</dt><dd>1</dd>" in text(receipt)
    assert not FaceTemplate.objects.exists()
    assert Session.objects.get(pk=session.pk).user_id == ""
    assert browser.get(f"{LIST}ada/").status_code == 404
    again = browser.post(f"{LIST}ada/erase/", {"confirmation": "ada"})
    assert again.status_code == 404
    assert "Its user was erased" in text(browser.get("/console/sessions/"))


def test_who_is_known_by_sessions_alone_can_be_erased_too(browser: Browser, tenant: NewClient) -> None:
    new_session(tenant.client, "ghost")
    assert "Nothing is enrolled under this name" in text(browser.get(f"{LIST}ghost/"))
    assert browser.post(f"{LIST}ghost/erase/", {"confirmation": "ghost"}).status_code == 200
    assert browser.get(f"{LIST}ghost/").status_code == 404


def test_an_address_alone_erases_nobody(browser: Browser, tenant: NewClient) -> None:
    enrol(tenant.client)
    assert browser.get(f"{LIST}ada/erase/?confirmation=ada").status_code == 405
    assert FaceTemplate.objects.exists()
