"""The console as a person uses it: a real server, a browser, a film before its camera."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.apps.console.samples import shown_samples
from tests.browser.accessibility import violations
from tests.browser.chromium import PATIENCE_MS, serve
from tests.browser.party import Party
from tests.servers import Credentials, Stand

PAGES = ["", "sessions/", "users/", "users/ada/", "integrate/", "try/enrol/", "try/verify/", "try/identify/"]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}

_ENROL = """
import uuid
import numpy as np
from frapi.apps.templates.services import store_template
from frapi.vision.embed import CONTRACT, DIM
from frapi.vision.types import Embedding
face = Embedding(np.eye(1, DIM, dtype=np.float32)[0], CONTRACT)
store_template(uuid.UUID("{client}"), "ada", face, sample_count=3, quality_score=0.9, enrollment_id=uuid.uuid4())
"""


class Console:
    """A browser window on the console.

    Attributes:
        complaints: what the page's scripts and its policy refused.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page, self._url = page, f"{url}/console/"
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self._hear(line.text))

    def _hear(self, text: str) -> None:
        if "Content Security Policy" in text or "Permissions" in text:
            self.complaints.append(text)

    def sign_in(self, credentials: Credentials) -> None:
        self.open("")
        self.page.get_by_label("API key").fill(credentials.api_key)
        self.page.get_by_label("API secret").fill(credentials.api_secret)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Overview")

    def open(self, path: str) -> None:
        self.page.goto(self._url + path)

    def outcome(self, headline: str) -> None:
        """Wait until the server says so."""
        expect(self.page.locator("#outcome .verdict")).to_have_text(headline, timeout=PATIENCE_MS)

    def payload(self) -> dict[str, object]:
        """As it is shown, decrypted."""
        expect(self.page.locator("#outcome .tag.good", has_text="mac checked")).to_be_visible()
        section = self.page.locator("#outcome section", has=self.page.locator("#decrypted"))
        content: dict[str, object] = json.loads(section.locator("pre").inner_text())
        return content


@pytest.fixture(scope="module")
def visitor(stand: Stand) -> Credentials:
    """An API client of the console's own: what others left behind doesn't show."""
    return stand.new_api_client("console")


@pytest.fixture(scope="module")
def settled(stand: Stand) -> Credentials:
    """An API client with a user, whom no camera saw, and a session of hers."""
    credentials = stand.new_api_client("settled")
    stand.manage("shell", "-c", _ENROL.format(client=credentials.id))
    with Party(stand, credentials) as party:
        party.enrollment("ada", device_info={"model": "Pixel 9"})
    return credentials


@pytest.fixture
def window(browsers: Callable[..., Browser], stand: Stand, visitor: Credentials) -> Iterator[Callable[..., Console]]:
    """Opens windows that are signed in; fails the test in the end when one complained."""
    opened: list[Console] = []

    def window(
        film: str = "ada", *, as_whom: Credentials = visitor, with_camera: bool = True, **options: object
    ) -> Console:
        context = browsers(film).new_context(**({"viewport": DESK} | options))
        context.grant_permissions(["clipboard-read", "clipboard-write", *(["camera"] if with_camera else [])])
        console = Console(context.new_page(), stand.url)
        opened.append(console)
        console.sign_in(as_whom)
        return console

    yield window
    for each in opened:
        each.page.context.close()
    assert [complaint for each in opened for complaint in each.complaints] == []


def test_enrol_verify_identify_watch_and_erase(window: Callable[..., Console]) -> None:
    console, watcher = window(), window()
    page = console.page
    expect(page.get_by_role("heading", name="First steps")).to_be_visible()
    watcher.open("sessions/")
    expect(watcher.page.get_by_role("heading", name="No sessions yet")).to_be_visible()

    page.get_by_role("link", name="Enrol a first user").click()
    page.get_by_label("User", exact=True).fill("ada")
    page.get_by_role("button", name="Enrol this user").click()
    expect(watcher.page.locator("tbody th").first).to_have_text("In progress", timeout=PATIENCE_MS)
    console.outcome("Enrolled as ada")
    assert console.payload()["outcome"] == "enrolled"
    expect(watcher.page.locator("tbody th").first).to_have_text("Enrolled as ada")

    console.open("try/verify/?user=ada")
    page.get_by_role("button", name="Verify this user").click()
    console.outcome("Recognised as ada")
    assert console.payload()["session_type"] == "verification"

    console.open("try/identify/")
    page.get_by_role("button", name="Identify").click()
    console.outcome("Recognised as ada")
    expect(watcher.page.locator("tbody tr")).to_have_count(3)

    page.get_by_role("link", name="This session").click()
    page.get_by_role("link", name="ada", exact=True).click()
    page.get_by_label("to confirm").fill("ada")
    page.get_by_role("button", name="Erase").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Erased")
    expect(watcher.page.locator("tbody th").first).to_have_text("Its user was erased")


def test_somebody_else_is_refused_with_reasons(window: Callable[..., Console], settled: Credentials) -> None:
    console = window(as_whom=settled)
    console.open("try/verify/?user=ada")
    console.page.get_by_role("button", name="Verify this user").click()
    console.outcome("Not recognised")
    expect(console.page.locator("#outcome")).to_contain_text("isn't similar enough to the template")
    expect(console.page.locator("#outcome")).not_to_contain_text("mac checked")


def test_who_says_no_to_the_camera_and_then_yes_goes_on(window: Callable[..., Console]) -> None:
    console = window(with_camera=False)
    console.open("try/enrol/")
    console.page.get_by_label("User", exact=True).fill("hesitant")
    console.page.get_by_role("button", name="Enrol this user").click()
    console.outcome("Waiting for a camera")
    console.page.context.grant_permissions(["camera"])  # the component notices by itself
    console.outcome("Enrolled as hesitant")
    console.open("sessions/?user=hesitant")
    expect(console.page.locator("tbody tr")).to_have_count(1)


def test_a_session_that_is_given_up_does_not_stand_open(window: Callable[..., Console]) -> None:
    console = window("ada_does_nothing")
    console.open("try/enrol/")
    console.page.get_by_label("User", exact=True).fill("idle")
    console.page.get_by_role("button", name="Enrol this user").click()
    console.page.locator("frapi-face").get_by_role("button", name="Cancel").click()
    console.open("sessions/?user=idle")
    expect(console.page.locator("tbody th").first).to_have_text("Cancelled")


def test_a_wrong_field_is_told_beside_it(window: Callable[..., Console]) -> None:
    console = window()
    console.open("try/enrol/")
    field = console.page.get_by_label("User", exact=True)
    field.fill("no spaces!")
    console.page.get_by_role("button", name="Enrol this user").click()
    expect(console.page.locator("#user_id-problem")).to_contain_text("expected 1 to 128 characters")
    expect(field).to_be_focused()
    field.fill("fine")
    console.page.get_by_text("Options").click()
    console.page.get_by_label("Accommodation").select_option("motion_only")
    console.page.get_by_role("button", name="Enrol this user").click()
    expect(console.page.locator("#accommodation-problem")).to_contain_text("isn't installed")


def test_who_was_signed_out_is_led_back(window: Callable[..., Console], visitor: Credentials) -> None:
    console = window()
    console.open("sessions/?kind=enrollment")
    console.page.context.clear_cookies()
    console.page.wait_for_url("**/sign-in/**")
    console.page.get_by_label("API key").fill(visitor.api_key)
    console.page.get_by_label("API secret").fill(visitor.api_secret)
    console.page.keyboard.press("Enter")
    console.page.wait_for_url("**/console/sessions/?kind=enrollment")


def test_the_live_list_can_be_stopped(window: Callable[..., Console]) -> None:
    console = window()
    console.open("sessions/")
    switch = console.page.get_by_role("button", name="Live")
    asked: list[str] = []
    console.page.on("request", lambda request: asked.append(request.url))
    with console.page.expect_request("**/sessions/"):
        pass
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    asked.clear()
    console.page.wait_for_timeout(3000)  # longer than it ever waits between two looks
    assert asked == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_everybody_can_use_it(
    window: Callable[..., Console], settled: Credentials, scheme: str, size: dict[str, int]
) -> None:
    console = window(as_whom=settled, color_scheme=scheme, viewport=size)
    found = {}
    for path in PAGES:
        console.open(path)
        found[path] = violations(console.page)
        assert console.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    console.open("sessions/")
    console.page.locator("tbody th a").first.click()
    expect(console.page.get_by_role("heading", level=1)).to_contain_text("of ada")
    found["session"] = violations(console.page)
    console.page.context.clear_cookies()
    console.open("sign-in/")
    found["sign-in"] = violations(console.page)
    assert found == {page: [] for page in found}


def test_it_works_by_keyboard_alone(window: Callable[..., Console]) -> None:
    page = window().page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.get_by_role("link", name="How to integrate").first.focus()
    page.keyboard.press("Enter")
    tab = page.get_by_role("tab", name="curl")
    tab.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Python")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Python")).to_be_visible()
    expect(page.get_by_role("tabpanel", name="curl")).to_be_hidden()
    page.keyboard.press("End")
    expect(page.get_by_role("tabpanel", name="JavaScript")).to_be_visible()


def test_samples_are_copied_as_they_stand(window: Callable[..., Console], stand: Stand, visitor: Credentials) -> None:
    console = window()
    console.open("integrate/")
    console.page.get_by_role("tabpanel").get_by_role("button", name="Copy").click()
    expect(console.page.get_by_role("button", name="Copied")).to_be_visible()
    copied = console.page.evaluate("() => navigator.clipboard.readText()")
    assert copied == shown_samples(stand, visitor)["session.sh"]


def test_the_menu_of_a_phone(window: Callable[..., Console]) -> None:
    page = window(viewport=PHONE).page
    link = page.get_by_role("navigation", name="Console").get_by_role("link", name="Sessions")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sessions")


def test_the_sample_of_a_page_works_as_it_stands(
    browsers: Callable[..., Browser], stand: Stand, party: Party, tmp_path: Path
) -> None:
    """A site of another origin, with the sample for its page and the two addresses that it must have."""
    (tmp_path / "index.html").write_text(shown_samples(stand, party.credentials)["page.html"])
    ticket = party.enrollment("ada")
    finished: list[str] = []

    def finish(route: Route) -> None:
        finished.append(party.session(ticket["session_token"])["status"])
        route.fulfill(json={})

    with serve(tmp_path) as site:
        context = browsers("ada").new_context()
        context.grant_permissions(["camera"])
        page = context.new_page()
        page.route(
            "**/your/backend/session", lambda route: route.fulfill(json={"websocket_url": ticket["websocket_url"]})
        )
        page.route("**/your/backend/finish", finish)
        page.goto(site)
        page.locator("frapi-face").get_by_role("button", name="Start").click()
        with page.expect_response("**/your/backend/finish", timeout=PATIENCE_MS):
            pass
        context.close()
    assert finished == ["completed"]
