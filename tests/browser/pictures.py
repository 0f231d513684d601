"""Photographs every state of the component: ``python -m tests.browser.pictures [--all FOLDER]``.

Without ``--all`` those of the documentation are made anew, in ``docs/pictures``. All people in them are sample people.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import django

PROJECT = Path(__file__).parents[2]
sys.path.append(str(PROJECT / "clients" / "python" / "src"))  # as pytest is told in pyproject.toml
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from playwright.sync_api import Browser, Playwright, expect, sync_playwright  # noqa: E402

from tests.browser.chromium import PAGE, PATIENCE_MS, FacePage, launch, serve  # noqa: E402
from tests.browser.films import Films  # noqa: E402
from tests.browser.palette import with_few_colours  # noqa: E402
from tests.browser.party import Party  # noqa: E402
from tests.browser.states import FAR_FROM_LOOPBACK, STATES, State  # noqa: E402
from tests.servers import running  # noqa: E402

PICTURES = PROJECT / "docs" / "pictures"

DEVICES: dict[str, tuple[int, int]] = {"desktop": (1024, 768), "phone": (390, 844), "landscape": (844, 390)}
THEMES = ("light", "dark")
SETTLED_MS = 700  # what moves from state to state has come to rest

# What the documentation shows: state, device and theme.
KEPT: tuple[tuple[str, str, str], ...] = (
    ("intro", "phone", "light"),
    ("blink", "phone", "light"),
    ("glasses", "phone", "dark"),
    ("enrolled", "phone", "light"),
    ("blink", "desktop", "dark"),
    ("camera_denied", "desktop", "light"),
    ("reconnecting", "landscape", "dark"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every state, device and theme, into FOLDER")
    parser.add_argument("states", nargs="*", metavar="STATE", help=f"only these of {', '.join(STATES)}")
    arguments = parser.parse_args()
    folder: Path = arguments.all or PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    every = [(state, device, theme) for state in STATES for device in DEVICES for theme in THEMES]
    wanted = every if arguments.all else KEPT
    if arguments.states:
        wanted = [shot for shot in wanted if shot[0] in arguments.states]
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        take(playwright, Path(name), folder, wanted)


def take(playwright: Playwright, work: Path, folder: Path, wanted: Any) -> None:
    """Take the ``wanted`` pictures, state by state."""
    (work / "site").mkdir()
    (work / "films").mkdir()
    films = Films(work / "films")
    with running(work / "home") as stand:
        (work / "site" / "index.html").write_text(PAGE.replace("SERVER", stand.url))
        with Party(stand, stand.new_api_client("pictures")) as party, serve(work / "site") as site:
            if any(STATES[state].needs_ada for state, _, _ in wanted):
                party.enrol("ada", "obama.jpg")
            for name in dict.fromkeys(state for state, _, _ in wanted):
                state = STATES[name]
                flags = (f"--host-resolver-rules=MAP {FAR_FROM_LOOPBACK} 127.0.0.1",) if state.insecure else ()
                browser = launch(playwright, None if state.film is None else films.path(state.film), *flags)
                face = reach(browser, state, party, site)
                for _, device, theme in [shot for shot in wanted if shot[0] == name]:
                    photograph(face, device, theme, folder / f"{name}-{device}-{theme}.png")
                browser.close()


def reach(browser: Browser, state: State, party: Party, site: str) -> FacePage:
    """The page, in the state."""
    context = browser.new_context(device_scale_factor=1)
    if state.allow_camera:
        context.grant_permissions(["camera"])
    if state.before:
        context.add_init_script(state.before)
    face = FacePage(context.new_page())
    ticket = {} if state.session is None else state.session(party)
    address = site.replace("127.0.0.1", FAR_FROM_LOOPBACK) if state.insecure else site
    face.open(f"{address}/", websocket_url=ticket.get("websocket_url", ""))
    state.act(face, party, ticket)
    expect(face.face.get_by_text(state.title).first).to_be_visible(timeout=PATIENCE_MS)
    return face


def photograph(face: FacePage, device: str, theme: str, path: Path) -> None:
    """Take one picture."""
    width, height = DEVICES[device]
    face.page.set_viewport_size({"width": width, "height": height})
    face.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # it wants a literal
    face.page.wait_for_timeout(SETTLED_MS)
    path.write_bytes(with_few_colours(face.page.screenshot()))
    print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main()
