"""From one recogniser to the next: a template is replaced when its owner has shown his face again."""

from __future__ import annotations

import uuid

from django.db.models import Count

from frapi.apps.database import user_held
from frapi.apps.templates.models import FaceTemplate
from frapi.apps.templates.services import store_template
from frapi.vision.types import Embedding


def renew_template(
    client_id: uuid.UUID,
    user_id: str,
    embedding: Embedding,
    *,
    previous_contract: str,
    sample_count: int,
    quality_score: float,
) -> bool:
    """Replace a user's template of ``previous_contract``; he counts as enrolled by the same enrolment as before.

    Join it to the caller's transaction by calling it in one.

    Returns:
        False when he has no such template any more: he enrolled again or was erased meanwhile.
    """
    with user_held(client_id, user_id):
        old = FaceTemplate.objects.filter(client_id=client_id, user_id=user_id, contract=previous_contract).first()
        if old is None:
            return False
        new = store_template(
            client_id,
            user_id,
            embedding,
            sample_count=sample_count,
            quality_score=quality_score,
            enrollment_id=old.enrollment_id,
        )
        FaceTemplate.objects.filter(pk=new.pk).update(created_at=old.created_at)
    return True


def count_by_contract() -> dict[str, int]:
    """Embedding contract -> users of all tenants who are enrolled under it, most first."""
    counted = FaceTemplate.objects.values("contract").annotate(users=Count("pk")).order_by("-users", "contract")
    return {row["contract"]: row["users"] for row in counted}
