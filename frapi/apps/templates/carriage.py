"""Many templates stored at once, as they come from another installation."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from frapi.apps.database import tenant_held
from frapi.apps.templates.galleries import gallery_key, next_revisions
from frapi.apps.templates.models import FaceTemplate
from frapi.apps.templates.sealing import seal_vector
from frapi.apps.templates.services import delete_templates, drop_from_gallery, list_users
from frapi.vision.types import Embedding, Vector


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CarriedTemplate:
    """One template on its way.

    Attributes:
        origin_l2: the vector as it was enrolled; None when it was never refreshed.
    """

    user_id: str
    embedding: Embedding
    origin_l2: Vector | None
    sample_count: int
    quality_score: float
    enrollment_id: uuid.UUID
    created_at: datetime
    refreshed_at: datetime | None


def store_carried(client_id: uuid.UUID, carried: Sequence[CarriedTemplate]) -> None:
    """Enrol many users, each once, replacing what they had; joins the transaction that it is called in."""
    with tenant_held(client_id):
        users = [each.user_id for each in carried]
        present = list_users(client_id).filter(user_id__in=users).values_list("user_id", flat=True)
        for user_id in list(present):
            for deleted in delete_templates(client_id, user_id):
                transaction.on_commit(partial(drop_from_gallery, deleted))
        by_contract: defaultdict[str, list[CarriedTemplate]] = defaultdict(list)
        for each in carried:
            by_contract[each.embedding.contract].append(each)
        for contract, templates in by_contract.items():
            revisions = next_revisions(gallery_key(client_id, contract), len(templates))
            FaceTemplate.objects.bulk_create(
                [_row(client_id, each, revision) for each, revision in zip(templates, revisions, strict=True)]
            )


def _row(client_id: uuid.UUID, carried: CarriedTemplate, revision: int) -> FaceTemplate:
    origin = carried.origin_l2
    return FaceTemplate(
        client_id=client_id,
        user_id=carried.user_id,
        contract=carried.embedding.contract,
        sealed_vector=seal_vector(client_id, carried.user_id, carried.embedding.vector_l2),
        sealed_origin=None if origin is None else seal_vector(client_id, carried.user_id, origin),
        sample_count=carried.sample_count,
        quality_score=carried.quality_score,
        enrollment_id=carried.enrollment_id,
        created_at=carried.created_at,
        refreshed_at=carried.refreshed_at,
        revision=revision,
    )
