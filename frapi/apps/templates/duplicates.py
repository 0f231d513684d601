"""Whether a face that is to be enrolled is another user's already."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from frapi.apps import scales
from frapi.apps.accounts.models import ApiClient
from frapi.apps.templates.galleries import Nearest, find_nearest, find_newer
from frapi.apps.templates.services import is_enrolled
from frapi.vision.types import Embedding


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search under one contract found.

    Attributes:
        previous: the contract is that of the recogniser whose templates are being replaced.
    """

    probe: Embedding
    previous: bool
    nearest: Nearest


def search_others(client: ApiClient, user_id: str, probes: Sequence[tuple[Embedding, bool]]) -> tuple[Searched, ...]:
    """The users most similar to the template but for its own, looked for before the transaction: it may take long.

    Args:
        probes: the template under each contract, and whether that is the previous recogniser's.
    Returns:
        nothing when duplicates are allowed, so that nobody needs to look.
    """
    if _policy(client) == "allow":
        return ()
    return tuple(
        Searched(probe, previous, find_nearest(client.id, probe, other_than=user_id)) for probe, previous in probes
    )


def duplicate_of(client_id: uuid.UUID, user_id: str, searches: Sequence[Searched]) -> str | None:
    """The other user whose face this is, counting whoever was enrolled since the search.

    Args:
        searches: what :func:`search_others` found.
    """
    size = sum(each.nearest.gallery_size for each in searches)
    found: list[tuple[float, str]] = []
    for each in searches:
        contract, nearest = each.probe.contract, each.nearest
        threshold = scales.identification_threshold(contract, size, previous=each.previous)
        newer = find_newer(client_id, each.probe, nearest, other_than=user_id)
        found += [
            (scales.confidence(match.similarity_score, contract, previous=each.previous), match.user_id)
            for match in (nearest.match, newer)
            if match is not None
            and match.similarity_score >= threshold
            # Since the search he may have been erased.
            and is_enrolled(client_id, match.user_id, contract)
        ]
    return max(found)[1] if found else None


def refuses_duplicates(client: ApiClient) -> bool:
    """Whether a face that is another user's may not be enrolled."""
    return _policy(client) == "refuse"


def _policy(client: ApiClient) -> str:
    return client.floor.duplicates or str(settings.FRAPI.duplicates)
