"""Who may connect to a session, what a connection takes over from the one before, and what ends it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from frapi.apps import drain
from frapi.apps.accounts.services import NewClient, create_client, revoke_client
from frapi.apps.templates.services import list_users
from frapi.apps.verification import conclusion, consumers, services
from frapi.apps.verification.models import Session
from tests.apps.verification.conftest import (
    BLINK,
    EVE,
    REST,
    TURN,
    db,
    new_enrollment,
    open_socket,
    picture,
    refused,
    row,
    streaming,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("unhurried")]


class TestTokens:
    @pytest.mark.parametrize("token", ["sess_unknown", "x", "sess_" + "A" * 43])
    async def test_unknown(self, tenant: NewClient, token: str) -> None:
        assert await refused(token) == (404, {}, 4404)

    @pytest.mark.parametrize("status", ["completed", "failed", "cancelled", "expired"])
    async def test_ended(self, tenant: NewClient, status: str) -> None:
        created = await db(new_enrollment)(tenant.client)
        await db(Session.objects.update)(status=status)
        assert await refused(created.token) == (410, {"status": status}, 4404)

    async def test_expired(self, tenant: NewClient) -> None:
        created = await db(new_enrollment)(tenant.client)
        await db(Session.objects.update)(expires_at=timezone.now())
        assert await refused(created.token) == (410, {"status": "expired"}, 4404)
        assert (await db(row)(created)).status == "expired"

    async def test_frames_after_completion(self, tenant: NewClient) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            await socket.live()
            assert await socket.closed() == 1000
            await socket.send(picture())
            assert await socket.receive_nothing()
        assert (await refused(created.token))[0] == 410

    async def test_revoked_client(self, tenant: NewClient) -> None:
        created = await db(new_enrollment)(tenant.client)
        await db(revoke_client)(tenant.client)
        assert await refused(created.token) == (401, {}, 4404)

    async def test_client_revoked_while_streaming(self, tenant: NewClient) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            await socket.show_all(*REST, *BLINK, *TURN[:2])
            await db(revoke_client)(tenant.client)
            problem = await socket.live()
            assert (problem["type"], problem["code"]) == ("error", 401)
            assert await socket.closed() == 4404
        assert await db(list_users(tenant.client.id).count)() == 0


class TestOrigins:
    @pytest.fixture
    def listed(self, transactional_db: None) -> NewClient:
        return create_client("listed", allowed_origins=["https://app.example.com"])

    @pytest.mark.parametrize("origin", [None, "https://anywhere.example", "null"])
    async def test_without_a_list_any_may_connect(self, tenant: NewClient, origin: str | None) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token, origin=origin):
            pass

    @pytest.mark.parametrize("origin", [None, "https://app.example.com", "https://APP.example.com"])
    async def test_with_a_list_the_listed_and_native_apps_may(self, listed: NewClient, origin: str | None) -> None:
        created = await db(new_enrollment)(listed.client)
        async with streaming(created.token, origin=origin):
            pass

    @pytest.mark.parametrize(
        "origin",
        [
            "null",
            "",
            "http://app.example.com",
            "https://app.example.com:8443",
            "https://app.example.com.evil.test",
            "https://evil.test/https://app.example.com",
            "https://notapp.example.com",
        ],
    )
    async def test_others_may_not(self, listed: NewClient, origin: str) -> None:
        created = await db(new_enrollment)(listed.client)
        assert await refused(created.token, origin=origin) == (403, {}, 4401)
        assert (await db(row)(created)).status == "pending"

    async def test_a_list_may_ask_for_an_origin(self, listed: NewClient) -> None:
        listed.client.allowed_origins.append("!missing")
        await db(listed.client.save)()
        created = await db(new_enrollment)(listed.client)
        assert (await refused(created.token))[0] == 403
        async with streaming(created.token, origin="https://app.example.com"):
            pass


class TestReconnecting:
    async def test_counters_are_kept(self, tenant: NewClient) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            before = await socket.show_all(*REST, *BLINK, *REST)
            assert before["blinks_detected"] == 1
        async with open_socket(created.token) as socket:
            hello = await socket.receive()
            assert hello["resumed"] is True
            assert hello["blinks_detected"] == 1
            assert hello["frames_processed"] == before["frames_processed"]
            answer = await socket.show()
            assert answer["frames_processed"] == before["frames_processed"] + 1
            assert answer["blinks_detected"] == 1
            assert answer["visual_data"]["liveness_indicators"]["frame_counter"] == 17
            last = await socket.live()
            assert last["type"] == "enrollment_complete"

    async def test_somebody_else_starts_again(self, tenant: NewClient) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            await socket.show_all(*REST, *BLINK, *REST)
        async with streaming(created.token) as socket:
            answer = await socket.show(person=EVE)
            assert answer["reason"] == "identity_changed"
            assert (answer["frames_processed"], answer["blinks_detected"]) == (0, 0)

    async def test_the_state_is_sealed(self, tenant: NewClient) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            await socket.show_all(*REST)
        sealed = bytes((await db(row)(created)).sealed_state or b"")
        assert len(sealed) > 100
        assert b"samples" not in sealed

    async def test_nothing_seen_is_nothing_to_resume(self, tenant: NewClient) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token):
            pass
        async with open_socket(created.token) as socket:
            assert (await socket.receive())["resumed"] is False

    async def test_take_over(self, tenant: NewClient) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as older:
            await older.show_all(*REST)
            async with open_socket(created.token) as newer:
                assert (await newer.receive())["resumed"] is True
                assert (await older.receive())["code"] == 409
                assert await older.closed() == 4409
                await older.send(picture())
                assert await older.receive_nothing()
                await newer.show_all(*REST)  # the older one's clock was ahead of ours by as much
                last = await newer.live()
                assert last["type"] == "enrollment_complete"

    async def test_take_over_by_another_process(self, tenant: NewClient, monkeypatch: pytest.MonkeyPatch) -> None:
        """No notice comes: the older connection finds out when it writes."""

        async def silence(*_: Any) -> None: ...

        monkeypatch.setattr(consumers, "announce_takeover", silence)
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as older:
            await older.show()
            async with streaming(created.token):
                answers = [await older.show(), await older.receive()]
                assert [answer["type"] for answer in answers] == ["frame_processed", "error"]
                assert answers[1]["code"] == 409
                assert await older.closed() == 4409


class TestEndedElsewhere:
    async def test_cancelled(self, tenant: NewClient) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            await socket.show()
            await asyncio.to_thread(services.cancel_session, tenant.client, created.token)
            problem = await socket.receive()
            assert (problem["code"], problem["details"]["status"]) == (410, "cancelled")
            assert await socket.closed() == 4404

    async def test_erased(self, tenant: NewClient) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            await socket.show_all(*REST, *BLINK)
            receipt = await asyncio.to_thread(services.erase_user, tenant.client, "ada")
            assert (receipt.sessions_cancelled, receipt.session_states) == (1, 1)
            assert (await socket.receive())["code"] == 410
            assert await socket.closed() == 4404
        session = await db(row)(created)
        assert (session.user_id, session.sealed_state, session.status) == ("", None, "cancelled")

    async def test_erased_in_another_process(self, tenant: NewClient, monkeypatch: pytest.MonkeyPatch) -> None:
        """No notice comes: the enrolment must still not come to be."""
        monkeypatch.setattr(services, "announce_end", lambda _: None)
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            await socket.show_all(*REST, *BLINK, *TURN[:2])
            await asyncio.to_thread(services.erase_user, tenant.client, "ada")
            problem = await socket.live()
            assert (problem["type"], problem["code"]) == ("error", 410)
            assert await socket.closed() == 4404
        assert await db(list_users(tenant.client.id).count)() == 0

    async def test_template_and_outcome_stand_or_fall_together(
        self, tenant: NewClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: Any, **__: Any) -> None:
            raise OSError("disk full")

        monkeypatch.setattr(conclusion, "_complete", fail)
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            problem = await socket.live()
            assert (problem["code"], problem["error"]) == (500, "Internal error")
            assert await db(list_users(tenant.client.id).count)() == 0


class TestTime:
    @pytest.fixture
    def quick(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(consumers, "TICK_S", 0.01)

    @pytest.mark.usefixtures("quick")
    async def test_idle(self, tenant: NewClient, settings: Settings) -> None:
        settings.FRAPI = replace(settings.FRAPI, idle_timeout_s=0)
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            assert await socket.closed() == 4408
        assert (await db(row)(created)).status == "active"

    @pytest.mark.usefixtures("quick")
    async def test_expiry_while_connected(self, tenant: NewClient) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            await socket.show()
        soon = created.session.created_at + timedelta(minutes=5, milliseconds=300)
        await db(Session.objects.update)(expires_at=max(soon, timezone.now() + timedelta(milliseconds=200)))
        async with streaming(created.token) as socket:
            problem = await socket.receive()
            assert (problem["code"], problem["details"]) == (410, {"status": "expired"})
            assert await socket.closed() == 4404
        session = await db(row)(created)
        assert (session.status, session.sealed_state) == ("expired", None)


class TestShutdown:
    @pytest.fixture
    def registry(self, monkeypatch: pytest.MonkeyPatch) -> drain.DrainRegistry:
        fresh = drain.DrainRegistry()
        monkeypatch.setattr(drain, "registry", fresh)
        return fresh

    async def test_sessions_are_handed_back(self, tenant: NewClient, registry: drain.DrainRegistry) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            before = await socket.show_all(*REST)
            assert await registry.drain(5) == 1
            assert await socket.closed() == 1001
        registry.draining = False
        async with open_socket(created.token) as socket:
            hello = await socket.receive()
            assert (hello["resumed"], hello["frames_processed"]) == (True, before["frames_processed"])

    async def test_nobody_new_is_taken_in(self, tenant: NewClient, registry: drain.DrainRegistry) -> None:
        created = await db(new_enrollment)(tenant.client)
        await registry.drain(5)
        async with open_socket(created.token) as socket:
            assert await socket.closed() == 1001

    async def test_finished_sessions_are_not_waited_for(self, tenant: NewClient, registry: drain.DrainRegistry) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token):
            assert len(registry) == 1
        assert len(registry) == 0


async def test_trouble_while_connecting_is_not_told(tenant: NewClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("a secret path")

    monkeypatch.setattr(consumers, "open_connection", fail)
    assert await refused("sess_any") == (500, {}, 1011)


async def test_a_damaged_state_is_an_error_and_no_crash(tenant: NewClient) -> None:
    created = await db(new_enrollment)(tenant.client)
    await db(Session.objects.update)(sealed_state=b"damaged")
    assert await refused(created.token) == (500, {}, 1011)
