"""The documentation pages in a browser that reaches nothing but our server."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.servers import Stand

pytestmark = pytest.mark.e2e


def test_both_interfaces_are_shown_without_a_network(tmp_path: Path) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no Chromium is installed")
    stand = Stand(tmp_path, FRAPI_INFERENCE="fake")
    stand.manage("migrate", "--verbosity", "0")
    with stand.server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )
        page = browser.new_page()
        complaints: list[str] = []
        asked_for: list[str] = []
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked_for.append(request.url))
        page.goto(f"{stand.url}/docs/")
        page.get_by_text("/api/auth/enrollment/").first.wait_for()
        assert page.get_by_text("/api/core/auth/client/").count() >= 1
        assert page.get_by_role("button", name="Authorize").count() == 1
        page.get_by_role("link", name="WebSocket").click()
        page.get_by_role("heading", name="frame_processed").wait_for()
        page.set_viewport_size({"width": 375, "height": 812})
        assert page.evaluate("document.documentElement.scrollWidth") == 375
        page.get_by_text("Example").first.click()
        assert page.get_by_text('"type": "frame"').is_visible()
        page.get_by_role("link", name="REST").click()
        page.get_by_text("/api/auth/enrollment/").first.wait_for()
        browser.close()
    assert complaints == []
    assert {url for url in asked_for if not url.startswith((stand.url, "data:"))} == set()
