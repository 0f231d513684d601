"""What the component costs a browser: its size, how soon a preview is there, frames kept up with, memory over minutes.

A headless Chromium, a film of a sample person for a camera, and a server, all on this machine. Needs what tests need.
"""

from __future__ import annotations

import gzip
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, sync_playwright

from frapi.apps.ops.child_server import PROJECT
from tests.browser.chromium import PAGE, FacePage, launch, serve
from tests.browser.films import Films
from tests.browser.party import Party
from tests.servers import running

BUNDLE = PROJECT / "frapi" / "apps" / "console" / "static" / "frapi" / "frapi-face.js"
FILM = "ada_does_nothing"  # nobody completes: frames flow as long as they are counted
PREVIEWS = 10
RATE_SECONDS = 30
HEAP_SECONDS = 300
HEAP_EVERY_SECONDS = 30
WARM_UP_SECONDS = 5
WANTED_FPS = 10
SLOWER = 4
"""Times: a phone of the middle range beside a desktop."""
MIB = 1024 * 1024

# Frames that left, when the first picture of the camera was shown, and what held up the page.
PROBE = """
  window.probe = {sent: 0, dropped: 0, clickedAt: 0, previewAt: 0, longTasksMs: 0};
  const Real = WebSocket, {send} = WebSocket.prototype;
  window.WebSocket = class extends Real {
    constructor(url) {
      super(url);
      this.addEventListener("message", ({data}) => { probe.dropped += JSON.parse(data).frames_dropped ?? 0; });
    }
  };
  WebSocket.prototype.send = function (data) { if (data instanceof Blob) probe.sent++; return send.call(this, data); };
  new PerformanceObserver((list) => {
    for (const {duration} of list.getEntries()) probe.longTasksMs += duration;
  }).observe({type: "longtask"});
  addEventListener("frapi-start", ({target}) => {
    probe.clickedAt = performance.now();
    const look = () => {
      const video = target.shadowRoot.querySelector("video");
      if (video) video.requestVideoFrameCallback((now) => probe.previewAt ||= now);
      else requestAnimationFrame(look);
    };
    look();
  });
"""


def run() -> None:
    """Print all figures as tables."""
    _print_size()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        work = Path(name)
        (work / "films").mkdir()
        (work / "site").mkdir()
        camera = Films(work / "films").path(FILM)
        with running(work / "home", FRAPI_MAX_FRAMES="1000000") as stand:
            (work / "site" / "index.html").write_text(PAGE.replace("SERVER", stand.url))
            with Party(stand, stand.new_api_client("browser")) as party, serve(work / "site") as site:
                browser = launch(playwright, camera)
                bench = _Bench(browser, party, site)
                print(f"Chromium {browser.version}, {os.cpu_count()} CPUs, load average {os.getloadavg()[0]:.1f}.\n")
                bench.print_previews()
                bench.print_rates()
                bench.print_heap()
                browser.close()


def _print_size() -> None:
    source = BUNDLE.read_bytes()
    packed = gzip.compress(source, 9, mtime=0)
    print(f"The component: {len(source) / 1000:.1f} kB, {len(packed) / 1000:.1f} kB gzipped.\n")


def _speed(slower: int) -> str:
    return "full speed" if slower == 1 else f"{slower}× slower"


class _Bench:
    """One browser, one server."""

    def __init__(self, browser: Browser, party: Party, site: str) -> None:
        self._browser, self._party, self._site = browser, party, site

    def print_previews(self) -> None:
        print(f"| CPU | first preview, ms after the click: median of {PREVIEWS} | worst |\n|---|---|---|")
        for slower in (1, SLOWER):
            took_ms = [self._preview_ms(slower) for _ in range(PREVIEWS)]
            print(f"| {_speed(slower)} | {statistics.median(took_ms):.0f} | {max(took_ms):.0f} |")
        print()

    def print_rates(self) -> None:
        print("| CPU | sent/s | left out of 10/s | dropped by the server | long tasks, ms/s |\n|---|---|---|---|---|")
        for slower in (1, SLOWER):
            print("| " + " | ".join([_speed(slower), *self._rates(slower)]) + " |")
        print()

    def print_heap(self) -> None:
        face, devtools = self._open(1)
        devtools.send("Performance.enable")
        face.press("Start")
        face.wait_told("progress")
        print("| after, s | JS heap after a collection, MiB | DOM nodes | listeners |\n|---|---|---|---|")
        for after_s in range(0, HEAP_SECONDS + 1, HEAP_EVERY_SECONDS):
            # The page itself notes every event; that is not the component's.
            face.page.evaluate("() => { told.length = 0 }")
            devtools.send("HeapProfiler.collectGarbage")
            metrics = {each["name"]: each["value"] for each in devtools.send("Performance.getMetrics")["metrics"]}
            heap, nodes, listeners = (metrics[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners"))
            print(f"| {after_s} | {heap / MIB:.2f} | {nodes:.0f} | {listeners:.0f} |", flush=True)
            face.page.wait_for_timeout(HEAP_EVERY_SECONDS * 1000)
        face.page.context.close()
        print()

    def _preview_ms(self, slower: int) -> float:
        face, _ = self._open(slower)
        face.press("Start")
        face.page.wait_for_function("() => probe.previewAt")
        probe = face.page.evaluate("() => probe")
        face.page.context.close()
        return float(probe["previewAt"] - probe["clickedAt"])

    def _rates(self, slower: int) -> list[str]:
        face, _ = self._open(slower)
        face.press("Start")
        face.wait_told("progress")
        face.page.wait_for_timeout(WARM_UP_SECONDS * 1000)
        before, began = self._probe(face), time.monotonic()
        face.page.wait_for_timeout(RATE_SECONDS * 1000)
        after, seconds = self._probe(face), time.monotonic() - began
        face.page.context.close()
        sent = after["sent"] - before["sent"]
        wanted = WANTED_FPS * seconds
        return [
            f"{sent / seconds:.1f}",
            f"{max(0.0, 1 - sent / wanted):.0%}",
            f"{(after['dropped'] - before['dropped']) / max(sent, 1):.0%}",
            f"{(after['longTasksMs'] - before['longTasksMs']) / seconds:.0f}",
        ]

    def _probe(self, face: FacePage) -> dict[str, Any]:
        probe: dict[str, Any] = face.page.evaluate("() => probe")
        return probe

    def _open(self, slower: int) -> tuple[FacePage, CDPSession]:
        context = self._browser.new_context()
        context.grant_permissions(["camera"])
        context.add_init_script(PROBE)
        face = FacePage(context.new_page())
        devtools = context.new_cdp_session(face.page)
        face.open(f"{self._site}/", websocket_url=self._party.enrollment("bench")["websocket_url"])
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
        return face, devtools
