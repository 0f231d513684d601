"""Who gets in and who doesn't, over real sockets with real models."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import chain, islice, repeat

import pytest
from frapi_client import Completed, FrameProcessed, FrapiClient, Message, NotCompleted, Outcome, StreamClosed

from frapi.simulation.person import encode_jpeg
from frapi.simulation.script import LIVELY, STILL
from tests import clips, samples
from tests.servers import Credentials, Stand

# What the contract promises of the encrypted payload.
PAYLOAD_FIELDS = {
    *("id", "timestamp", "user_id", "session_type", "session_token", "outcome", "frames_processed"),
    *("quality_score", "liveness", "model"),
}


@pytest.fixture
async def client(stand: Stand, credentials: Credentials) -> FrapiClient:
    async with stand.client(credentials) as opened:
        yield opened


def living(name: str) -> Iterator[bytes]:
    return samples.living(name, LIVELY * 2)


async def enrol(client: FrapiClient, user_id: str, frames: Iterator[bytes]) -> Outcome:
    return await client.run(await client.create_enrollment(user_id), frames)


async def authenticate(
    client: FrapiClient, user_id: str | None, frames: Iterator[bytes], *, binary: bool = False
) -> Outcome:
    return await client.run(await client.create_authentication(user_id), frames, binary=binary)


@pytest.fixture(scope="module")
def enrolled(stand: Stand, credentials: Credentials) -> str:
    """The user whom obama.jpg enrolled."""

    async def enrolling() -> None:
        async with stand.client(credentials) as client:
            ticket = await client.create_enrollment("obama")
            stand.secrets.add(ticket.session_token)
            outcome = await client.run(ticket, living("obama.jpg"))
            assert outcome.success
            payload = client.decrypt(outcome.completed.encrypted_data)
            assert payload.keys() >= PAYLOAD_FIELDS
            assert (payload["id"], payload["user_id"]) == (ticket.enrollment_id, "obama")
            assert payload["session_token"] == ticket.session_token
            result = await client.session(ticket.session_token)
            assert (result["status"], result["outcome"]["success"]) == ("completed", True)
            assert result["blinks_detected"] >= 1
            assert result["motion_events"] >= 1

    asyncio.run(enrolling())
    return "obama"


class TestSamplePeople:
    """Obama enrolled; he is known again by other pictures, and nobody else is taken for him."""

    async def test_he_is_verified(self, client, enrolled):
        outcome = await authenticate(client, enrolled, living("obama2.jpg"))
        assert (outcome.success, outcome.completed.user_id) == (True, enrolled)
        assert outcome.completed.confidence > 0.9
        payload = client.decrypt(outcome.completed.encrypted_data)
        assert payload.keys() >= PAYLOAD_FIELDS | {"confidence"}
        assert payload["confidence"] == outcome.completed.confidence

    async def test_he_is_identified_from_binary_frames(self, client, enrolled):
        outcome = await authenticate(client, None, living("obama3.jpg"), binary=True)
        assert (outcome.success, outcome.completed.user_id) == (True, enrolled)

    async def test_another_man_is_refused(self, client, enrolled):
        claiming, unnamed = await asyncio.gather(
            authenticate(client, enrolled, living("biden.jpg")), authenticate(client, None, living("biden.jpg"))
        )
        for outcome in (claiming, unnamed):
            assert not outcome.success
            assert outcome.completed.message == "Face not recognized"
            assert outcome.completed.raw.keys() == {"type", "success", "authenticated", "frames_processed", "message"}

    async def test_one_client_never_meets_the_users_of_another(self, stand, enrolled):
        async with stand.client(stand.new_api_client("another tenant")) as stranger:
            assert [user async for user in stranger.users()] == []
            ticket = await stranger.create_authentication()
            outcome = await stranger.run(ticket, living("obama2.jpg"))
        assert not outcome.success

    async def test_he_is_erased(self, client, enrolled):
        receipt = await client.erase(enrolled)
        assert receipt["templates"] == 1
        assert enrolled not in [user["user_id"] async for user in client.users()]


async def watch(client: FrapiClient, user_id: str, frames: Iterator[bytes], fps: float) -> list[Message]:
    """Try to enrol and return all messages; the session must not complete."""
    messages: list[Message] = []
    ticket = await client.create_enrollment(user_id)
    with pytest.raises((NotCompleted, StreamClosed)):
        await client.run(ticket, frames, fps=fps, on_message=messages.append)
    assert (await client.session(ticket.session_token))["status"] == "active"
    assert not any(isinstance(message, Completed) for message in messages)
    return messages


async def test_who_shows_no_life_never_enrols(client):
    """A still picture 300 times, and a face that only sways a little: side by side, for they take their time."""
    picture = encode_jpeg(samples.seated("obama.jpg")[0])
    photo, swaying = await asyncio.gather(
        watch(client, "photo", repeat(picture, 300), 15.0),
        watch(client, "swaying", islice(samples.living("obama.jpg", STILL), 150), 10.0),
    )
    for messages in (photo, swaying):
        answers = [message for message in messages if isinstance(message, FrameProcessed)]
        assert len(answers) > 100
        assert max(answer.frames_processed for answer in answers) >= 3  # the frames were good: only life was missing
        assert not any(answer.blinks_ok and answer.motion_ok for answer in answers)
        assert answers[-1].instruction in {"blink_required", "motion_required"}


def twice(clip: str) -> Iterator[bytes]:
    """A short recording, played again when it ends."""
    return chain.from_iterable(clips.frames(clip) for _ in range(2))


class TestRealPeople:
    """The same with recordings; skipped where there are none."""

    PERSON, STRANGER, UNMOVED = "latentsync_demo2_video.mp4", "videoretalking_4.mp4", "liveportrait_driving_d20.mp4"

    async def test_a_person_enrols_verifies_and_is_identified_and_a_stranger_is_not(self, client):
        assert (await enrol(client, "person", clips.frames(self.PERSON, seconds=9))).success
        verified, identified, stranger = await asyncio.gather(
            authenticate(client, "person", clips.frames(self.PERSON, start_s=10)),
            authenticate(client, None, clips.frames(self.PERSON, start_s=11)),
            authenticate(client, "person", twice(self.STRANGER)),
        )
        assert verified.success
        assert (identified.success, identified.completed.user_id) == (True, "person")
        assert (stranger.success, stranger.completed.message) == (False, "Face not recognized")

    async def test_who_neither_blinks_nor_turns_never_enrols(self, client):
        messages = await watch(client, "unmoved", twice(self.UNMOVED), 10.0)
        answers = [message for message in messages if isinstance(message, FrameProcessed)]
        assert max(answer.frames_processed for answer in answers) >= 3
