"""Searching a tenant's templates: the gallery proposes, the sealed store decides.

A gallery is brought to the store's revision by whoever searches it. The store numbers its changes: a template carries
the revision at which it last changed, a removal is a row of its own for a while.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import structlog
from django.db import transaction
from django.db.models import QuerySet

from frapi.apps.templates.models import FaceTemplate, GalleryRemoval, GalleryRevision
from frapi.apps.templates.sealing import unseal_vector
from frapi.errors import IntegrityError, Unavailable
from frapi.gallery.base import GalleryKey, Match
from frapi.gallery.factory import get_gallery
from frapi.vision.similarity import similarity
from frapi.vision.types import Embedding, Vector

logger = structlog.get_logger(__name__)

# So many changes back removals are remembered; a gallery that is further behind is loaded anew.
REMOVALS_KEPT = 10_000
# Changes that a gallery takes in at a time: others may write to it in between.
BATCH = 4096
# Nearest entries by the inner product that are looked up in the store; the one most similar by the store's own template
# is the match. Of 1,200 probes among 100,000 the most similar was never further back than the fifth.
CANDIDATES = 8


def gallery_key(client_id: uuid.UUID, contract: str) -> GalleryKey:
    return GalleryKey(str(client_id), contract)


@dataclass(frozen=True, slots=True)
class Nearest:
    """What a search found.

    Attributes:
        match: the most similar user; None when there is nobody.
        gallery_size: how many templates were searched.
        revision: the store's, which they were at.
    """

    match: Match | None
    gallery_size: int
    revision: int


def find_nearest(client_id: uuid.UUID, probe: Embedding, *, other_than: str | None = None) -> Nearest:
    """The tenant's user most similar to ``probe``, by his sealed template.

    It may take long, for it loads the gallery where none is at hand: call it where nobody else waits.

    Args:
        other_than: a user who is passed over.
    Raises:
        Unavailable: the gallery's folder can't be written.
    """
    key = gallery_key(client_id, probe.contract)
    try:
        revision = catch_up(key)
    except OSError as error:
        logger.exception("gallery_failed")
        raise Unavailable from error
    gallery = get_gallery()
    size = _stored_size(key, revision)
    entries = [neighbor.entry for neighbor in gallery.search(key, probe.vector_l2, top_k=CANDIDATES)]
    return Nearest(_best(key, probe, FaceTemplate.objects.filter(pk__in=entries), size, other_than), size, revision)


@lru_cache(maxsize=1024)
def _stored_size(key: GalleryKey, revision: int) -> int:
    """How many templates the store has: a threshold rests on it, and must not on a file that might be forged.

    Counting a million takes 60 ms; until the next change, and so the next ``revision``, once is enough.
    """
    return FaceTemplate.objects.filter(client_id=uuid.UUID(key.tenant_id), contract=key.contract).count()


def find_newer(client_id: uuid.UUID, probe: Embedding, before: Nearest, *, other_than: str) -> Match | None:
    """The most similar of the users enrolled since ``before``: call it within the transaction that enrols another.

    Until that ends nobody else is enrolled, so that of two who bring one face at the same moment the second is noticed.
    """
    _hold_revision(gallery_key(client_id, probe.contract))
    templates = FaceTemplate.objects.filter(client_id=client_id, contract=probe.contract, revision__gt=before.revision)
    return _best(gallery_key(client_id, probe.contract), probe, templates, before.gallery_size, other_than)


def catch_up(key: GalleryKey) -> int:
    """Bring the gallery to the store's revision.

    Returns:
        that revision.
    """
    gallery = get_gallery()
    while True:
        held = gallery.revision(key)  # read first: the store can only be ahead of it
        current = current_revision(key)
        if held == current:
            return current
        if held is not None and current - REMOVALS_KEPT <= held < current:
            _take_changes(key, held, current)
        else:
            _load(key, held)


def current_revision(key: GalleryKey) -> int:
    """The store's revision of a gallery."""
    row = GalleryRevision.objects.filter(client_id=uuid.UUID(key.tenant_id), contract=key.contract)
    return row.values_list("revision", flat=True).first() or 0


def next_revision(key: GalleryKey) -> int:
    """Number a change, within the caller's transaction; until that ends nobody else changes this gallery."""
    return next_revisions(key, 1)[0]


def next_revisions(key: GalleryKey, count: int) -> range:
    """Number so many changes; see :func:`next_revision`."""
    with transaction.atomic():
        row = _hold_revision(key)
        row.revision += count
        row.save(update_fields=["revision"])
    return range(row.revision - count + 1, row.revision + 1)


def _hold_revision(key: GalleryKey) -> GalleryRevision:
    """The row that numbers the changes, nobody else's until the caller's transaction ends."""
    rows = GalleryRevision.objects.select_for_update()
    return rows.get_or_create(client_id=uuid.UUID(key.tenant_id), contract=key.contract)[0]


def note_removal(key: GalleryKey, entry: int) -> None:
    """Let galleries know that a template is gone, within the caller's transaction."""
    revision = next_revision(key)
    removals = GalleryRemoval.objects.filter(client_id=uuid.UUID(key.tenant_id), contract=key.contract)
    removals.filter(revision__lt=revision - REMOVALS_KEPT).delete()
    removals.create(client_id=uuid.UUID(key.tenant_id), contract=key.contract, revision=revision, entry=entry)


def _best(
    key: GalleryKey, probe: Embedding, templates: QuerySet[FaceTemplate], size: int, other_than: str | None
) -> Match | None:
    """The most similar of ``templates``, of which only those of ``key`` count.

    Asked to look for tenant and contract beside primary keys, SQLite walks through all of the tenant's templates.
    """
    client_id = uuid.UUID(key.tenant_id)
    rows = templates.values_list("pk", "user_id", "sealed_vector", "client_id", "contract")
    ours = [row[:3] for row in rows if row[3:] == (client_id, key.contract)]
    matches = [
        Match(user_id, similarity(Embedding(template_l2, key.contract), probe), size)
        for _, user_id, template_l2 in _unsealed(client_id, ours)
        if user_id != other_than
    ]
    return max(matches, key=lambda match: match.similarity_score, default=None)


def _take_changes(key: GalleryKey, since: int, current: int) -> None:
    client_id = uuid.UUID(key.tenant_id)
    changed = FaceTemplate.objects.filter(client_id=client_id, contract=key.contract, revision__gt=since)
    changed = changed.filter(revision__lte=current).order_by("revision")
    rows = list(changed.values_list("pk", "user_id", "sealed_vector", "revision")[:BATCH])
    revision = current if len(rows) < BATCH else rows[-1][3]
    removed = GalleryRemoval.objects.filter(client_id=client_id, contract=key.contract, revision__gt=since)
    get_gallery().apply(
        key,
        put=[(entry, vector) for entry, _, vector in _unsealed(client_id, [row[:3] for row in rows])],
        remove=list(removed.filter(revision__lte=revision).values_list("entry", flat=True)),
        since=since,
        revision=revision,
    )


def _load(key: GalleryKey, unusable: int | None) -> None:
    """Fill the gallery from the sealed store. The revision is read first: what changes meanwhile is taken in later."""
    client_id, gallery = uuid.UUID(key.tenant_id), get_gallery()
    with gallery.building(key):
        if gallery.revision(key) != unusable:
            return  # somebody else has built it
        revision = current_revision(key)
        rows = FaceTemplate.objects.filter(client_id=client_id, contract=key.contract).order_by("pk")
        sealed = rows.values_list("pk", "user_id", "sealed_vector").iterator(chunk_size=BATCH)
        gallery.load(key, ((entry, vector) for entry, _, vector in _unsealed(client_id, sealed)), revision=revision)
        logger.info("gallery_loaded", tenant=key.tenant_id, contract=key.contract, templates=gallery.size(key))


def _unsealed(
    client_id: uuid.UUID, rows: Iterable[tuple[int, str, bytes | memoryview]]
) -> Iterator[tuple[int, str, Vector]]:
    """Templates in the clear. One that doesn't verify is nobody's: it must not keep all others from being found."""
    for entry, user_id, sealed in rows:
        try:
            yield entry, user_id, unseal_vector(client_id, user_id, bytes(sealed))
        except IntegrityError:
            logger.warning("template_does_not_verify", template=entry)
