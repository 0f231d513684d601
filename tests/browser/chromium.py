"""Debian's Chromium with a film in place of a camera, and a page with the component on it."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright

PATIENCE_MS = 45_000
"""A session takes 8 s of film; a busy machine takes its time."""

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# The integrator's page: the component, and notes of what it says.
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Face check</title>
<style>body { font-family: system-ui, sans-serif; margin: 0 auto; padding: 12px; max-width: 640px }
h1 { font-size: 1rem; margin: 0 0 8px }</style>
<main><h1>Sign in</h1><frapi-face></frapi-face></main>
<script>
  window.told = [];
  for (const name of ["start", "progress", "complete", "cancel", "error", "retry"])
    document.addEventListener(`frapi-${name}`, ({detail}) => told.push({name, detail}));
</script>
<script type="module" src="SERVER/static/frapi/frapi-face.js"></script>
"""


def find_chromium() -> str:
    """Where it is; skips the test where it isn't installed."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("no Chromium is installed")
    return found


def launch(playwright: Playwright, camera: Path | None, *flags: str) -> Browser:
    """A headless browser.

    Args:
        camera: the film that its camera shows; None: there is no camera.
    """
    fake = (
        [] if camera is None else ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={camera}"]
    )
    return playwright.chromium.launch(executable_path=find_chromium(), headless=True, args=[*FLAGS, *fake, *flags])


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """The integrator's own web site, of another origin than the server's."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@dataclass
class FacePage:
    """A page with ``<frapi-face>``, as a person and as a programmer sees it.

    Attributes:
        failures: errors that nothing caught, and what the console complained of.
    """

    page: Page
    failures: list[str] = field(default_factory=list)

    def open(self, address: str, *, websocket_url: str = "", **properties: Any) -> None:
        """Load the page and hand the session to the component."""
        self.page.on("pageerror", lambda error: self.failures.append(str(error)))
        self.page.goto(address)
        self.page.wait_for_function("() => customElements.get('frapi-face')")
        given = {"websocketUrl": websocket_url} | properties
        self.page.evaluate("given => Object.assign(document.querySelector('frapi-face'), given)", given)

    @property
    def face(self) -> Locator:
        return self.page.locator("frapi-face")

    @property
    def title(self) -> Locator:
        """What the person is told first."""
        return self.face.locator("h2")

    @property
    def code(self) -> str:
        """Of the failure that is shown."""
        return self.face.locator(".code").inner_text()

    def press(self, label: str) -> None:
        self.face.get_by_role("button", name=label).click()

    def told(self, name: str) -> list[Any]:
        """Details of all events of a name so far."""
        told: list[dict[str, Any]] = self.page.evaluate("() => JSON.parse(JSON.stringify(told))")
        return [event.get("detail") for event in told if event["name"] == name]

    def wait_told(self, name: str, condition: str = "true", *, timeout_ms: int = PATIENCE_MS) -> Any:
        """Wait for an event.

        Args:
            condition: JavaScript over its ``detail``.
        Returns:
            The first such event's details.
        """
        found = f"() => told.find(({{name, detail}}) => name === {json.dumps(name)} && ({condition}))"
        return self.page.wait_for_function(found, timeout=timeout_ms).json_value().get("detail")
