"""Every state has its own words, and is for everybody."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.accessibility import violations
from tests.browser.chromium import PATIENCE_MS, FacePage
from tests.browser.conftest import OpenPage
from tests.browser.party import Party
from tests.browser.states import FAR_FROM_LOOPBACK, STATES

# Colours don't change with the size, nor the layout with the theme.
LOOKS: tuple[tuple[Literal["light", "dark"], ViewportSize], ...] = (
    ("light", {"width": 1024, "height": 768}),
    ("dark", {"width": 360, "height": 740}),
    ("light", {"width": 568, "height": 320}),
)
# axe-core takes seconds beside a playing camera; it has both themes and both layouts with these.
EXAMINED = LOOKS[1:]


@pytest.fixture(scope="module")
def everybody(party: Party) -> Party:
    """A party that has enrolled Ada."""
    party.enrol("ada", "obama.jpg")
    return party


@pytest.mark.parametrize("name", STATES)
def test_state(open_page: OpenPage, everybody: Party, site: str, name: str):
    state = STATES[name]
    ticket = {} if state.session is None else state.session(everybody)
    flags = (f"--host-resolver-rules=MAP {FAR_FROM_LOOPBACK} 127.0.0.1",) if state.insecure else ()
    face = open_page(
        state.film,
        websocket_url=ticket.get("websocket_url", ""),
        address=f"{site.replace('127.0.0.1', FAR_FROM_LOOPBACK)}/" if state.insecure else None,
        flags=flags,
        allow_camera=state.allow_camera,
        before=state.before,
    )
    state.act(face, everybody, ticket)
    expect(face.face.get_by_text(state.title).first).to_be_visible(timeout=PATIENCE_MS)
    if state.code is not None:
        assert face.code == f"Code: {state.code}"
    found = {}
    for theme, size in LOOKS:
        face.page.emulate_media(color_scheme=theme)
        face.page.set_viewport_size(size)
        found[theme, size["width"]] = overflowing(face) + (violations(face.page) if (theme, size) in EXAMINED else [])
    assert {where: what for where, what in found.items() if what} == {}


def overflowing(face: FacePage) -> list[str]:
    """Whatever reaches over the window's side edges, or can't be reached for it."""
    wide = face.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"the page is {wide} px too wide"] if wide > 0 else []
