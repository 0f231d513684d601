"""Storing, finding and erasing templates. The gallery follows every change once it is committed.

Callers name the tenant by its id; nothing here ever looks across tenants.
"""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from frapi.apps.templates.models import FaceTemplate, GalleryRevision
from frapi.apps.templates.sealing import seal_vector, unseal_vector
from frapi.gallery.base import GalleryKey, Match
from frapi.gallery.factory import get_gallery
from frapi.vision.types import Embedding, Vector

# Loading a gallery and changing it exclude each other: an erasure must not slip in between reading the store and
# filling the memory.
_gallery_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class DeletedTemplate:
    """A template that left the store and must leave its gallery once that is committed."""

    key: GalleryKey
    user_id: str
    revision: int


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
    with transaction.atomic():
        for deleted in delete_templates(client_id, user_id):
            transaction.on_commit(partial(drop_from_gallery, deleted))
        template = FaceTemplate.objects.create(
            client_id=client_id,
            user_id=user_id,
            contract=embedding.contract,
            sealed_vector=seal_vector(client_id, user_id, embedding.vector_l2),
            sample_count=sample_count,
            quality_score=quality_score,
            enrollment_id=enrollment_id,
            created_at=timezone.now(),
        )
        key = _key(client_id, embedding.contract)
        revision = _next_revision(key)
        transaction.on_commit(partial(_put, key, user_id, embedding.vector_l2, revision))
    return template


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
    """The tenant's user most similar to ``probe``; None when nobody is enrolled."""
    key = _key(client_id, probe.contract)
    gallery = get_gallery()
    if not gallery.is_loaded(key, revision=_current_revision(key)):
        _load_gallery(key)
    return next(iter(gallery.search(key, probe.vector_l2, top_k=1)), None)


def is_enrolled(client_id: uuid.UUID, user_id: str, contract: str) -> bool:
    """Whether a user has a template that ``contract`` may be compared with."""
    return list_users(client_id).filter(user_id=user_id, contract=contract).exists()


def list_users(client_id: uuid.UUID) -> QuerySet[FaceTemplate]:
    """A tenant's enrolled users by name, one template each."""
    return FaceTemplate.objects.filter(client_id=client_id).order_by("user_id")


def delete_templates(client_id: uuid.UUID, user_id: str) -> list[DeletedTemplate]:
    """Remove a user from the store, within the caller's transaction; pass the result on once it is committed."""
    templates = FaceTemplate.objects.filter(client_id=client_id, user_id=user_id)
    keys = [_key(client_id, contract) for contract in templates.values_list("contract", flat=True)]
    templates.delete()
    return [DeletedTemplate(key, user_id, _next_revision(key)) for key in keys]


def drop_from_gallery(deleted: DeletedTemplate) -> bool:
    """Remove a deleted template from this process's memory; other processes drop it before their next search.

    Returns:
        whether it was there.
    """
    with _gallery_lock:
        return get_gallery().remove(deleted.key, deleted.user_id, revision=deleted.revision)


def _put(key: GalleryKey, user_id: str, vector: Vector, revision: int) -> None:
    with _gallery_lock:
        get_gallery().put(key, user_id, vector, revision=revision)


def _load_gallery(key: GalleryKey) -> None:
    """Fill the gallery from the sealed store. The revision is read first: what changes meanwhile asks for a reload."""
    client_id = uuid.UUID(key.tenant_id)
    with _gallery_lock:
        revision = _current_revision(key)
        rows = list_users(client_id).filter(contract=key.contract).values_list("user_id", "sealed_vector")
        vectors = ((user_id, unseal_vector(client_id, user_id, bytes(sealed))) for user_id, sealed in rows.iterator())
        get_gallery().load(key, vectors, revision=revision)


def _current_revision(key: GalleryKey) -> int:
    row = GalleryRevision.objects.filter(client_id=uuid.UUID(key.tenant_id), contract=key.contract)
    return row.values_list("revision", flat=True).first() or 0


def _next_revision(key: GalleryKey) -> int:
    with transaction.atomic():
        row, _ = GalleryRevision.objects.select_for_update().get_or_create(
            client_id=uuid.UUID(key.tenant_id), contract=key.contract
        )
        row.revision += 1
        row.save(update_fields=["revision"])
    return row.revision


def _key(client_id: uuid.UUID, contract: str) -> GalleryKey:
    return GalleryKey(str(client_id), contract)
