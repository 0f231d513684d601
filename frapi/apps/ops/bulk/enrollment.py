"""Enrols a tenant's users from pictures: one transaction a user, told only once it is committed."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

import structlog
from django.conf import settings

from frapi.apps import scales
from frapi.apps.accounts.models import ApiClient
from frapi.apps.database import user_held
from frapi.apps.ops.bulk.pictures import Demands, Person, Prepared, prepare
from frapi.apps.templates.duplicates import duplicate_of, refuses_duplicates, search_others
from frapi.apps.templates.services import list_users, store_template
from frapi.inference.base import FrameAnalyzer

logger = structlog.get_logger(__name__)

# People whose pictures are looked at ahead of the one that is stored, for each thread.
AHEAD = 4


class Status(StrEnum):
    ENROLLED = "enrolled"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class UserReport:
    """What became of one user.

    Attributes:
        pictures: how many the template is made of.
        refused: picture -> why it isn't among them.
        reason: why the user was refused.
        duplicate_of: another user with this face.
    """

    user_id: str
    status: Status
    pictures: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    duplicate_of: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "status": self.status.value,
            "pictures": self.pictures,
            "refused": self.refused,
            "reason": self.reason or None,
            "duplicate_of": self.duplicate_of,
        }


def demands_of(client: ApiClient) -> Demands:
    """The server's, raised to the client's own floor."""
    floor, quality = client.floor, settings.FRAPI.quality_threshold
    return Demands(
        max(quality, floor.quality_threshold or 0.0),
        {**settings.FRAPI.obstacle_thresholds, **floor.obstacle_thresholds},
    )


def enroll_people(
    client: ApiClient, people: Sequence[Person], analyzer: FrameAnalyzer, *, replace: bool, threads: int
) -> Iterator[UserReport]:
    """Enrol them; what is yielded is committed. Whoever was enrolled from the same pictures is left as he is.

    Args:
        replace: also enrol users who have another template.
    Raises:
        Unavailable: a model is missing.
        KeyError: nothing is known about the recogniser's scores.
    """
    stored: dict[str, uuid.UUID] = dict(list_users(client.id).values_list("user_id", "enrollment_id"))
    look = partial(
        prepare,
        analyzer=analyzer,
        demands=demands_of(client),
        tenant=client.id,
        replace=replace,
        confidence=scales.confidence,
    )
    ahead: deque[Future[Prepared]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for person in people:
                ahead.append(pool.submit(look, person, stored=stored.get(person.user_id)))
                if len(ahead) >= threads * AHEAD:
                    yield _conclude(client, ahead.popleft().result(), stored)
            while ahead:
                yield _conclude(client, ahead.popleft().result(), stored)
        finally:
            pool.shutdown(cancel_futures=True)


def _conclude(client: ApiClient, prepared: Prepared, stored: Mapping[str, uuid.UUID]) -> UserReport:
    refused = dict(prepared.refused)
    if prepared.reason:
        return UserReport(prepared.user_id, Status.REFUSED, refused=refused, reason=prepared.reason)
    if prepared.template is None:
        return UserReport(prepared.user_id, Status.UNCHANGED)
    template = prepared.template
    probes = [(template, False)]
    if prepared.previous_template is not None:
        probes.append((prepared.previous_template, True))
    searches = search_others(client, prepared.user_id, probes)
    with user_held(client.id, prepared.user_id):
        now = list_users(client.id).filter(user_id=prepared.user_id).values_list("enrollment_id", flat=True).first()
        if now != stored.get(prepared.user_id):
            # He enrolled, or was erased, since the run began: that is newer than the pictures.
            return UserReport(prepared.user_id, Status.REFUSED, refused=refused, reason="changed_meanwhile")
        other_user = duplicate_of(client.id, prepared.user_id, searches)
        if other_user is not None and refuses_duplicates(client):
            return UserReport(
                prepared.user_id,
                Status.REFUSED,
                refused=refused,
                reason="duplicate_face",
                duplicate_of=other_user,
            )
        store_template(
            client.id,
            prepared.user_id,
            template,
            sample_count=prepared.used,
            quality_score=prepared.quality_score,
            enrollment_id=prepared.enrollment_id,
        )
    logger.info(
        "enrolled_from_pictures",
        client_id=str(client.id),
        enrollment_id=str(prepared.enrollment_id),
        pictures=prepared.used,
    )
    return UserReport(prepared.user_id, Status.ENROLLED, prepared.used, refused, duplicate_of=other_user)
