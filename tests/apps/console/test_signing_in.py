from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session as StoredSession
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from config.env import Console
from frapi.apps.accounts import throttles
from frapi.apps.accounts.services import NewClient, revoke_client, rotate_client
from frapi.apps.console import access
from frapi.errors import Unavailable
from tests.apps.console.conftest import SIGN_IN, Browser, text

pytestmark = pytest.mark.django_db

HOME = "/console/"
PASSWORD = "correct horse battery"


@pytest.fixture
def staff() -> User:
    return User.objects.create_user("grace", password=PASSWORD, is_staff=True)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets time pass for sign-ins."""
    now = [access.time.time()]

    def later(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(access.time, "time", lambda: now[0])
    return later


def is_in(browser: Browser) -> bool:
    return browser.get(HOME).status_code == 200


def test_the_front_door_is_the_console() -> None:
    browser = Browser()
    assert browser.get("/")["Location"] == HOME
    assert browser.get("/console")["Location"] == HOME
    assert browser.get(HOME)["Location"] == SIGN_IN


def test_a_key_and_its_secret_open_it(tenant: NewClient) -> None:
    browser = Browser()
    answer = browser.sign_in(tenant)
    assert answer["Location"] == HOME
    page = browser.get(HOME)
    assert page.status_code == 200
    assert "relying party" in text(page)


def test_one_is_led_back_to_where_one_wanted_to_go(tenant: NewClient) -> None:
    browser = Browser()
    led = browser.get("/console/sessions/?status=failed")["Location"]
    assert led == "/console/sign-in/?next=%2Fconsole%2Fsessions%2F%3Fstatus%3Dfailed"
    assert 'value="/console/sessions/?status=failed"' in text(browser.get(led))
    answer = browser.sign_in(tenant, next="/console/sessions/?status=failed")
    assert answer["Location"] == "/console/sessions/?status=failed"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/console/", "/docs/", "/console/../api/", "javascript:alert(1)", "x"],
)
def test_one_is_led_nowhere_else(tenant: NewClient, target: str) -> None:
    answer = Browser().sign_in(tenant, next=target)
    assert answer["Location"] == HOME


@pytest.mark.parametrize(
    ("key", "secret"), [("right", "wrong"), ("wrong", "right"), ("", ""), ("x" * 5000, "y" * 5000)]
)
def test_what_is_wrong_is_refused_alike_and_not_repeated(tenant: NewClient, key: str, secret: str) -> None:
    given = {"right": tenant.api_key}.get(key, key), {"right": tenant.api_secret}.get(secret, secret)
    browser = Browser()
    browser.get(SIGN_IN)
    answer = browser.post(SIGN_IN, {"way": "api_key", "api_key": given[0], "api_secret": given[1]})
    assert answer.status_code == 401
    assert "No API client has this key and secret, or it was revoked." in text(answer)
    assert not any(each and each in text(answer) for each in given)
    assert not is_in(browser)


def test_a_revoked_client_stays_out(tenant: NewClient) -> None:
    revoke_client(tenant.client)
    assert Browser().sign_in(tenant).status_code == 401


def test_guesses_count_together_with_those_over_rest(settings: Settings, tenant: NewClient) -> None:
    settings.FRAPI = replace(settings.FRAPI, auth_failures_per_minute_key=3)
    wrong = tenant._replace(api_secret="wrong")
    browser = Browser()
    assert [browser.sign_in(wrong).status_code for _ in range(2)] == [401, 401]
    rest = {"api_key": tenant.api_key, "api_secret": "wrong"}
    assert Client().post("/api/core/auth/client/", rest, content_type="application/json").status_code == 401
    refused = browser.sign_in(wrong)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    assert "Too many refused attempts" in text(refused)
    assert Browser().sign_in(tenant).status_code == 429  # not even the right one gets through now


def test_guesses_count_by_address_too(settings: Settings) -> None:
    settings.FRAPI = replace(settings.FRAPI, auth_failures_per_minute_address=2)
    browser = Browser()
    browser.get(SIGN_IN)
    codes = [
        browser.post(SIGN_IN, {"way": "api_key", "api_key": f"frapi_{i}", "api_secret": "x"}).status_code
        for i in range(3)
    ]
    assert codes == [401, 401, 429]


def test_signing_in_rightly_uses_nothing_up(settings: Settings, tenant: NewClient) -> None:
    settings.FRAPI = replace(settings.FRAPI, auth_failures_per_minute_key=1, auth_failures_per_minute_address=1)
    assert [Browser().sign_in(tenant).status_code for _ in range(3)] == [302, 302, 302]


def test_what_can_not_be_counted_is_not_tried(tenant: NewClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise Unavailable

    monkeypatch.setattr(throttles.cache, "incr", fail)
    answer = Browser().sign_in(tenant)
    assert answer.status_code == 503
    assert "Attempts can&#x27;t be counted just now" in text(answer)


def test_the_cookie_is_narrow_and_new(tenant: NewClient) -> None:
    browser = Browser()
    browser.sign_in(tenant)
    first = browser.http.cookies["frapi_console"]
    assert (first["path"], first["samesite"], first["httponly"]) == ("/console/", "Strict", True)
    assert not first["secure"]
    assert first["max-age"] == ""  # ends with the browser
    before = first.value
    browser.get(HOME)
    browser.post(SIGN_IN, {"api_key": tenant.api_key, "api_secret": tenant.api_secret})
    assert browser.http.cookies["frapi_console"].value != before
    assert not StoredSession.objects.filter(session_key=before).exists()
    csrf = browser.http.cookies["frapi_console_csrf"]
    assert (csrf["path"], csrf["samesite"], csrf["httponly"]) == ("/console/", "Strict", True)


def test_over_https_cookies_stay_there(tenant: NewClient) -> None:
    client = Client()
    client.post(SIGN_IN, {"api_key": tenant.api_key, "api_secret": tenant.api_secret}, secure=True)
    assert client.cookies["frapi_console"]["secure"]


def test_neither_key_nor_secret_is_kept(tenant: NewClient) -> None:
    Browser().sign_in(tenant)
    (kept,) = StoredSession.objects.all()
    assert set(kept.get_decoded()) == {"way", "client_id", "credentials_at", "signed_in_s", "seen_s"}
    assert tenant.api_secret not in str(kept.get_decoded())
    assert tenant.api_key not in str(kept.get_decoded())


@pytest.mark.parametrize("end", [lambda new: revoke_client(new.client), lambda new: rotate_client(new.client)])
def test_a_client_that_is_revoked_or_given_a_new_key_is_out_at_once(
    browser: Browser, tenant: NewClient, end: Callable[[NewClient], object]
) -> None:
    assert is_in(browser)
    end(tenant)
    assert browser.get(HOME)["Location"] == "/console/sign-in/?reason=revoked"
    assert "was revoked, or its key was replaced" in text(browser.get("/console/sign-in/?reason=revoked"))
    assert not StoredSession.objects.exists()


def test_who_does_nothing_is_out_after_a_while(browser: Browser, clock: Callable[[float], None]) -> None:
    for _ in range(3):
        clock(access.LIFETIME.idle_s - 1)
        assert is_in(browser)
    clock(access.LIFETIME.idle_s + 1)
    assert browser.get(HOME)["Location"] == "/console/sign-in/?reason=expired"
    assert not StoredSession.objects.exists()


def test_a_page_that_refreshes_itself_keeps_nobody_in(browser: Browser, clock: Callable[[float], None]) -> None:
    step_s = access.LIFETIME.idle_s * 0.6
    clock(step_s)
    assert browser.refresh("/console/sessions/").status_code == 200
    clock(step_s)
    refused = browser.refresh("/console/sessions/")
    assert refused.status_code == 401
    assert refused.json()["details"] == {"reason": "expired", "sign_in": SIGN_IN}  # type: ignore[attr-defined]


def test_nobody_stays_longer_than_a_day_s_work(browser: Browser, clock: Callable[[float], None]) -> None:
    passed_s = 0.0
    while passed_s + 1000 < access.LIFETIME.absolute_s:
        clock(1000)
        passed_s += 1000
        assert is_in(browser)
    clock(1001)
    assert not is_in(browser)


def test_signing_out(browser: Browser) -> None:
    browser.get(HOME)
    assert browser.post("/console/sign-out/")["Location"] == SIGN_IN
    assert not is_in(browser)
    assert not StoredSession.objects.exists()


def test_signing_out_takes_more_than_an_address(browser: Browser) -> None:
    assert browser.get("/console/sign-out/").status_code == 405
    assert is_in(browser)


def test_a_form_from_elsewhere_is_refused_in_words(browser: Browser, tenant: NewClient) -> None:
    browser.token = "x" * 64
    refused = browser.post("/console/sign-out/")
    assert refused.status_code == 403
    assert "The page had been open for too long, or came from elsewhere." in text(refused)
    assert is_in(browser)


def test_staff_choose_a_client(
    allow: Callable[[Console], None], staff: User, tenant: NewClient, other: NewClient
) -> None:
    allow(Console.STAFF)
    browser = Browser()
    assert browser.sign_in_as_staff("grace", PASSWORD).status_code == 302
    assert browser.get(HOME)["Location"] == "/console/clients/"
    page = text(browser.get("/console/clients/"))
    assert "relying party" in page
    assert "somebody else" in page
    assert browser.post("/console/clients/", {"client": str(other.client.id)})["Location"] == HOME
    home = text(browser.get(HOME))
    assert "somebody else" in home
    assert "seen by grace" in home
    assert browser.post("/console/clients/", {"client": "nonsense"}).status_code == 404


def test_staff_with_one_client_need_not_choose(
    allow: Callable[[Console], None], staff: User, tenant: NewClient
) -> None:
    allow(Console.BOTH)
    browser = Browser()
    browser.sign_in_as_staff("grace", PASSWORD)
    assert "relying party" in text(browser.get(HOME))


@pytest.mark.parametrize("flags", [{"is_staff": False}, {"is_active": False}])
def test_others_with_a_password_are_no_staff(
    allow: Callable[[Console], None], staff: User, tenant: NewClient, flags: dict[str, bool]
) -> None:
    allow(Console.BOTH)
    browser = Browser()
    browser.sign_in_as_staff("grace", PASSWORD)
    assert is_in(browser)
    User.objects.update(**flags)
    assert browser.get(HOME)["Location"] == SIGN_IN
    assert Browser().sign_in_as_staff("grace", PASSWORD).status_code == 401


def test_guesses_at_a_password_are_counted(settings: Settings, staff: User) -> None:
    settings.FRAPI = replace(settings.FRAPI, console=Console.STAFF, auth_failures_per_minute_key=2)
    browser = Browser()
    assert [browser.sign_in_as_staff("grace", "wrong").status_code for _ in range(3)] == [401, 401, 429]


def test_a_changed_password_ends_other_sign_ins(
    allow: Callable[[Console], None], staff: User, tenant: NewClient
) -> None:
    allow(Console.STAFF)
    browser = Browser()
    browser.sign_in_as_staff("grace", PASSWORD)
    staff.set_password("another long password")
    staff.save()
    assert not is_in(browser)


def test_only_the_ways_that_are_open_are_offered(
    allow: Callable[[Console], None], tenant: NewClient, staff: User
) -> None:
    allow(Console.API_KEY)
    assert "Sign in as staff" not in text(Browser().get(SIGN_IN))
    assert Browser().sign_in_as_staff("grace", PASSWORD).status_code == 401
    allow(Console.STAFF)
    page = text(Browser().get(SIGN_IN))
    assert "API key" not in page
    assert Browser().sign_in(tenant).status_code == 401
    allow(Console.BOTH)
    page = text(Browser().get(SIGN_IN))
    assert "API key" in page
    assert "Sign in as staff" in page


def test_a_way_that_is_closed_shuts_who_came_by_it_out(
    allow: Callable[[Console], None], browser: Browser, tenant: NewClient
) -> None:
    allow(Console.STAFF)
    assert browser.get(HOME)["Location"] == SIGN_IN


@pytest.mark.parametrize(
    "path", ["", "sign-in/", "clients/", "sessions/", "users/", "integrate/", "try/enrol/", "no/such/page/"]
)
def test_off_is_off(allow: Callable[[Console], None], browser: Browser, path: str) -> None:
    allow(Console.OFF)
    answer = browser.get(HOME + path)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/json"
    assert browser.get("/")["Location"] == "/docs/"


def test_createsuperuser_makes_staff(
    allow: Callable[[Console], None], tenant: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(Console.STAFF)
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", username="root", email="root@example.com", interactive=False, verbosity=0)
    browser = Browser()
    browser.sign_in_as_staff("root", PASSWORD)
    assert is_in(browser)
    assert User.objects.get().password.startswith("argon2$argon2id$")
