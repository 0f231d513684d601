"""The driver in a rig of its own: scripted machine, analyzer, store and socket; time is a number."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from frapi.apps.verification.driver import SessionDriver
from frapi.apps.verification.ports import DriverPolicy, SessionStart
from frapi.apps.verification.wire import Message
from frapi.inference.base import AnalyzerInfo, FrameRequest
from frapi.liveness import session as liveness
from frapi.liveness.session import SessionState
from frapi.liveness.types import (
    Counters,
    Event,
    EvidenceReady,
    FrameProcessed,
    Instruction,
    SessionKind,
    SessionPolicy,
    Tick,
)
from frapi.vision.types import Embedding, EmbeddingRequest, FrameObservation, TrackState

POLICY = SessionPolicy(SessionKind.ENROLLMENT)
WANTED = EmbeddingRequest(0.65, 0.12)
TRACK = TrackState(7, None, 0)
OBSERVATION = FrameObservation(640, 480, 1, TRACK)


def processed(**counters: Any) -> FrameProcessed:
    return FrameProcessed(Counters(**counters), True, None, Instruction.NONE, 0.9, {}, 0.3, None, {})


def evidence(**counters: Any) -> EvidenceReady:
    return EvidenceReady(Counters(**counters), Embedding(np.zeros(4, np.float32), "t/1"), 3, 0.9, final=True)


class Machine:
    """Answers every frame with the next of its scripted events; counts frames when it has none left."""

    def __init__(self) -> None:
        self.script: list[tuple[Event, ...]] = []
        self.seen: list[tuple[object, int]] = []
        self.frames = 0
        self.refused_timestamps = 0

    def obstacles_due(self, state: SessionState, now_ms: int) -> bool:
        return True

    def embedding_request(self, state: SessionState, now_ms: int) -> EmbeddingRequest | None:
        return WANTED

    def note_refused_timestamp(self, state: SessionState, now_ms: int) -> SessionState:
        self.refused_timestamps += 1
        return state

    def advance(
        self, state: SessionState, observation: FrameObservation | Tick, now_ms: int
    ) -> tuple[SessionState, tuple[Event, ...]]:
        self.seen.append((observation, now_ms))
        if isinstance(observation, Tick):
            return state, ()
        self.frames += 1
        events = self.script.pop(0) if self.script else (processed(frame_counter=self.frames),)
        return replace(state, frame_counter=self.frames), events


@dataclass
class Store:
    """Keeps what it is given; raises ``problem`` when there is one."""

    saved: list[Counters] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    last_message: Message | None = None
    problem: Exception | None = None

    async def check(self) -> None:
        self._trip()

    async def save(self, state: SessionState, counters: Counters) -> None:
        self._trip()
        self.saved.append(counters)

    async def conclude(self, evidence: EvidenceReady) -> Message | None:
        self._trip()
        return self.last_message

    async def fail(self, counters: Counters, reason: str) -> None:
        self._trip()
        self.ends.append(reason)

    async def expire(self, counters: Counters) -> None:
        self._trip()
        self.ends.append("expired")

    def _trip(self) -> None:
        if self.problem is not None:
            raise self.problem


@dataclass
class Outbox:
    sent: list[Message] = field(default_factory=list)
    closes: list[int] = field(default_factory=list)

    async def send(self, message: Message) -> None:
        assert not self.closes, "sent after the close"
        json.dumps(message)
        self.sent.append(message)

    async def close(self, code: int, reason: str) -> None:
        assert len(reason.encode()) <= 123, "the protocol allows no more"
        self.closes.append(code)


@dataclass
class Analyzer:
    """Waits at its gate, then sees what it is told to see."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    requests: list[FrameRequest] = field(default_factory=list)
    problems: dict[bytes, Exception] = field(default_factory=dict)

    async def analyze(self, request: FrameRequest) -> FrameObservation:
        self.requests.append(request)
        await self.gate.wait()
        if request.image_bytes in self.problems:
            raise self.problems[request.image_bytes]
        return OBSERVATION

    def info(self) -> AnalyzerInfo:
        return AnalyzerInfo("t/1", 4, {})

    async def close(self) -> None: ...


@dataclass
class Clock:
    now_ms: int = 1000

    def __call__(self) -> int:
        return self.now_ms


@dataclass
class Rig:
    driver: SessionDriver
    machine: Machine
    store: Store
    outbox: Outbox
    analyzer: Analyzer
    clock: Clock

    async def show(self, image: bytes = b"picture", *, after_ms: int = 100) -> Message:
        """Show one frame and return the last answer to it."""
        self.clock.now_ms += after_ms
        await self.driver.receive(image)
        await self.driver.settle()
        return self.outbox.sent[-1]

    async def say(self, **message: Any) -> None:
        await self.driver.receive(json.dumps(message))

    async def wait(self, milliseconds: int) -> None:
        self.clock.now_ms += milliseconds
        await self.driver.tick()

    @property
    def codes(self) -> list[int]:
        return [message["code"] for message in self.outbox.sent if message["type"] == "error"]


@asynccontextmanager
async def rig(*, counters: Counters | None = None, now_ms: int = 0, **limits: Any) -> AsyncIterator[Rig]:
    machine, store, outbox, analyzer = Machine(), Store(), Outbox(), Analyzer()
    analyzer.gate.set()
    start = SessionStart(POLICY, liveness.start(POLICY, now_ms), counters or Counters(), now_ms, deadline_ms=600_000)
    clock = Clock()
    driver = SessionDriver(
        start,
        store=store,
        outbox=outbox,
        analyzer=analyzer,
        clock_ms=clock,
        limits=DriverPolicy(**limits),
        machine=machine,
    )
    driver.start()
    try:
        yield Rig(driver, machine, store, outbox, analyzer, clock)
    finally:
        await driver.stop()


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The driver's events."""
    return [record.msg["event"] for record in caplog.records if isinstance(record.msg, dict)]
