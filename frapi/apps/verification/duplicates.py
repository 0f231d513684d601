"""Whether the face that is to be enrolled is another user's already."""

from __future__ import annotations

from django.conf import settings

from frapi.apps import scales
from frapi.apps.templates.galleries import Nearest, find_nearest, find_newer
from frapi.apps.verification.models import Session
from frapi.vision.types import Embedding


def search_others(session: Session, template: Embedding) -> Nearest | None:
    """The user most similar to ``template`` but for its own, looked for before the transaction: it may take long.

    Returns:
        None when duplicates are allowed, so that nobody needs to look.
    """
    if settings.FRAPI.duplicates == "allow":
        return None
    return find_nearest(session.client_id, template, other_than=session.user_id)


def duplicate_of(session: Session, template: Embedding, nearest: Nearest | None) -> str | None:
    """The other user whose face this is, counting whoever was enrolled since the search.

    Args:
        nearest: what :func:`search_others` found.
    """
    if nearest is None:
        return None
    newer = find_newer(session.client_id, template, nearest, other_than=session.user_id)
    matches = [match for match in (nearest.match, newer) if match is not None]
    match = max(matches, key=lambda each: each.similarity_score, default=None)
    threshold = scales.identification_threshold(template.contract, nearest.gallery_size)
    return match.user_id if match is not None and match.similarity_score >= threshold else None


def refuses_duplicates() -> bool:
    """Whether a face that is another user's may not be enrolled."""
    return bool(settings.FRAPI.duplicates == "refuse")
