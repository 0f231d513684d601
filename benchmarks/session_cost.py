"""What a session costs the server, stage by stage.

A sample person, animated, is streamed through the very driver that serves a socket: message text in, message out. Time
is simulated, so nothing waits; CPU time is measured.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping

import orjson
import pybase64

from benchmarks import corpus
from frapi.apps.verification import messages
from frapi.apps.verification.driver import SessionDriver
from frapi.apps.verification.messages import Message
from frapi.apps.verification.outcome import OutcomeReason
from frapi.apps.verification.ports import DriverPolicy, SessionStart
from frapi.inference.base import AnalyzerInfo, FrameRequest
from frapi.inference.local import LocalFrameAnalyzer
from frapi.liveness import session
from frapi.liveness.session import SessionState
from frapi.liveness.types import Counters, EvidenceReady, SessionKind, SessionPolicy
from frapi.simulation.person import animate, encode_jpeg
from frapi.simulation.script import blink, rest, turn
from frapi.vision.types import FrameObservation

FPS = 10
FRAME_MS = 1000 // FPS
ROUNDS = 5
STAGES = ("decode", "detect", "mesh", "quality", "obstacles", "embed")


class _TimedAnalyzer:
    """The local analyzer, adding up what its stages took."""

    def __init__(self) -> None:
        self._analyzer = LocalFrameAnalyzer(corpus.runner(), threads=1)
        self.stage_ms: dict[str, float] = defaultdict(float)

    async def analyze(self, request: FrameRequest) -> FrameObservation:
        observation = await self._analyzer.analyze(request)
        for stage, took_ms in observation.stage_ms.items():
            self.stage_ms[stage] += took_ms
        return observation

    def info(self) -> AnalyzerInfo:
        return self._analyzer.info()

    async def close(self) -> None:
        await self._analyzer.close()


class _NoStore:
    """Keeps nothing: what a database costs is measured elsewhere."""

    evidence: EvidenceReady | None = None

    async def check(self) -> None: ...

    async def save(self, state: SessionState, counters: Counters) -> None:
        session.dump(state)

    async def conclude(self, evidence: EvidenceReady) -> Message | None:
        self.evidence = evidence
        return {"type": "enrollment_complete"}

    async def fail(self, counters: Counters, reason: OutcomeReason) -> None: ...

    async def expire(self, counters: Counters) -> None: ...


class _Sink:
    """Encodes what would go out."""

    async def send(self, message: Message) -> None:
        messages.encode(message)

    async def close(self, code: int, reason: str) -> None: ...


def run() -> None:
    """Stream the same session several times; print medians over the rounds."""
    texts = _session_texts()
    asyncio.run(_stream(texts))  # loads the models
    rounds = [asyncio.run(_stream(texts)) for _ in range(ROUNDS)]
    frames = rounds[0]["frames"]
    print(f"An enrolment of {frames:.0f} frames of 640x480 JPEG at quality 80 as base64, attention mesh, one thread.")
    print(f"Milliseconds per frame, medians of {ROUNDS} rounds:\n")
    print("| stage | ms |\n|---|---|")
    for stage in (*STAGES, "the rest", "CPU in all"):
        median = statistics.median(values.get(stage, 0.0) for values in rounds)
        if median:
            print(f"| {stage} | {median:.2f} |")


def _session_texts() -> list[str]:
    """The client's messages of one enrolment: rest, a blink, a turn to either side."""
    script = rest(1.5) + blink(0.3) + rest(1.2) + turn(22, 1.2) + turn(-22, 1.2) + rest(0.6)
    image, mesh = corpus.seated("obama.jpg")
    frames = animate(image, mesh, script, fps=FPS, seed=1)
    return [_message(encode_jpeg(frame)) for frame in frames]


def frame_costs_ms(jpegs: list[bytes]) -> list[float]:
    """Milliseconds of CPU for each frame of a session that nothing completes."""
    return asyncio.run(_costs([_message(jpeg) for jpeg in jpegs]))


async def _costs(texts: list[str]) -> list[float]:
    policy = SessionPolicy(SessionKind.ENROLLMENT, required_blinks=len(texts))
    analyzer, now_ms, costs_ms = _TimedAnalyzer(), 0, []
    driver = _driver(policy, _NoStore(), analyzer, lambda: now_ms)
    driver.start()
    for text in texts:
        now_ms += FRAME_MS
        began = time.process_time()
        await driver.receive(text)
        await driver.settle()
        costs_ms.append((time.process_time() - began) * 1000)
    await driver.stop()
    await analyzer.close()
    return costs_ms


def _message(jpeg: bytes) -> str:
    uri = "data:image/jpeg;base64," + pybase64.b64encode(jpeg).decode()
    return orjson.dumps({"type": "frame", "image": uri}).decode()


def _driver(
    policy: SessionPolicy, store: _NoStore, analyzer: _TimedAnalyzer, clock_ms: Callable[[], int]
) -> SessionDriver:
    start = SessionStart(policy, session.start(policy, 0), Counters(), 0, deadline_ms=600_000)
    return SessionDriver(
        start, store=store, outbox=_Sink(), analyzer=analyzer, clock_ms=clock_ms, limits=DriverPolicy()
    )


async def _stream(texts: list[str]) -> Mapping[str, float]:
    """Feed one session to the end of ``texts`` or of the session; milliseconds per frame and stage."""
    policy = SessionPolicy(SessionKind.ENROLLMENT)
    analyzer, store, now_ms = _TimedAnalyzer(), _NoStore(), 0
    driver = _driver(policy, store, analyzer, lambda: now_ms)
    driver.start()
    frames, began = 0, time.process_time()
    for text in texts:
        now_ms += FRAME_MS
        frames += 1
        await driver.receive(text)
        await driver.settle()
        if store.evidence is not None:
            break
    cpu_ms = (time.process_time() - began) * 1000
    await driver.stop()
    await analyzer.close()
    if store.evidence is None:
        raise RuntimeError("the sample session did not complete")
    stages = {stage: took_ms / frames for stage, took_ms in analyzer.stage_ms.items()}
    return {
        **stages,
        "the rest": cpu_ms / frames - sum(stages.values()),
        "CPU in all": cpu_ms / frames,
        "frames": frames,
    }
