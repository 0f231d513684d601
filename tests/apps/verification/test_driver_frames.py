"""The driver and its frames: which are looked at, how they are answered and when they were."""

from __future__ import annotations

import asyncio

import pytest

from frapi.liveness.challenge import ChallengeAction, ChallengeFailure, ChallengeStep
from frapi.liveness.injection import InjectionSignal
from frapi.liveness.types import (
    ChallengeFailed,
    ChallengeIssued,
    ContinuityBroken,
    Counters,
    FrameObstructed,
    InjectionNoticed,
    Tick,
)
from frapi.vision.types import Obstacle
from tests.apps.verification.rig import TRACK, WANTED, processed, rig


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
