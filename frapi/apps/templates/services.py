"""Storing, finding and erasing templates. Galleries follow once a change is committed.

Callers name the tenant by its id; nothing here ever looks across tenants.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import partial

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from frapi.apps.database import user_held
from frapi.apps.templates.galleries import find_nearest, gallery_key, next_revision, note_removal
from frapi.apps.templates.models import FaceTemplate
from frapi.apps.templates.sealing import seal_vector, unseal_vector
from frapi.errors import Unavailable
from frapi.gallery.base import GalleryKey, Match
from frapi.gallery.factory import get_gallery
from frapi.vision.types import Embedding, Vector

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DeletedTemplate:
    """A template that left the store and must leave its gallery once that is committed."""

    key: GalleryKey
    entry: int


def store_template(
    client_id: uuid.UUID,
    user_id: str,
    embedding: Embedding,
    *,
    sample_count: int,
    quality_score: float,
    enrollment_id: uuid.UUID,
) -> FaceTemplate:
    """Enrol a user, replacing what he had before. Join it to the caller's transaction by calling it in one."""
    with user_held(client_id, user_id):
        revision = next_revision(gallery_key(client_id, embedding.contract))
        for deleted in delete_templates(client_id, user_id):
            transaction.on_commit(partial(drop_from_gallery, deleted))
        return FaceTemplate.objects.create(
            client_id=client_id,
            user_id=user_id,
            contract=embedding.contract,
            sealed_vector=seal_vector(client_id, user_id, embedding.vector_l2),
            sample_count=sample_count,
            quality_score=quality_score,
            enrollment_id=enrollment_id,
            created_at=timezone.now(),
            revision=revision,
        )


def load_template(client_id: uuid.UUID, user_id: str, contract: str) -> Vector | None:
    """A user's template; None when he has none that ``contract`` may be compared with.

    Raises:
        IntegrityError: the stored bytes don't verify.
    """
    sealed = (
        list_users(client_id).filter(user_id=user_id, contract=contract).values_list("sealed_vector", flat=True).first()
    )
    return None if sealed is None else unseal_vector(client_id, user_id, bytes(sealed))


def match_identity(client_id: uuid.UUID, probe: Embedding) -> Match | None:
    """The tenant's user most similar to ``probe``; None when nobody is enrolled. See :func:`find_nearest`."""
    return find_nearest(client_id, probe).match


def is_enrolled(client_id: uuid.UUID, user_id: str, contract: str) -> bool:
    """Whether a user has a template that ``contract`` may be compared with."""
    return list_users(client_id).filter(user_id=user_id, contract=contract).exists()


def list_users(client_id: uuid.UUID) -> QuerySet[FaceTemplate]:
    """A tenant's enrolled users by name, one template each."""
    return FaceTemplate.objects.filter(client_id=client_id).order_by("user_id")


def delete_templates(client_id: uuid.UUID, user_id: str) -> list[DeletedTemplate]:
    """Remove a user from the store, within the caller's transaction that holds him; pass the result on after it."""
    templates = FaceTemplate.objects.filter(client_id=client_id, user_id=user_id)
    deleted = [
        DeletedTemplate(gallery_key(client_id, contract), entry)
        for entry, contract in templates.values_list("pk", "contract")
    ]
    templates.delete()
    for each in deleted:
        note_removal(each.key, each.entry)
    return deleted


def drop_from_gallery(deleted: DeletedTemplate) -> bool:
    """Wipe a deleted template out of the gallery; a process with a gallery of its own does so before its next search.

    Returns:
        whether it was there.
    """
    try:
        return get_gallery().remove(deleted.key, deleted.entry)
    except (OSError, Unavailable):
        # What is committed stands; the next search brings the gallery to the store's revision.
        logger.exception("gallery_failed")
        return False
