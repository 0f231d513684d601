"""A template follows its owner, and nobody leads it away."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import numpy as np
import pytest

from frapi.apps.templates import services
from frapi.apps.templates.galleries import find_nearest
from frapi.apps.templates.models import FaceTemplate
from frapi.apps.templates.refresh import RefreshPolicy, refresh_template
from frapi.apps.templates.sealing import unseal_vector
from frapi.vision.embed import unit
from frapi.vision.types import Embedding, Vector

CONTRACT = "test/1"
DIM = 32
LEAST = 0.97
DAY = timedelta(days=1)


def embedding(vector: Vector) -> Embedding:
    return Embedding(unit(vector), CONTRACT)


def toward(start: Vector, end: Vector, similarity: float) -> Vector:
    """The unit vector on the way from one to the other that has ``similarity`` with the first."""
    across = unit(end - (end @ start) * start)
    return unit(similarity * start + np.sqrt(1 - similarity**2) * across)


@pytest.fixture
def ada(tenant: uuid.UUID) -> FaceTemplate:
    origin = embedding(np.eye(DIM, dtype=np.float32)[0])
    return services.store_template(tenant, "ada", origin, sample_count=3, quality_score=0.9, enrollment_id=uuid.uuid4())


def show(ada: FaceTemplate, probe: Vector, now: datetime, **changed: object) -> bool:
    policy = RefreshPolicy(**changed)  # type: ignore[arg-type]
    return refresh_template(ada.client_id, "ada", embedding(probe), min_similarity=LEAST, now=now, policy=policy)


def present(ada: FaceTemplate) -> Vector:
    loaded = services.load_template(ada.client_id, "ada", CONTRACT)
    assert loaded is not None
    return loaded


ORIGIN, MALLORY = np.eye(DIM, dtype=np.float32)[:2]


def test_follows_its_owner(ada: FaceTemplate) -> None:
    older = toward(ORIGIN, MALLORY, 0.98)
    now = ada.created_at
    for _ in range(30):
        now += DAY
        assert show(ada, older, now)
    assert present(ada) @ older > 0.999
    assert np.linalg.norm(present(ada)) == pytest.approx(1, abs=1e-5)
    row = FaceTemplate.objects.get()
    assert (row.pk, row.refreshed_at, row.sample_count) == (ada.pk, now, 3)
    assert (unseal_vector(ada.client_id, "ada", bytes(row.sealed_origin or b"")) == ORIGIN).all()


def test_the_gallery_follows_too(ada: FaceTemplate) -> None:
    older = toward(ORIGIN, MALLORY, 0.98)
    before = find_nearest(ada.client_id, embedding(older)).match
    assert show(ada, older, ada.created_at + DAY, probe_weight=0.5)
    after = find_nearest(ada.client_id, embedding(older)).match
    assert before is not None
    assert after is not None
    assert after.similarity_score > before.similarity_score + 0.01


@pytest.mark.parametrize("seed", range(3))
def test_an_attacker_cannot_walk_it_away(ada: FaceTemplate, seed: int) -> None:
    """He knows the template, and every day shows the face that pulls it furthest toward his own and still is taken."""
    rng, now, taken = np.random.default_rng(seed), ada.created_at, 0
    for _ in range(300):
        now += DAY
        his = MALLORY + rng.standard_normal(DIM).astype(np.float32) * 0.02
        steps = [toward(present(ada), his, LEAST + 1e-4), toward(ORIGIN, his, LEAST + 1e-4)]
        taken += any(show(ada, step, now, probe_weight=0.5) for step in steps)
    assert taken > 100, "he did get somewhere"
    assert present(ada) @ ORIGIN >= LEAST - 1e-5, "but never out of the cone around the face that was enrolled"
    assert 0.2 < present(ada) @ MALLORY < 0.25
    # Without the enrolled face as an anchor the same steps would have led all the way.
    walked = ORIGIN
    for _ in range(300):
        walked = unit(walked + toward(walked, MALLORY, LEAST + 1e-4))
        if walked @ MALLORY > 0.99:
            break
    assert walked @ MALLORY > 0.99


@pytest.mark.parametrize("similarity", [0.9699, 0.9, 0.0, -0.5])
def test_a_face_that_is_not_like_it_leaves_it_alone(ada: FaceTemplate, similarity: float) -> None:
    assert not show(ada, toward(ORIGIN, MALLORY, similarity), ada.created_at + DAY)
    assert (present(ada) == ORIGIN).all()
    assert FaceTemplate.objects.get().revision == ada.revision


def test_once_a_day(ada: FaceTemplate) -> None:
    probe = toward(ORIGIN, MALLORY, 0.99)
    assert not show(ada, probe, ada.created_at + DAY / 2)
    assert show(ada, probe, ada.created_at + DAY)
    assert not show(ada, probe, ada.created_at + 1.9 * DAY)
    assert show(ada, probe, ada.created_at + 2 * DAY)


def test_only_under_its_own_contract(ada: FaceTemplate) -> None:
    probe = Embedding(ORIGIN, "test/2")
    assert not refresh_template(ada.client_id, "ada", probe, min_similarity=LEAST, now=ada.created_at + DAY)
    assert not refresh_template(
        ada.client_id, "nobody", embedding(ORIGIN), min_similarity=LEAST, now=ada.created_at + DAY
    )


def test_enrolling_again_begins_anew(ada: FaceTemplate) -> None:
    assert show(ada, toward(ORIGIN, MALLORY, 0.98), ada.created_at + DAY)
    services.store_template(
        ada.client_id, "ada", embedding(MALLORY), sample_count=1, quality_score=0.9, enrollment_id=uuid.uuid4()
    )
    assert FaceTemplate.objects.get().sealed_origin is None


def test_what_was_enrolled_is_kept_sealed(ada: FaceTemplate) -> None:
    show(ada, toward(ORIGIN, MALLORY, 0.98), ada.created_at + DAY)
    row = FaceTemplate.objects.get()
    assert ORIGIN.tobytes()[:16] not in bytes(row.sealed_origin or b"")
