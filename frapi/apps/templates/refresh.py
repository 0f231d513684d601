"""A template that follows its owner's face, and can't be led to another's."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from frapi.apps.database import user_held
from frapi.apps.templates.galleries import gallery_key, next_revision
from frapi.apps.templates.models import FaceTemplate
from frapi.apps.templates.sealing import seal_vector, unseal_vector
from frapi.vision.embed import fuse_embeddings
from frapi.vision.similarity import similarity
from frapi.vision.types import Embedding


@dataclass(frozen=True, slots=True)
class RefreshPolicy:
    """Attributes:
    probe_weight: of the new probe in the template; the template as it was has the rest. After ten refreshes two
        thirds of it are new.
    min_interval: between two refreshes: a face doesn't age in a day, and an attacker gets one try in it.
    """

    probe_weight: float = 0.1
    min_interval: timedelta = timedelta(days=1)


POLICY = RefreshPolicy()


def refresh_template(
    client_id: uuid.UUID,
    user_id: str,
    probe: Embedding,
    *,
    min_similarity: float,
    now: datetime,
    policy: RefreshPolicy = POLICY,
) -> bool:
    """Blend a probe that was recognised into its user's template.

    The probe must resemble the template as it is, and as it was *enrolled*, which is kept. So every vector that was
    ever blended in lies within one cone around the enrolled one, and whatever is blended out of such vectors lies in it
    too: nobody can lead a template away step by step, however patient he is.

    Join it to the caller's transaction by calling it in one.

    Args:
        min_similarity: to both; more than a match needs.
    Returns:
        False when the template stays as it is.
    """
    with user_held(client_id, user_id):
        templates = FaceTemplate.objects.filter(client_id=client_id, user_id=user_id)
        template = templates.filter(contract=probe.contract).first()
        if template is None or now - (template.refreshed_at or template.created_at) < policy.min_interval:
            return False
        sealed_origin = bytes(template.sealed_origin or template.sealed_vector)
        present = Embedding(unseal_vector(client_id, user_id, bytes(template.sealed_vector)), probe.contract)
        origin = Embedding(unseal_vector(client_id, user_id, sealed_origin), probe.contract)
        if min(similarity(present, probe), similarity(origin, probe)) < min_similarity:
            return False
        blended = fuse_embeddings([present, probe], [1 - policy.probe_weight, policy.probe_weight])
        template.sealed_origin = sealed_origin
        template.sealed_vector = seal_vector(client_id, user_id, blended.vector_l2)
        template.refreshed_at = now
        template.revision = next_revision(gallery_key(client_id, probe.contract))
        template.save(update_fields=["sealed_origin", "sealed_vector", "refreshed_at", "revision"])
    return True
