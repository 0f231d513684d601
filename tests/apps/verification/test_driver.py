"""The driver with nothing around it: scripted machine, analyzer, store and socket; time is a number."""

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
from frapi.apps.verification.messages import Message
from frapi.apps.verification.ports import DriverPolicy, SessionStart
from frapi.errors import (
    ClientRevoked,
    FrapiError,
    InvalidImage,
    SessionEnded,
    SessionTakenOver,
    Unavailable,
)
from frapi.inference.base import AnalyzerInfo, FrameRequest
from frapi.liveness import session as liveness
from frapi.liveness.challenge import ChallengeAction, ChallengeFailure, ChallengeStep
from frapi.liveness.injection import InjectionSignal
from frapi.liveness.session import SessionState
from frapi.liveness.types import (
    ChallengeFailed,
    ChallengeIssued,
    ContinuityBroken,
    Counters,
    Event,
    EvidenceReady,
    FrameObstructed,
    FrameProcessed,
    InjectionNoticed,
    Instruction,
    SessionKind,
    SessionPolicy,
    Tick,
)
from frapi.vision.types import Embedding, EmbeddingRequest, FrameObservation, Obstacle, TrackState

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


async def test_each_frame_that_is_looked_at_is_answered_once() -> None:
    async with rig() as on:
        for _ in range(5):
            await on.show()
        assert [message["type"] for message in on.outbox.sent] == ["frame_processed"] * 5
        assert all(message["frames_dropped"] == 0 for message in on.outbox.sent)


async def test_the_analyzer_gets_what_it_needs() -> None:
    async with rig() as on:
        await on.show(b"one")
        await on.show(b"two")
        first, second = on.analyzer.requests
        assert (first.image_bytes, first.track, first.embedding) == (b"one", None, WANTED)
        assert (second.image_bytes, second.track) == (b"two", TRACK)


async def test_only_the_newest_waiting_frame_is_kept() -> None:
    async with rig() as on:
        on.analyzer.gate.clear()
        for number in range(5):
            await on.say(type="frame", image="AAAA", seq=number)
            await asyncio.sleep(0)
        on.analyzer.gate.set()
        await on.driver.settle()
        assert [(message["seq"], message["frames_dropped"]) for message in on.outbox.sent] == [(0, 3), (4, 0)]
        assert len(on.analyzer.requests) == 2


async def test_obstacles_reject_a_frame() -> None:
    async with rig() as on:
        on.machine.script = [(FrameObstructed(Counters(frame_counter=1), {Obstacle.MASK: 0.8}),)]
        answer = await on.show()
        assert (answer["type"], answer["obstacles"]) == ("frame_rejected", ["mask"])


async def test_a_lost_face_needs_no_message_of_its_own() -> None:
    async with rig() as on:
        on.machine.script = [(ContinuityBroken("face lost"), processed(frame_counter=1))]
        await on.show()
        assert [message["type"] for message in on.outbox.sent] == ["frame_processed"]


async def test_a_move_of_the_challenge_is_asked_for() -> None:
    async with rig() as on:
        step = ChallengeStep(ChallengeAction.LOOK_UP, "n1", 500)
        on.machine.script = [(processed(frame_counter=1), ChallengeIssued(step, 0, 3, 4000))]
        asked = await on.show()
        assert [message["type"] for message in on.outbox.sent] == ["frame_processed", "challenge"]
        assert (asked["action"], asked["nonce"], asked["deadline_ms"]) == ("look_up", "n1", 4000)


async def test_a_failed_challenge_ends_the_session() -> None:
    async with rig() as on:
        failed = ChallengeFailed(Counters(frame_counter=1), ChallengeFailure.TOO_LATE, 1)
        on.machine.script = [(processed(frame_counter=1), failed)]
        last = await on.show()
        assert (last["type"], last["code"]) == ("error", 422)
        assert (last["details"]["reason"], last["details"]["index"]) == ("too_late", 1)
        assert on.store.ends == ["challenge_failed"]
        assert on.outbox.closes == [1000]


async def test_signs_of_injection_are_not_told() -> None:
    async with rig() as on:
        on.machine.script = [(InjectionNoticed(InjectionSignal.STATIC_INPUT), processed(frame_counter=1))]
        await on.show()
        assert [message["type"] for message in on.outbox.sent] == ["frame_processed"]
        assert "static_input" not in str(on.outbox.sent)


class TestTime:
    async def test_frames_are_timed_by_their_arrival(self) -> None:
        async with rig() as on:
            on.analyzer.gate.clear()
            await on.driver.receive(b"picture")
            await asyncio.sleep(0)
            on.clock.now_ms += 700
            on.analyzer.gate.set()
            await on.driver.settle()
            assert on.machine.seen[0][1] == 1000

    async def test_frames_are_timed_by_the_clients_clock_when_it_tells(self) -> None:
        async with rig() as on:
            for timestamp_ms, delay_ms in ((50_000, 0), (50_100, 400), (50_200, 0)):
                on.clock.now_ms += delay_ms
                await on.say(type="frame", image="AAAA", timestamp_ms=timestamp_ms)
                await on.driver.settle()
            assert [at_ms for _, at_ms in on.machine.seen] == [1000, 1100, 1200]

    @pytest.mark.parametrize("timestamp_ms", [49_999, 60_000])
    async def test_a_clock_that_lies_costs_the_frame_only(self, timestamp_ms: int) -> None:
        async with rig() as on:
            await on.say(type="frame", image="AAAA", timestamp_ms=50_000)
            await on.driver.settle()
            await on.say(type="frame", image="AAAA", timestamp_ms=timestamp_ms, seq=8)
            assert on.outbox.sent[-1]["details"] == {"field": "timestamp_ms", "seq": 8}
            assert on.outbox.sent[-1]["code"] == 400
            assert on.machine.refused_timestamps == 1
            await on.say(type="frame", image="AAAA", timestamp_ms=50_100)
            await on.driver.settle()
            assert on.outbox.sent[-1]["type"] == "frame_processed"

    async def test_the_machines_time_never_runs_backwards(self) -> None:
        async with rig(now_ms=5000) as on:
            await on.show()
            assert on.machine.seen[0][1] == 5000

    async def test_silence_becomes_a_tick(self) -> None:
        async with rig() as on:
            await on.show()
            await on.wait(999)
            assert len(on.machine.seen) == 1
            await on.wait(1)
            assert isinstance(on.machine.seen[-1][0], Tick)

    async def test_no_tick_while_a_frame_is_being_looked_at(self) -> None:
        async with rig() as on:
            on.analyzer.gate.clear()
            await on.driver.receive(b"picture")
            await asyncio.sleep(0)
            await on.wait(5000)
            assert on.machine.seen == []
            on.analyzer.gate.set()


class TestLimits:
    async def test_too_fast_is_told_and_not_looked_at(self) -> None:
        async with rig() as on:
            for number in range(60):  # a second at 60 frames/s
                on.clock.now_ms = 1000 + number * 1000 // 60
                await on.say(type="frame", image="AAAA", seq=number)
                await on.driver.settle()
            refused = [message for message in on.outbox.sent if message["type"] == "error"]
            assert {message["code"] for message in refused} == {429}
            assert all(message["details"]["retry_after_ms"] > 0 for message in refused)
            assert len(on.analyzer.requests) == 60 - len(refused) == pytest.approx(25, abs=1)
            assert on.outbox.closes == []
            await on.show(after_ms=1000)
            assert on.outbox.sent[-1]["type"] == "frame_processed"

    async def test_frame_budget(self) -> None:
        async with rig(max_frames=3) as on:
            for _ in range(3):
                assert (await on.show())["type"] == "frame_processed"
            answer = await on.show()
            assert (answer["code"], answer["error"]) == (4429, "Maximum frames exceeded")
            assert on.outbox.closes == [4429]
            assert on.store.ends == ["max_frames_exceeded"]
            assert len(on.analyzer.requests) == 3

    async def test_frame_budget_goes_on_over_connections(self) -> None:
        async with rig(max_frames=3, counters=Counters(frame_counter=3)) as on:
            await on.show()
            assert on.outbox.closes == [4429]

    async def test_idle(self) -> None:
        async with rig() as on:
            await on.show()
            await on.wait(29_999)
            assert on.outbox.closes == []
            await on.wait(1)
            assert on.outbox.closes == [4408]
            assert on.store.ends == []

    async def test_a_ping_is_enough_not_to_be_idle(self) -> None:
        async with rig() as on:
            for _ in range(5):
                await on.wait(20_000)
                await on.say(type="ping")
            assert on.outbox.sent == [{"type": "pong"}] * 5
            assert on.outbox.closes == []

    async def test_expiry(self) -> None:
        async with rig() as on:
            await on.wait(598_999 - 100)
            assert 4404 not in on.outbox.closes
        async with rig() as on:
            on.clock.now_ms = 600_000
            await on.driver.tick()
            assert on.outbox.sent[-1]["code"] == 410
            assert on.outbox.sent[-1]["details"] == {"status": "expired"}
            assert on.outbox.closes == [4404]
            assert on.store.ends == ["expired"]


class TestBadInput:
    async def test_never_ends_a_session(self) -> None:
        async with rig() as on:
            for data in ("nonsense", "{}", '{"type":"frame"}', '{"type":"frame","image":"%"}'):
                await on.driver.receive(data)
            assert on.codes == [400] * 4
            assert (await on.show())["type"] == "frame_processed"

    async def test_twenty_in_a_row_close(self) -> None:
        async with rig() as on:
            for _ in range(20):
                assert on.outbox.closes == []
                await on.driver.receive("nonsense")
            assert on.codes == [400] * 20
            assert on.outbox.closes == [1008]
            await on.driver.receive("nonsense")
            assert len(on.outbox.sent) == 20

    async def test_pictures_that_do_not_decode_count_too(self) -> None:
        async with rig() as on:
            on.analyzer.problems[b"broken"] = InvalidImage()
            for _ in range(10):
                await on.driver.receive("nonsense")
                answer = await on.show(b"broken")
                assert answer["details"] == {"field": "image", "reason": "can't be decoded"}
            assert on.outbox.closes == [1008]

    async def test_a_good_frame_between_starts_the_count_anew(self) -> None:
        async with rig() as on:
            for _ in range(4):
                for _ in range(19):
                    await on.driver.receive("nonsense")
                await on.show()
            assert on.outbox.closes == []

    async def test_a_ping_between_does_not(self) -> None:
        async with rig() as on:
            for _ in range(20):
                await on.say(type="ping")
                await on.driver.receive("nonsense")
            assert on.outbox.closes == [1008]


class TestTrouble:
    async def test_no_analyzer_costs_the_frame_only(self) -> None:
        async with rig() as on:
            on.analyzer.problems[b"now"] = Unavailable()
            answer = await on.show(b"now")
            assert (answer["type"], answer["code"]) == ("error", 503)
            assert (await on.show())["type"] == "frame_processed"
            assert on.outbox.closes == []

    async def test_a_bug_is_logged_and_not_told(self, caplog: pytest.LogCaptureFixture) -> None:
        async with rig() as on:
            on.analyzer.problems[b"now"] = ZeroDivisionError("what nobody may read")
            answer = await on.show(b"now")
            assert answer == {"type": "error", "error": "Internal error", "code": 500, "details": {}}
            assert logged(caplog) == ["frame_failed"]
            assert (await on.show())["type"] == "frame_processed"

    async def test_errors_name_their_frame(self) -> None:
        async with rig() as on:
            on.analyzer.problems[b"\x00\x00\x00"] = InvalidImage()
            await on.say(type="frame", image="AAAA", seq=17)
            await on.driver.settle()
            assert on.outbox.sent[-1]["details"] == {"field": "image", "reason": "can't be decoded", "seq": 17}

    @pytest.mark.parametrize(
        ("problem", "code", "close"),
        [(SessionTakenOver(), 409, 4409), (SessionEnded(), 410, 4404), (ClientRevoked(), 401, 4404)],
    )
    async def test_a_session_that_is_no_longer_ours_closes(self, problem: FrapiError, code: int, close: int) -> None:
        async with rig() as on:
            on.store.problem = problem
            on.machine.script = [(processed(frame_counter=1, blinks=1),)]
            answer = await on.show()
            assert (answer["type"], answer["code"]) == ("error", code)
            assert on.outbox.closes == [close]

    async def test_it_is_noticed_without_frames(self) -> None:
        async with rig() as on:
            on.store.problem = SessionEnded()
            await on.wait(4999)
            assert on.outbox.closes == []
            await on.wait(1)
            assert on.outbox.closes == [4404]

    async def test_trouble_while_ticking_ends_nothing(self, caplog: pytest.LogCaptureFixture) -> None:
        async with rig() as on:
            on.store.problem = OSError("disk full")
            await on.wait(5000)
            assert logged(caplog) == ["session_tick_failed"]
            assert on.outbox.closes == []

    async def test_ended_from_outside(self) -> None:
        async with rig() as on:
            await on.driver.end(SessionTakenOver())
            await on.driver.end(SessionTakenOver())
            assert (on.codes, on.outbox.closes) == ([409], [4409])
            await on.driver.receive(b"picture")
            assert on.analyzer.requests == []

    async def test_ended_while_a_frame_is_being_looked_at(self) -> None:
        async with rig() as on:
            on.analyzer.gate.clear()
            await on.driver.receive(b"picture")
            await asyncio.sleep(0)
            await on.driver.end(SessionTakenOver())
            on.analyzer.gate.set()
            await on.driver.settle()
            assert on.machine.seen == []
            assert on.outbox.closes == [4409]


class TestKeeping:
    @pytest.mark.parametrize(
        "moved", [{"frames_processed": 1}, {"blinks": 1}, {"motion_events": 1}, {"liveness_verified": True}]
    )
    async def test_saves_when_a_counter_moved(self, moved: dict[str, Any]) -> None:
        async with rig() as on:
            await on.show()
            assert on.store.saved == []
            on.machine.script = [(processed(frame_counter=2, **moved),)]
            await on.show()
            assert on.store.saved == [Counters(frame_counter=2, **moved)]

    async def test_saves_now_and_then_in_any_case(self) -> None:
        async with rig() as on:
            for _ in range(50):
                await on.show()
            assert [counters.frame_counter for counters in on.store.saved] == [25, 50]

    async def test_saves_when_the_socket_goes(self) -> None:
        async with rig() as on:
            await on.show()
            await on.driver.stop()
            assert [counters.frame_counter for counters in on.store.saved] == [1]

    async def test_nothing_new_is_not_saved_again(self) -> None:
        async with rig() as on:
            await on.driver.stop()
            assert on.store.saved == []

    async def test_trouble_on_the_way_out_is_logged(self, caplog: pytest.LogCaptureFixture) -> None:
        async with rig() as on:
            await on.show()
            on.store.problem = SessionTakenOver()
            await on.driver.stop()
            assert logged(caplog) == ["session_not_kept"]


class TestFinishing:
    LAST: Message = {"type": "enrollment_complete", "success": True}

    async def test_result_then_close(self) -> None:
        async with rig() as on:
            on.store.last_message = self.LAST
            on.machine.script = [(processed(frames_processed=3), evidence(frames_processed=3))]
            await on.show()
            assert [message["type"] for message in on.outbox.sent] == ["frame_processed", "enrollment_complete"]
            assert on.outbox.closes == [1000]
            assert on.store.saved == []

    async def test_frames_after_it_are_ignored(self) -> None:
        async with rig() as on:
            on.store.last_message = self.LAST
            on.machine.script = [(processed(), evidence())]
            await on.show()
            await on.driver.receive(b"picture")
            await on.driver.receive("nonsense")
            await on.wait(60_000)
            assert len(on.outbox.sent) == 2
            assert on.outbox.closes == [1000]

    async def test_more_evidence_is_wanted(self) -> None:
        async with rig() as on:
            on.machine.script = [(processed(frames_processed=3), evidence(frames_processed=3))]
            await on.show()
            assert on.outbox.closes == []
            assert (await on.show())["type"] == "frame_processed"

    async def test_a_result_that_can_not_be_stored_is_not_told(self) -> None:
        async with rig() as on:
            on.store.last_message = self.LAST
            on.store.problem = OSError("disk full")
            on.machine.script = [(processed(), evidence())]
            answer = await on.show()
            assert (answer["type"], answer["code"]) == ("error", 500)
            assert on.outbox.closes == []
            on.store.problem = None
            on.machine.script = [(processed(), evidence())]
            assert await on.show() == self.LAST


class TestDraining:
    async def test_the_frame_at_hand_is_finished(self) -> None:
        async with rig() as on:
            on.analyzer.gate.clear()
            await on.driver.receive(b"picture")
            draining = asyncio.create_task(on.driver.drain())
            await asyncio.sleep(0)
            await on.driver.receive(b"another")
            on.analyzer.gate.set()
            await draining
            assert [message["type"] for message in on.outbox.sent] == ["frame_processed"]
            assert on.outbox.closes == [1001]
            assert [counters.frame_counter for counters in on.store.saved] == [1]

    async def test_a_session_that_finishes_meanwhile_closes_as_finished(self) -> None:
        async with rig() as on:
            on.store.last_message = TestFinishing.LAST
            on.machine.script = [(processed(), evidence())]
            on.analyzer.gate.clear()
            await on.driver.receive(b"picture")
            draining = asyncio.create_task(on.driver.drain())
            await asyncio.sleep(0)
            on.analyzer.gate.set()
            await draining
            assert on.outbox.closes == [1000]

    async def test_after_the_socket_is_gone_there_is_nothing_to_wait_for(self) -> None:
        async with rig() as on:
            on.analyzer.gate.clear()
            await on.driver.receive(b"picture")
            await asyncio.sleep(0)
            await on.driver.stop()
            await on.driver.drain()
            assert on.outbox.closes == []
