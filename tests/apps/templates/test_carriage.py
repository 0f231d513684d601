from __future__ import annotations

import uuid
from datetime import UTC, datetime

import numpy as np
import pytest

from frapi.apps.accounts.services import create_client
from frapi.apps.templates import services
from frapi.apps.templates.carriage import CarriedTemplate, store_carried
from frapi.apps.templates.galleries import BATCH
from frapi.apps.templates.models import FaceTemplate
from frapi.vision.types import Embedding

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DIM = 16


def carried(user_id: str, vector_l2: np.ndarray, contract: str = "test/1") -> CarriedTemplate:
    return CarriedTemplate(user_id, Embedding(vector_l2, contract), None, 3, 0.9, uuid.uuid4(), LONG_AGO, None)


def face(number: int) -> np.ndarray:
    return np.eye(DIM, dtype=np.float32)[number]


@pytest.fixture
def lasting(transactional_db: None) -> uuid.UUID:
    return create_client("lasting").client.id


def matched(tenant: uuid.UUID, vector_l2: np.ndarray) -> str | None:
    match = services.match_identity(tenant, Embedding(vector_l2, "test/1"))
    return match.user_id if match is not None and match.similarity_score > 0.99 else None


def test_each_is_found_as_if_he_had_come_alone(lasting: uuid.UUID) -> None:
    assert matched(lasting, face(1)) is None
    store_carried(lasting, [carried("ann", face(1)), carried("bob", face(2)), carried("cid", face(3), "test/2")])
    assert [matched(lasting, face(number)) for number in (1, 2, 3)] == ["ann", "bob", None]
    assert services.load_template(lasting, "cid", "test/2") is not None
    assert set(FaceTemplate.objects.values_list("created_at", flat=True)) == {LONG_AGO}


def test_whoever_was_there_is_replaced(lasting: uuid.UUID) -> None:
    store_carried(lasting, [carried("ann", face(1), "test/2"), carried("bob", face(2))])
    assert matched(lasting, face(2)) == "bob"
    store_carried(lasting, [carried("ann", face(4)), carried("bob", face(5))])
    assert [matched(lasting, face(number)) for number in (1, 2, 4, 5)] == [None, None, "ann", "bob"]
    assert FaceTemplate.objects.count() == 2


def test_more_than_a_gallery_takes_in_at_a_time(lasting: uuid.UUID) -> None:
    """A gallery that is loaded follows by revisions, and no two templates may share one."""
    store_carried(lasting, [carried("first", face(0))])
    assert matched(lasting, face(0)) == "first"
    vectors = np.random.default_rng(0).standard_normal((BATCH + 10, DIM)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    store_carried(lasting, [carried(f"user{number}", vector) for number, vector in enumerate(vectors)])
    for number in (0, BATCH - 1, BATCH, BATCH + 9):
        assert matched(lasting, vectors[number]) == f"user{number}"
