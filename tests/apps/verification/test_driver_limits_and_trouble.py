"""The driver's limits, and what it makes of bad input and of trouble around it."""

from __future__ import annotations

import asyncio

import pytest

from frapi.errors import ClientRevoked, FrapiError, InvalidImage, SessionEnded, SessionTakenOver, Unavailable
from frapi.liveness.types import Counters
from tests.apps.verification.rig import logged, processed, rig


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
