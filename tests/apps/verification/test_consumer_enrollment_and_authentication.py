"""Enrolments and authentications over their socket: what it takes to complete them, and what is told and kept then."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from pytest_django import Settings

from frapi.apps.accounts.services import NewClient, create_client
from frapi.apps.templates.services import list_users
from frapi.apps.verification import attempts, services
from frapi.apps.verification.policy import Demands
from frapi.errors import RateLimited
from tests.apps.verification.conftest import (
    ADA,
    BLINK,
    EVE,
    REST,
    TURN,
    db,
    new_authentication,
    new_enrollment,
    open_socket,
    row,
    streaming,
)
from tests.faces import embedding

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("unhurried")]


def decrypt(encrypted: dict[str, str], api_key: str) -> dict[str, Any]:
    raw = base64.b64decode(encrypted["encrypted_payload"])
    cipher = Cipher(algorithms.AES(hashlib.sha256(api_key.encode()).digest()), modes.CBC(raw[:16])).decryptor()
    padded = cipher.update(raw[16:]) + cipher.finalize()
    content: dict[str, Any] = json.loads(padded[: -padded[-1]])
    return content


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
