from __future__ import annotations

import asyncio
import logging

import pytest

from frapi.apps.drain import DrainRegistry


async def test_all_registered_are_awaited_at_once() -> None:
    registry, meeting = DrainRegistry(), asyncio.Barrier(2)

    async def meet() -> None:
        await meeting.wait()  # returns only when both are there

    async def meet_too() -> None:
        await meeting.wait()

    async def gone() -> None:
        raise AssertionError("was unregistered")

    for callback in (meet, meet_too, gone):
        registry.register(callback)
    registry.unregister(gone)
    assert await registry.drain(timeout_s=5) == 2
    assert registry.draining


async def test_nobody_holds_the_shutdown_up() -> None:
    registry, cancelled = DrainRegistry(), asyncio.Event()

    async def hang() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    registry.register(hang)
    assert await registry.drain(timeout_s=0.01) == 0
    await asyncio.wait_for(cancelled.wait(), 1)


async def test_a_failure_is_logged_and_hinders_no_other(caplog: pytest.LogCaptureFixture) -> None:
    registry = DrainRegistry()

    async def fail() -> None:
        raise ValueError("broken")

    async def finish() -> None: ...

    registry.register(fail)
    registry.register(finish)
    with caplog.at_level(logging.ERROR):
        assert await registry.drain(timeout_s=1) == 1
    assert "drain_failed" in caplog.text


async def test_nothing_to_drain() -> None:
    assert await DrainRegistry().drain(timeout_s=1) == 0
