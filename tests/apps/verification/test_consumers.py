"""The whole of a session over its socket: real rows, real machine, an analyzer that sees what the pictures say."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import logging
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from channels.db import database_sync_to_async
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.utils import timezone
from pytest_django import Settings

from frapi.apps import drain
from frapi.apps.accounts.services import NewClient, create_client, revoke_client
from frapi.apps.ops.logging import RedactingFormatter
from frapi.apps.templates.services import list_users, store_template
from frapi.apps.verification import attempts, conclusion, consumers, services
from frapi.apps.verification.models import Session
from frapi.apps.verification.policy import Demands
from frapi.errors import RateLimited
from tests.apps.verification.conftest import (
    BLINK,
    REST,
    TURN,
    new_authentication,
    new_enrollment,
    open_socket,
    picture,
    row,
    streaming,
)
from tests.faces import embedding

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("unhurried")]

ADA, EVE = 1, 2

db = database_sync_to_async


@pytest.fixture
def tenant(transactional_db: None) -> NewClient:
    return create_client("relying party")


@pytest.fixture
def ada(tenant: NewClient) -> NewClient:
    """A tenant whose user ada is enrolled."""
    store_template(
        tenant.client.id, "ada", embedding(ADA), sample_count=3, quality_score=0.9, enrollment_id=tenant.client.id
    )
    return tenant


def decrypt(encrypted: dict[str, str], api_key: str) -> dict[str, Any]:
    raw = base64.b64decode(encrypted["encrypted_payload"])
    cipher = Cipher(algorithms.AES(hashlib.sha256(api_key.encode()).digest()), modes.CBC(raw[:16])).decryptor()
    padded = cipher.update(raw[16:]) + cipher.finalize()
    content: dict[str, Any] = json.loads(padded[: -padded[-1]])
    return content


async def refused(token: str, *, origin: str | None = None) -> tuple[int, dict[str, Any], int]:
    """Connect in vain: the error's code and details, and the close code."""
    async with open_socket(token, origin=origin) as socket:
        problem = await socket.receive()
        assert problem["type"] == "error"
        return problem["code"], problem["details"], await socket.closed()


class TestEnrollment:
    async def test_from_the_first_message_to_the_last(self, tenant: NewClient) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with open_socket(created.token) as socket:
            hello = await socket.receive()
            assert hello["type"] == "connection_established"
            assert (hello["session_type"], hello["session_token"]) == ("enrollment", created.token)
            assert hello["resumed"] is False
            assert hello["policy"]["max_frames"] == 600
            assert (await db(row)(created)).status == "active"
            last = await socket.live(person=ADA)
            assert last["type"] == "enrollment_complete"
            assert last["success"] is True
            assert last["enrollment_id"] == str(created.session.id)
            assert last["liveness_verified"] is True
            assert await socket.closed() == 1000
        session = await db(row)(created)
        assert session.status == "completed"
        assert session.outcome["reason"] == "enrolled"
        assert session.counters["blinks"] >= 1
        assert session.sealed_state is None
        users = await db(lambda: list(list_users(tenant.client.id).values_list("user_id", "enrollment_id")))()
        assert users == [("ada", created.session.id)]

    async def test_payload(self, tenant: NewClient) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            last = await socket.live(person=ADA)
        content = decrypt(last["encrypted_data"], tenant.api_key)
        assert content["id"] == str(created.session.id)
        assert content["user_id"] == "ada"
        assert content["session_type"] == "enrollment"
        assert content["session_token"] == created.token
        assert content["outcome"] == "enrolled"
        assert content["frames_processed"] == last["frames_processed"]
        assert content["quality_score"] == last["quality_score"]
        assert content["liveness"]["verified"] is True
        assert content["model"] == embedding().contract
        assert content["timestamp"].endswith("Z")
        assert "confidence" not in content

    @pytest.mark.parametrize("moves", [[], BLINK, TURN])
    async def test_needs_blink_and_motion(self, tenant: NewClient, moves: list[dict[str, Any]]) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            answer = await socket.show_all(*REST, *moves, *REST)
            assert answer["type"] == "frame_processed"
            assert answer["liveness_verified"] is False
            assert await socket.receive_nothing()

    async def test_replaces_the_old_template_only_once_complete(self, ada: NewClient) -> None:
        created = await db(new_enrollment)(ada.client)
        async with streaming(created.token) as socket:
            await socket.show_all(*[shows | {"person": EVE} for shows in REST])
            assert await db(services.create_authentication)(
                ada.client,
                user_id="ada",
                session_type="webcam",
                require_liveness=True,
                metadata={},
                demands=Demands(),
            )
            last = await socket.live(person=EVE)
            assert last["type"] == "enrollment_complete"
        ids = await db(lambda: list(list_users(ada.client.id).values_list("enrollment_id", flat=True)))()
        assert ids == [created.session.id]

    async def test_frames_that_do_not_count(self, tenant: NewClient) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            for reason in ("no_face", "multiple_faces", "face_too_small", "face_cut_off"):
                answer = await socket.show(reason=reason)
                assert (answer["type"], answer["success"]) == ("frame_processed", False)
                assert answer["reason"] == reason
                assert answer["frames_processed"] == 0
            assert answer["visual_data"]["liveness_indicators"]["frame_counter"] == 4

    async def test_obstacles(self, tenant: NewClient) -> None:
        created = await db(new_enrollment)(tenant.client)
        async with streaming(created.token) as socket:
            answer = await socket.show(obstacles={"glasses": 0.85, "hat": 0.1})
            assert answer["type"] == "frame_rejected"
            assert answer["obstacles"] == ["glasses"]
            assert answer["obstacle_confidence"] == {"glasses": 0.85}
            assert answer["seq"] == 1


class TestAuthentication:
    async def test_verification(self, ada: NewClient) -> None:
        created = await db(new_authentication)(ada.client)
        async with streaming(created.token) as socket:
            last = await socket.live(person=ADA)
            assert last["type"] == "authentication_complete"
            assert (last["success"], last["authenticated"], last["user_id"]) == (True, True, "ada")
            assert 0.9 < last["confidence"] < 1
            assert await socket.closed() == 1000
        content = decrypt(last["encrypted_data"], ada.api_key)
        assert content["outcome"] == "recognized"
        assert (content["user_id"], content["confidence"]) == ("ada", last["confidence"])
        session = await db(row)(created)
        assert session.status == "completed"
        assert session.outcome["confidence"] == last["confidence"]

    @pytest.mark.parametrize("moves", [BLINK, TURN])
    async def test_blink_or_motion_is_enough(self, ada: NewClient, moves: list[dict[str, Any]]) -> None:
        created = await db(new_authentication)(ada.client)
        async with streaming(created.token) as socket:
            frames = [*REST, *moves, *REST]
            answers = [await socket.show(**shows, person=ADA) for shows in frames[:6]]
            assert {answer["type"] for answer in answers} == {"frame_processed"}
            for shows in frames[6:]:
                answer = await socket.show(**shows, person=ADA)
                if answer["type"] == "authentication_complete":
                    break
            assert answer["authenticated"] is True

    async def test_somebody_else_is_refused_after_two_more_frames(self, ada: NewClient) -> None:
        created = await db(new_authentication)(ada.client, require_liveness=True)
        async with streaming(created.token) as socket:
            last = await socket.live(person=EVE)
            assert last == {
                "type": "authentication_complete",
                "success": False,
                "authenticated": False,
                "frames_processed": last["frames_processed"],
                "message": "Face not recognized",
            }
            assert await socket.closed() == 1000
        session = await db(row)(created)
        assert session.status == "failed"
        assert session.outcome["reason"] == "not_recognized"
        assert session.outcome["user_id"] is None

    async def test_the_guides_five_frames(self, ada: NewClient) -> None:
        ada.client.may_skip_liveness = True
        created = await db(new_authentication)(ada.client, require_liveness=False)
        async with streaming(created.token) as socket:
            for number in range(1, 6):
                assert (await socket.show(person=EVE))["frames_processed"] == number
            assert (await socket.receive())["frames_processed"] == 5

    async def test_identification(self, ada: NewClient) -> None:
        created = await db(new_authentication)(ada.client, None)
        async with open_socket(created.token) as socket:
            assert (await socket.receive())["session_type"] == "identification"
            last = await socket.live(person=ADA)
            assert (last["authenticated"], last["user_id"]) == (True, "ada")

    async def test_identification_of_a_stranger(self, ada: NewClient) -> None:
        created = await db(new_authentication)(ada.client, None)
        async with streaming(created.token) as socket:
            assert (await socket.live(person=EVE))["authenticated"] is False

    async def test_identification_without_users(self, tenant: NewClient) -> None:
        created = await db(new_authentication)(tenant.client, None)
        async with streaming(created.token) as socket:
            assert (await socket.live(person=ADA))["message"] == "Face not recognized"

    async def test_identification_never_finds_another_tenants_user(self, ada: NewClient) -> None:
        stranger = await db(create_client)("stranger")
        created = await db(new_authentication)(stranger.client, None)
        async with streaming(created.token) as socket:
            assert (await socket.live(person=ADA))["authenticated"] is False

    async def test_the_operators_threshold(self, ada: NewClient, settings: Settings) -> None:
        settings.FRAPI = replace(settings.FRAPI, match_threshold=0.0)
        created = await db(new_authentication)(ada.client)
        async with streaming(created.token) as socket:
            assert (await socket.live(person=EVE))["authenticated"] is True

    async def test_no_answer_tells_how_similar_the_face_is(self, ada: NewClient) -> None:
        said: dict[int, list[dict[str, Any]]] = {}
        for person in (ADA, EVE):
            created = await db(new_authentication)(ada.client)
            async with streaming(created.token) as socket:
                said[person] = [await socket.show(**shows, person=person) for shows in [*REST, *BLINK[:3]]]
        assert said[ADA] == said[EVE]

    async def test_failures_lock_the_user(self, ada: NewClient) -> None:
        in_store = await db(new_authentication)(ada.client)
        for _ in range(5):
            created = await db(new_authentication)(ada.client)
            async with streaming(created.token) as socket:
                assert (await socket.live(person=EVE))["authenticated"] is False
        with pytest.raises(RateLimited):
            await db(new_authentication)(ada.client)
        async with streaming(in_store.token) as socket:
            assert (await socket.live(person=ADA))["authenticated"] is False
        assert (await db(row)(in_store)).outcome["reason"] == "locked"

    async def test_a_success_forgets_failures(self, ada: NewClient) -> None:
        for _ in range(4):
            await db(attempts.record_failure)(ada.client.id, "ada")
        created = await db(new_authentication)(ada.client)
        async with streaming(created.token) as socket:
            assert (await socket.live(person=ADA))["authenticated"] is True
        await db(attempts.record_failure)(ada.client.id, "ada")
        await db(new_authentication)(ada.client)


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
