"""The browser sample of ``clients/js/README.md``, as it stands there."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import serve
from tests.browser.party import Party
from tests.clients_js.conftest import BUILD_TIMEOUT_S, CLIENTS
from tests.clients_js.samples_of_readme import samples

PAGE = """<!doctype html><meta charset="utf-8"><title>sample</title>
<script type="importmap">{"imports": {"@frapi/client": "./client/index.js"}}</script>
<video muted playsinline></video><p id="status"></p>
<script type="module">import {showFace} from "./sample.js"; window.showFace = showFace;</script>
"""


def test_the_sample_enrols(browsers: Callable[..., Browser], party: Party, tmp_path: Path):
    node, compiler = shutil.which("node"), CLIENTS / "node_modules" / "typescript" / "bin" / "tsc"
    if node is None or not compiler.is_file():
        pytest.skip("no Node, or the workspace is not installed: npm ci --prefix clients")
    build = [node, compiler, "-p", CLIENTS / "js" / "tsconfig.build.json", "--outDir", tmp_path / "client"]
    subprocess.run(build, check=True, timeout=BUILD_TIMEOUT_S)
    (tmp_path / "index.html").write_text(PAGE)
    (tmp_path / "sample.js").write_text(samples()["browser"])
    ticket = party.enrollment("sample")
    with serve(tmp_path) as address:
        context = browsers("ada").new_context()
        context.grant_permissions(["camera"])
        page = context.new_page()
        page.goto(address)
        page.wait_for_function("() => window.showFace")
        show = "url => showFace(url, document.querySelector('video'), document.querySelector('#status'))"
        assert page.evaluate(show, ticket["websocket_url"]) == "completed"
        assert page.locator("#status").inner_text() == "Enrollment completed successfully"
        context.close()
    assert party.session(ticket["session_token"])["status"] == "completed"
