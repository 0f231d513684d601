"""A tenant's templates out of the store and into another installation's."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from django.db import transaction

from frapi.apps.accounts.models import ApiClient
from frapi.apps.ops.bulk.archive import ArchiveKey, read_archive, write_archive
from frapi.apps.ops.bulk.pictures import USER_ID
from frapi.apps.templates.sealing import seal_vector, unseal_vector
from frapi.apps.templates.services import list_users, store_template
from frapi.errors import InvalidInput
from frapi.vision.types import Embedding, Vector

# Embeddings are at most unit vectors; packed as float32.
_MAX_LENGTH = 1.001


class Conflict(StrEnum):
    """What happens to a user who has a template here already."""

    SKIP = "skip"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did."""

    imported: int
    replaced: int
    skipped: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Carried:
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


def export_templates(client: ApiClient, file: Path, key: ArchiveKey, progress: Callable[[int, int], None]) -> int:
    """Write all templates of a tenant.

    Returns:
        how many.
    Raises:
        FileExistsError: the file is there already.
        IntegrityError: a stored template doesn't verify.
    """
    templates = list_users(client.id)
    total = templates.count()

    def records() -> Iterator[dict[str, Any]]:
        for done, template in enumerate(templates.iterator(), 1):
            origin, refreshed_at = template.sealed_origin, template.refreshed_at
            yield {
                "user_id": template.user_id,
                "contract": template.contract,
                "vector": _packed(client.id, template.user_id, template.sealed_vector),
                "origin": None if origin is None else _packed(client.id, template.user_id, origin),
                "sample_count": template.sample_count,
                "quality_score": template.quality_score,
                "enrollment_id": str(template.enrollment_id),
                "created_at": template.created_at.isoformat(),
                "refreshed_at": None if refreshed_at is None else refreshed_at.isoformat(),
            }
            progress(done, total)

    return write_archive(file, key, records())


def import_templates(
    client: ApiClient,
    file: Path,
    key: ArchiveKey,
    *,
    contracts: Collection[str],
    conflict: Conflict | None,
    progress: Callable[[int, int], None],
) -> ImportReport:
    """Store all templates of an archive in one transaction, after all of it was checked.

    Args:
        contracts: those that this installation compares.
        conflict: None refuses an archive with users who have a template here already.
    Raises:
        InvalidInput: it is no archive, or holds what can't be used here; nothing was changed.
        IntegrityError: the key is wrong, or the file was changed or cut off; nothing was changed.
    """
    present = set(list_users(client.id).values_list("user_id", flat=True))
    users = _check(file, key, contracts)
    conflicts = users & present
    if conflicts and conflict is None:
        raise InvalidInput(
            f"{len(conflicts)} users have a template here already, {min(conflicts)} among them: "
            "choose --conflicts skip or --conflicts replace"
        )
    imported = replaced = skipped = 0
    with transaction.atomic():
        for done, carried in enumerate(_carried(file, key), 1):
            progress(done, len(users))
            if carried.user_id in present:
                if conflict is Conflict.SKIP:
                    skipped += 1
                    continue
                replaced += 1
            else:
                imported += 1
            _store(client, carried)
    return ImportReport(imported, replaced, skipped)


def _check(file: Path, key: ArchiveKey, contracts: Collection[str]) -> set[str]:
    """Read all of it once, so that nothing is stored of what can't be stored whole."""
    users: set[str] = set()
    for carried in _carried(file, key):
        if carried.embedding.contract not in contracts:
            raise InvalidInput(
                f"The archive's templates were made by {carried.embedding.contract}; this server compares "
                f"{', '.join(sorted(contracts))}"
            )
        if carried.user_id in users:
            raise InvalidInput(f"{carried.user_id} stands in the archive twice")
        users.add(carried.user_id)
    return users


def _carried(file: Path, key: ArchiveKey) -> Iterator[Carried]:
    for record in read_archive(file, key):
        try:
            origin, refreshed_at = record["origin"], record["refreshed_at"]
            yield Carried(
                _user_id(record["user_id"]),
                Embedding(_unpacked(record["vector"]), record["contract"]),
                None if origin is None else _unpacked(origin),
                int(record["sample_count"]),
                float(record["quality_score"]),
                uuid.UUID(record["enrollment_id"]),
                _moment(record["created_at"]),
                None if refreshed_at is None else _moment(refreshed_at),
            )
        except (KeyError, TypeError, ValueError):
            raise InvalidInput("A record of the archive is malformed") from None


def _store(client: ApiClient, carried: Carried) -> None:
    template = store_template(
        client.id,
        carried.user_id,
        carried.embedding,
        sample_count=carried.sample_count,
        quality_score=carried.quality_score,
        enrollment_id=carried.enrollment_id,
    )
    template.created_at, template.refreshed_at = carried.created_at, carried.refreshed_at
    if carried.origin_l2 is not None:
        template.sealed_origin = seal_vector(client.id, carried.user_id, carried.origin_l2)
    template.save(update_fields=["created_at", "refreshed_at", "sealed_origin"])


def _packed(client_id: uuid.UUID, user_id: str, sealed: bytes | memoryview) -> str:
    return base64.b64encode(unseal_vector(client_id, user_id, bytes(sealed)).astype("<f4").tobytes()).decode()


def _unpacked(text: str) -> Vector:
    vector = np.frombuffer(base64.b64decode(text, validate=True), "<f4").astype(np.float32)
    # Asked this way round, one that holds no numbers is refused too.
    if not 0 < float(np.linalg.norm(vector)) <= _MAX_LENGTH:
        raise ValueError("no embedding")
    return vector


def _user_id(text: str) -> str:
    if not USER_ID.match(text):
        raise ValueError("no user's id")
    return text


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment
