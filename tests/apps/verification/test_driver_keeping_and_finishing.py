"""When the driver saves a session, how it finishes one, and how it lets go of one that isn't finished."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from frapi.apps.verification.messages import Message
from frapi.errors import SessionTakenOver
from frapi.liveness.types import Counters
from tests.apps.verification.rig import evidence, logged, processed, rig


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
