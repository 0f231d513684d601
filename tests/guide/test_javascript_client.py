"""The guide's JavaScript in a real browser: its complete client as it stands there, and its way to read the payload."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocket, sync_playwright

from tests.guide import document
from tests.guide.conftest import person
from tests.servers import Credentials, Stand

CRYPTO_JS = Path(__file__).parent / "node_modules" / "crypto-js" / "crypto-js.js"
CAMERA_FPS = 30.0  # what Chromium takes an MJPEG file to have
PATIENCE_S = 60.0

# The elements that the client looks for, and nothing of its code.
PAGE = """<!doctype html><meta charset="utf-8"><title>guide</title>
<video id="video" autoplay muted playsinline></video><canvas id="canvas" width="640" height="480"></canvas>
"""

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The integrator's own web site: another origin than the server's."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "index.html").write_text(PAGE)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """Headless Chromium whose camera shows the person."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no Chromium is installed")
    camera = tmp_path_factory.mktemp("camera") / "person.mjpeg"
    camera.write_bytes(b"".join(person(CAMERA_FPS)))
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(tmp_path_factory.mktemp("profile")),
            executable_path=chromium,
            headless=True,
            args=[*CHROMIUM_FLAGS, f"--use-file-for-fake-video-capture={camera}"],
        )
        yield context
        context.close()


@dataclass
class Overheard:
    """What a page said and received.

    Attributes:
        console: lines of its console.
        failures: errors that nothing caught.
        messages: WebSocket messages.
        closed: whether its WebSocket was closed.
    """

    console: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    closed: bool = False

    def listen(self, page: Page) -> None:
        page.on("console", lambda line: self.console.append(line.text))
        page.on("pageerror", lambda error: self.failures.append(str(error)))
        page.on("websocket", self._listen_to)

    def _listen_to(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: self.messages.append(json.loads(payload)))
        socket.on("close", lambda _: setattr(self, "closed", True))


def client_code(credentials: Credentials, url: str) -> str:
    """The client, with the reader's own three values in place of the guide's."""
    code = document.block("javascript", under="Complete JavaScript Client").code
    for placeholder, value in (
        ("frapi_xxxx", credentials.api_key),
        ("your_secret", credentials.api_secret),
        ("https://api.example.com", url),
    ):
        assert code.count(f"'{placeholder}'") == 1
        code = code.replace(f"'{placeholder}'", json.dumps(value))
    return code


def test_the_client_enrols_from_a_page_of_another_origin(
    stand: Stand, credentials: Credentials, site: str, browser: BrowserContext
):
    assert site.split(":")[2] != stand.url.split(":")[2]
    page = browser.new_page()
    overheard = Overheard()
    overheard.listen(page)
    page.goto(site)
    page.add_script_tag(content=client_code(credentials, stand.url))
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and not (overheard.closed or overheard.failures):
        page.wait_for_timeout(100)
    assert overheard.failures == []
    assert "Enrollment complete!" in overheard.console, overheard.messages[-1:]
    completed = overheard.messages[-1]
    assert (completed["type"], completed["success"]) == ("enrollment_complete", True)
    # At the guide's own pace nothing is refused.
    assert {message["type"] for message in overheard.messages} == {
        "connection_established",
        "frame_processed",
        "enrollment_complete",
    }
    payload = decrypt(page, completed["encrypted_data"]["encrypted_payload"], credentials.api_key)
    assert payload["id"] == completed["enrollment_id"]
    assert payload["user_id"] == "user123"
    page.close()


def decrypt(page: Page, encrypted_payload: str, api_key: str) -> dict[str, Any]:
    """Run the guide's decryption, with the library it is written for."""
    if not CRYPTO_JS.is_file():
        pytest.skip("crypto-js is not installed: npm ci --prefix tests/guide")
    code = document.block("javascript", caption="Decryption (JavaScript)").code
    page.add_script_tag(path=CRYPTO_JS)
    page.add_script_tag(content=code)
    payload: dict[str, Any] = page.evaluate("given => decryptResponse(...given)", [encrypted_payload, api_key])
    return payload
