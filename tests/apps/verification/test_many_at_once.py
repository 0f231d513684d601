"""Two hundred people before two hundred cameras: every answer belongs to its asker."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import numpy as np
import pytest

from frapi.apps.accounts.services import NewClient, create_client
from frapi.apps.templates.services import store_template
from frapi.apps.verification import consumers, services
from frapi.apps.verification.services import NewSession
from frapi.inference.base import FrameRequest
from frapi.inference.fake import FakeFrameAnalyzer
from frapi.vision.embed import CONTRACT, DIM, unit
from frapi.vision.types import Embedding, FrameObservation
from tests.apps.verification.conftest import db, new_authentication, row, streaming
from tests.apps.verification.test_consumer_enrollment_and_authentication import decrypt
from tests.faces import seen

PEOPLE = 200

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("unhurried", "crowd")]


def face_of(person: int) -> Embedding:
    vector = np.random.default_rng(person).standard_normal(DIM).astype(np.float32)
    return Embedding(unit(vector), CONTRACT)


class UnevenAnalyzer(FakeFrameAnalyzer):
    """Sees whom the picture names, and answers in another order than it was asked."""

    async def analyze(self, request: FrameRequest) -> FrameObservation:
        turns = np.random.default_rng(list(request.image_bytes)).integers(0, 20)
        for _ in range(turns):
            await asyncio.sleep(0)
        return await super().analyze(request)


def look(request: FrameRequest) -> FrameObservation:
    shows = json.loads(request.image_bytes)
    embedding = None if request.embedding is None else face_of(shows["person"])
    return replace(seen(person=None, face=0), embedding=embedding)


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    analyzer = UnevenAnalyzer(look, contract=CONTRACT, dim=DIM)
    monkeypatch.setattr(consumers, "get_analyzer", lambda: analyzer)
    monkeypatch.setattr(services, "get_analyzer", lambda: analyzer)


@pytest.fixture
def tenant(transactional_db: None) -> NewClient:
    created = create_client("a stadium", may_skip_liveness=True)
    for person in range(PEOPLE):
        store_template(
            created.client.id,
            f"user{person}",
            face_of(person),
            sample_count=3,
            quality_score=0.9,
            enrollment_id=created.client.id,
        )
    return created


async def test_every_answer_belongs_to_its_asker(tenant: NewClient) -> None:
    """A third are asked who they are; every tenth claims to be his neighbour."""

    def claimed(person: int) -> str | None:
        if person % 3 == 0:
            return None
        return f"user{(person + 1) % PEOPLE}" if person % 10 == 1 else f"user{person}"

    def sessions() -> list[NewSession]:
        return [new_authentication(tenant.client, claimed(person), require_liveness=False) for person in range(PEOPLE)]

    created = await db(sessions)()
    everybody_is_here = asyncio.Barrier(PEOPLE)

    async def come(person: int) -> None:
        session = created[person]
        async with streaming(session.token) as socket:
            await everybody_is_here.wait()
            answer = await socket.show(person=person)
            while answer["type"] == "frame_processed":
                assert answer["seq"] == socket.seq
                answer = await socket.show(person=person)
            assert answer["type"] == "authentication_complete"
            outcome = (await db(row)(session)).outcome
            if claimed(person) in {None, f"user{person}"}:
                assert answer["user_id"] == f"user{person}"
                payload = decrypt(answer["encrypted_data"], tenant.api_key)
                assert payload["user_id"] == f"user{person}"
                assert payload["session_token"] == session.token
                assert payload["id"] == str(session.session.id)
                assert (outcome["reason"], outcome["user_id"]) == ("recognized", f"user{person}")
            else:
                assert answer["authenticated"] is False
                assert "user_id" not in answer
                assert (outcome["reason"], outcome["user_id"]) == ("not_recognized", None)

    await asyncio.gather(*(come(person) for person in range(PEOPLE)))
