"""One real server, browsers with films for cameras, and pages with the component."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.chromium import PAGE, FacePage, find_chromium, launch, serve
from tests.browser.films import Films
from tests.browser.party import Party
from tests.servers import Stand, running

OpenPage = Callable[..., FacePage]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="package")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    find_chromium()
    with running(tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.fixture(scope="package")
def party(stand: Stand) -> Iterator[Party]:
    """The relying party's backend."""
    with Party(stand, stand.new_api_client("browser")) as party:
        yield party


@pytest.fixture(scope="package")
def site(stand: Stand, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    (folder / "index.html").write_text(PAGE.replace("SERVER", stand.url))
    with serve(folder) as address:
        assert address != stand.url
        yield address


@pytest.fixture(scope="package")
def films(tmp_path_factory: pytest.TempPathFactory) -> Films:
    return Films(tmp_path_factory.mktemp("films"))


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """It keeps an event loop in this thread: gone before tests of other folders want one of their own."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browsers(playwright: Playwright, films: Films) -> Iterator[Callable[..., Browser]]:
    """Browsers by what their camera shows; None: they have none."""
    launched: dict[tuple[str | None, tuple[str, ...]], Browser] = {}

    def browser(film: str | None, *flags: str) -> Browser:
        if (film, flags) not in launched:
            camera: Path | None = None if film is None else films.path(film)
            launched[film, flags] = launch(playwright, camera, *flags)
        return launched[film, flags]

    yield browser
    for each in launched.values():
        each.close()


@pytest.fixture
def open_page(browsers: Callable[..., Browser], site: str) -> Iterator[OpenPage]:
    """Opens the integrator's page; fails the test in the end when a script of it failed."""
    opened: list[FacePage] = []

    def open_page(
        film: str | None = "ada",
        *,
        websocket_url: str = "",
        flags: tuple[str, ...] = (),
        allow_camera: bool = True,
        before: str = "",
        address: str | None = None,
        properties: dict[str, Any] | None = None,
        **context_options: Any,
    ) -> FacePage:
        context = browsers(film, *flags).new_context(**context_options)
        if allow_camera:
            context.grant_permissions(["camera"])
        if before:
            context.add_init_script(before)
        face = FacePage(context.new_page())
        opened.append(face)
        face.open(address or f"{site}/", websocket_url=websocket_url, **(properties or {}))
        return face

    yield open_page
    for each in opened:
        each.page.context.close()
    assert [failure for each in opened for failure in each.failures] == []
