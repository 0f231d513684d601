"""Changing the recogniser without enrolling everybody again.

Who is known under the old one is met under it once more, and under the new one ever after.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pytest_django import Settings

from frapi.apps.accounts.services import NewClient, create_client
from frapi.apps.templates.models import FaceTemplate
from frapi.apps.templates.renewal import count_by_contract, renew_template
from frapi.apps.templates.services import delete_templates, list_users, store_template
from frapi.apps.verification import conclusion, consumers, services
from frapi.apps.verification.comparison import compare, confirmed
from frapi.apps.verification.models import Session
from frapi.errors import NotFound
from frapi.inference.base import FrameRequest
from frapi.inference.fake import FakeFrameAnalyzer
from frapi.liveness.calibration import CalibratedScale, Calibration, ImpostorTail, MatchScale
from frapi.liveness.types import Counters, EvidenceReady, SessionKind
from frapi.vision.embed import CONTRACT, DIM, unit
from frapi.vision.types import Embedding, FrameObservation
from tests.apps.verification.conftest import (
    ADA,
    EVE,
    db,
    look,
    new_authentication,
    new_enrollment,
    row,
    streaming,
)
from tests.faces import embedding

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("unhurried")]

OLD = "old/1"
OLD_DIM = 4
ENCRYPTED = {"encrypted_payload": "AAAA", "algorithm": "AES-256-CBC", "mac": "BBBB"}
ENROLLMENT_ID = uuid.uuid4()


def old_embedding(person: int) -> Embedding:
    return Embedding(np.eye(OLD_DIM, dtype=np.float32)[person], OLD)


def look_twice(request: FrameRequest) -> FrameObservation:
    """What the pictures show, under both contracts."""
    seen = look(request)
    if seen.embedding is None:
        return seen
    return replace(seen, previous_embedding=old_embedding(json.loads(request.image_bytes).get("person", 0)))


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Templates of the old recogniser are being replaced."""
    settings.FRAPI = replace(settings.FRAPI, previous_match_threshold=0.5)
    fake = FakeFrameAnalyzer(look_twice, contract=CONTRACT, dim=DIM, previous=OLD)
    for module in (consumers, services):
        monkeypatch.setattr(module, "get_analyzer", lambda: fake)


def enrolled_before(client_id: uuid.UUID, user_id: str, person: int) -> FaceTemplate:
    """Somebody known under the old recogniser only."""
    return store_template(
        client_id, user_id, old_embedding(person), sample_count=3, quality_score=0.8, enrollment_id=ENROLLMENT_ID
    )


@pytest.fixture
def ada(tenant: NewClient) -> NewClient:
    """A tenant whose user Ada was enrolled before."""
    enrolled_before(tenant.client.id, "ada", ADA)
    return tenant


def contracts(tenant: NewClient) -> dict[str, str]:
    return dict(list_users(tenant.client.id).values_list("user_id", "contract"))


async def authenticate(tenant: NewClient, user_id: str | None, person: int) -> tuple[bool, str | None]:
    """Whether somebody was recognised, and who."""
    created = await db(new_authentication)(tenant.client, user_id)
    async with streaming(created.token) as socket:
        last = await socket.live(person=person)
    return last["authenticated"], last.get("user_id")


@pytest.mark.usefixtures("window")
class TestWithinTheWindow:
    async def test_verification_renews_the_template(self, ada: NewClient) -> None:
        before = await db(FaceTemplate.objects.get)()
        assert await authenticate(ada, "ada", ADA) == (True, "ada")
        after = await db(FaceTemplate.objects.get)()
        assert (before.contract, after.contract) == (OLD, CONTRACT)
        assert (after.enrollment_id, after.created_at) == (before.enrollment_id, before.created_at)
        assert after.sample_count >= 3
        assert await authenticate(ada, "ada", ADA) == (True, "ada")
        assert await authenticate(ada, "ada", EVE) == (False, None)

    async def test_the_result_names_the_contract_under_which_it_was_found(
        self, ada: NewClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        models = []

        def encrypt_payload(content: dict[str, Any], **_: bytes) -> dict[str, str]:
            models.append(content["model"])
            return ENCRYPTED

        monkeypatch.setattr(conclusion, "encrypt_payload", encrypt_payload)
        for _ in range(2):
            await authenticate(ada, "ada", ADA)
        assert models == [OLD, CONTRACT]

    async def test_a_stranger_renews_nothing(self, ada: NewClient) -> None:
        assert await authenticate(ada, "ada", EVE) == (False, None)
        assert await authenticate(ada, None, EVE) == (False, None)
        assert await db(contracts)(ada) == {"ada": OLD}

    async def test_identification_searches_both_galleries(self, ada: NewClient) -> None:
        await db(store_template)(
            ada.client.id, "eve", embedding(EVE), sample_count=3, quality_score=0.8, enrollment_id=ENROLLMENT_ID
        )
        assert await authenticate(ada, None, EVE) == (True, "eve")
        assert await db(contracts)(ada) == {"ada": OLD, "eve": CONTRACT}
        for _ in range(2):
            assert await authenticate(ada, None, ADA) == (True, "ada")
            assert await db(contracts)(ada) == {"ada": CONTRACT, "eve": CONTRACT}

    async def test_nobody_of_another_tenant_is_found_or_renewed(self, ada: NewClient) -> None:
        other = await db(create_client)("other")
        assert await authenticate(other, None, ADA) == (False, None)
        assert await db(contracts)(ada) == {"ada": OLD}

    async def test_enrolling_again_leaves_one_template(self, ada: NewClient) -> None:
        created = await db(new_enrollment)(ada.client)
        async with streaming(created.token) as socket:
            assert (await socket.live(person=EVE))["type"] == "enrollment_complete"
        assert await db(contracts)(ada) == {"ada": CONTRACT}
        assert await authenticate(ada, "ada", ADA) == (False, None)

    @pytest.mark.parametrize("policy", ["flag", "refuse"])
    async def test_a_second_name_is_noticed_under_the_old_contract_too(
        self, ada: NewClient, settings: Settings, policy: str
    ) -> None:
        settings.FRAPI = replace(settings.FRAPI, duplicates=policy)
        created = await db(new_enrollment)(ada.client, "somebody")
        async with streaming(created.token) as socket:
            last = await socket.live(person=ADA)
        assert (last["type"] == "enrollment_complete") == (policy == "flag")
        assert (await db(row)(created)).outcome["duplicate_of"] == "ada"
        stranger = await db(new_enrollment)(ada.client, "eve")
        async with streaming(stranger.token) as socket:
            assert (await socket.live(person=EVE))["type"] == "enrollment_complete"
        assert (await db(row)(stranger)).outcome["duplicate_of"] is None

    async def test_without_liveness_nothing_is_renewed(self, ada: NewClient) -> None:
        ada.client.may_skip_liveness = True
        created = await db(new_authentication)(ada.client, require_liveness=False)
        async with streaming(created.token) as socket:
            await socket.show_all(*[{"person": ADA}] * 3)
            assert (await socket.receive())["authenticated"] is True
        assert await db(contracts)(ada) == {"ada": OLD}

    async def test_template_and_result_stand_or_fall_together(
        self, ada: NewClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def break_down(*_: object, **__: object) -> dict[str, str]:
            raise RuntimeError

        monkeypatch.setattr(conclusion, "encrypt_payload", break_down)
        created = await db(new_authentication)(ada.client)
        async with streaming(created.token) as socket:
            assert (await socket.live(person=ADA))["type"] == "error"
        assert await db(contracts)(ada) == {"ada": OLD}
        assert (await db(row)(created)).status != "completed"


async def test_without_a_window_he_is_unknown_as_ever(ada: NewClient) -> None:
    with pytest.raises(NotFound):
        await db(new_authentication)(ada.client)
    assert await authenticate(ada, None, ADA) == (False, None)
    assert await db(contracts)(ada) == {"ada": OLD}


def between(first: int, second: int, share: float, dim: int, contract: str) -> Embedding:
    vector = np.zeros(dim, np.float32)
    vector[first], vector[second] = share, (1 - share**2) ** 0.5
    return Embedding(unit(vector), contract)


def identification(client_id: uuid.UUID) -> Session:
    return Session(client_id=client_id, kind=SessionKind.IDENTIFICATION.value)


def evidence(template: Embedding, previous: Embedding | None) -> EvidenceReady:
    return EvidenceReady(Counters(), template, 3, 0.9, final=True, previous_template=previous)


@pytest.mark.usefixtures("window")
class TestTheBetterOfTwo:
    """Eve is known under the new recogniser, Ada under the old one."""

    @pytest.fixture
    def client_id(self, ada: NewClient) -> uuid.UUID:
        store_template(
            ada.client.id, "eve", embedding(EVE), sample_count=3, quality_score=0.8, enrollment_id=ENROLLMENT_ID
        )
        return ada.client.id

    @pytest.mark.parametrize(
        ("as_eve", "as_ada", "found"),
        [
            (0.99, 0.51, "eve"),
            (0.91, 0.99, "ada"),
            (0.88, 0.55, "ada"),  # 0.88 is under the threshold of the new one, 0.55 over that of the old
            (0.99, 0.40, "eve"),
        ],
    )
    def test_by_what_the_similarity_means(
        self, client_id: uuid.UUID, settings: Settings, as_eve: float, as_ada: float, found: str
    ) -> None:
        tail = ImpostorTail(start=0.5, rate=1e-3, scale=0.01, shape=-0.1)
        scales = {
            CONTRACT: CalibratedScale(MatchScale(0.9, 0.8, 60.0), tail, 1e-4, None),
            OLD: CalibratedScale(MatchScale(0.5, 0.4, 20.0), tail, 1e-4, None),
        }
        settings.FRAPI_CALIBRATION = Calibration(scales)
        probe = between(EVE, 5, as_eve, DIM, CONTRACT)
        previous = between(ADA, 3, as_ada, OLD_DIM, OLD)
        best = compare(identification(client_id), evidence(probe, previous))
        assert best is not None
        assert (best.user_id, best.previous, best.is_match) == (found, found == "ada", True)

    def test_without_the_second_probe_only_one_is_searched(self, client_id: uuid.UUID) -> None:
        best = compare(identification(client_id), evidence(between(EVE, 5, 0.2, DIM, CONTRACT), None))
        assert best is not None
        assert (best.user_id, best.is_match) == ("eve", False)

    def test_whoever_was_erased_since_is_nobody(self, client_id: uuid.UUID) -> None:
        session, shown = identification(client_id), evidence(between(EVE, 5, 0.2, DIM, CONTRACT), None)
        best = compare(session, shown)
        assert best is not None
        assert confirmed(session, shown, best) == best
        delete_templates(client_id, best.user_id)
        assert confirmed(session, shown, best) is None

    def test_the_threshold_counts_everybody_searched(self, client_id: uuid.UUID) -> None:
        probe, previous = between(EVE, 5, 0.99, DIM, CONTRACT), between(ADA, 3, 0.1, OLD_DIM, OLD)
        thresholds: Sequence[float] = []
        for _ in range(2):
            best = compare(identification(client_id), evidence(probe, previous))
            assert best is not None
            thresholds = [*thresholds, best.threshold]
            for number in range(300):
                enrolled_before(client_id, f"more{number}", 2)
        assert thresholds[0] < thresholds[1]


class TestRenewing:
    def test_whoever_was_erased_meanwhile_stays_erased(self, ada: NewClient) -> None:
        delete_templates(ada.client.id, "ada")
        assert not renew_template(
            ada.client.id, "ada", embedding(ADA), previous_contract=OLD, sample_count=3, quality_score=0.9
        )
        assert not FaceTemplate.objects.exists()

    def test_whoever_enrolled_again_meanwhile_keeps_that(self, ada: NewClient) -> None:
        again = store_template(
            ada.client.id, "ada", embedding(EVE), sample_count=5, quality_score=0.9, enrollment_id=uuid.uuid4()
        )
        assert not renew_template(
            ada.client.id, "ada", embedding(ADA), previous_contract=OLD, sample_count=3, quality_score=0.9
        )
        assert FaceTemplate.objects.get().pk == again.pk

    def test_counted_over_all_tenants(self, ada: NewClient) -> None:
        other = create_client("other").client
        enrolled_before(other.id, "bob", 1)
        store_template(other.id, "eve", embedding(EVE), sample_count=3, quality_score=0.8, enrollment_id=ENROLLMENT_ID)
        assert count_by_contract() == {OLD: 2, CONTRACT: 1}
