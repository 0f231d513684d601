"""axe-core in the page."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from playwright.sync_api import Page

from frapi.apps.ops.child_server import PROJECT

AXE = PROJECT / "clients" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@functools.cache
def _axe() -> str:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm ci --prefix clients")
    return AXE.read_text()


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong: each rule with the elements that break it."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate("tags => axe.run({runOnly: tags, resultTypes: ['violations']})", TAGS)
    return [
        f"{violation['id']}: {violation['help']}: {node['html']} {node.get('failureSummary', '')}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
