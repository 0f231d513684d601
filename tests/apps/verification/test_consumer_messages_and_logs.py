"""What a client may send and is answered over the socket, and what of it is logged."""

from __future__ import annotations

import base64
import logging
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from pytest_django import Settings

from frapi.apps.accounts.services import NewClient
from frapi.apps.ops.logging import RedactingFormatter
from tests.apps.verification.conftest import REST, db, new_enrollment, picture, refused, row, streaming

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("unhurried")]


class TestMessages:
    async def test_ping(self, tenant: NewClient) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            assert await socket.ask({"type": "ping"}) == {"type": "pong"}

    async def test_binary_frames(self, tenant: NewClient) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            answer = await socket.ask(picture())
            assert (answer["type"], answer["success"]) == ("frame_processed", True)
            assert "seq" not in answer

    @pytest.mark.parametrize("prefix", ["", "data:image/jpeg;base64,", "data:image/png;base64,"])
    async def test_data_uris_and_bare_base64(self, tenant: NewClient, prefix: str) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            image = prefix + base64.b64encode(picture()).decode()
            assert (await socket.ask({"type": "frame", "image": image}))["type"] == "frame_processed"

    @pytest.mark.parametrize(
        ("message", "field"),
        [
            ("nonsense", "message"),
            ([], "message"),
            ({"type": "video"}, "type"),
            ({"image": "AAAA"}, "type"),
            ({"type": "frame"}, "image"),
            ({"type": "frame", "image": "?"}, "image"),
            ({"type": "frame", "image": 7}, "image"),
            ({"type": "frame", "image": "AAAA", "seq": "a"}, "seq"),
            ({"type": "frame", "image": "AAAA", "timestamp_ms": "a"}, "timestamp_ms"),
            (picture(raises="image"), "image"),
            (b"", "image"),
        ],
    )
    async def test_bad_input(self, tenant: NewClient, message: Any, field: str) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            problem = await socket.ask(message)
            assert (problem["type"], problem["code"]) == ("error", 400)
            assert problem["details"]["field"] == field
            assert (await socket.show())["type"] == "frame_processed"

    async def test_images_over_the_limit(self, tenant: NewClient, settings: Settings) -> None:
        settings.FRAPI = replace(settings.FRAPI, max_image_bytes=10_000)
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            for message in (bytes(10_001), {"type": "frame", "image": base64.b64encode(bytes(10_001)).decode()}):
                problem = await socket.ask(message)
                assert problem["details"] == {"field": "image", "reason": "over 10000 bytes", "max_bytes": 10_000}

    async def test_twenty_bad_messages_in_a_row(self, tenant: NewClient) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            for _ in range(20):
                assert (await socket.ask("nonsense"))["code"] == 400
            assert await socket.closed() == 1008
        async with streaming(created.token) as socket:
            assert (await socket.show())["type"] == "frame_processed"

    async def test_too_many_frames(self, tenant: NewClient, settings: Settings) -> None:
        settings.FRAPI = replace(settings.FRAPI, max_frames=5)
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            await socket.show_all(*REST[:5])
            problem = await socket.show()
            assert (problem["code"], problem["error"]) == (4429, "Maximum frames exceeded")
            assert await socket.closed() == 4429
        session = await db(row)(created)
        assert (session.status, session.outcome["reason"]) == ("failed", "max_frames_exceeded")
        assert (await refused(created.token))[0] == 410

    async def test_too_fast(self, tenant: NewClient, settings: Settings) -> None:
        settings.FRAPI = replace(settings.FRAPI, max_fps=1, burst=2)
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            assert [(await socket.show())["type"] for _ in range(2)] == ["frame_processed"] * 2
            problem = await socket.show()
            assert problem["code"] == 429
            assert 0 < problem["details"]["retry_after_ms"] <= 1000
            assert problem["details"]["seq"] == 3
            assert await socket.ask({"type": "ping"}) == {"type": "pong"}

    async def test_trouble_with_the_analyzer(self, tenant: NewClient) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            assert (await socket.show(raises="unavailable"))["code"] == 503
            problem = await socket.show(raises="bug")
            assert (problem["code"], problem["error"]) == (500, "Internal error")
            assert (await socket.show())["type"] == "frame_processed"


@pytest.fixture
def log_output(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What the process logs, as it would be written."""
    written = StringIO()
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, RedactingFormatter):
            monkeypatch.setattr(handler, "stream", written)
    return written


async def test_logs_name_nothing_secret(tenant: NewClient, log_output: StringIO) -> None:
    created = await db(new_enrollment)(tenant.client, "zenobia")
    async with streaming(created.token) as socket:
        await socket.show(raises="bug")
        await socket.ask("nonsense")
        last = await socket.live()
    out = log_output.getvalue()
    assert "session_ended" in out
    assert "frame_failed" in out
    for secret in (created.token, tenant.api_key, last["encrypted_data"]["encrypted_payload"], "zenobia"):
        assert secret not in out
