"""A tenant's templates out of the store and into another installation's."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from frapi.apps.accounts.models import ApiClient
from frapi.apps.database import tenant_held
from frapi.apps.ops.bulk.archive import ArchiveKey, read_archive, write_archive
from frapi.apps.ops.bulk.pictures import USER_ID
from frapi.apps.templates.carriage import CarriedTemplate, store_carried
from frapi.apps.templates.sealing import unseal_vector
from frapi.apps.templates.services import list_users
from frapi.errors import InvalidInput
from frapi.vision.types import Embedding, Vector

# Templates stored at a time.
BATCH = 500
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
    users = _check(file, key, contracts)
    stored = 0
    with tenant_held(client.id):
        conflicts = users & set(list_users(client.id).values_list("user_id", flat=True))
        if conflicts and conflict is None:
            raise InvalidInput(
                f"{len(conflicts)} users have a template here already, {min(conflicts)} among them: "
                "choose --conflicts skip or --conflicts replace"
            )
        replaced = len(conflicts) if conflict is Conflict.REPLACE else 0
        skipped = len(conflicts) - replaced
        wanted = (each for each in _carried(file, key) if conflict is Conflict.REPLACE or each.user_id not in conflicts)
        while batch := list(islice(wanted, BATCH)):
            store_carried(client.id, batch)
            stored += len(batch)
            progress(stored, len(users) - skipped)
    return ImportReport(stored - replaced, replaced, skipped)


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


def _carried(file: Path, key: ArchiveKey) -> Iterator[CarriedTemplate]:
    for record in read_archive(file, key):
        try:
            origin, refreshed_at = record["origin"], record["refreshed_at"]
            yield CarriedTemplate(
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
