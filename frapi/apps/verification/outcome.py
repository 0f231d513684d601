"""What came of a session, as it is stored and told over REST."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from frapi.liveness.types import SessionKind


class OutcomeReason(StrEnum):
    """Why a session ended as it did."""

    ENROLLED = "enrolled"
    RECOGNIZED = "recognized"
    NOT_RECOGNIZED = "not_recognized"
    LOCKED = "locked"  # too many verifications of this user failed while the session ran
    DUPLICATE_FACE = "duplicate_face"  # it belongs to another user already, and the policy is to refuse
    CHALLENGE_FAILED = "challenge_failed"
    MAX_FRAMES_EXCEEDED = "max_frames_exceeded"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a session that has ended.

    Attributes:
        success: what was asked for was reached.
        authenticated: None for an enrolment.
        user_id: who was enrolled or recognised; None when nobody was.
        confidence: calibrated probability that it is he; of a recognition only.
        quality_score: mean quality of the samples that were stored or compared.
        duplicate_of: another user with the face of this enrolment; None when there is none, or nobody looked.
    """

    success: bool
    reason: OutcomeReason
    authenticated: bool | None = None
    user_id: str | None = None
    confidence: float | None = None
    quality_score: float | None = None
    duplicate_of: str | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def failure(kind: SessionKind, reason: OutcomeReason, *, quality_score: float | None = None) -> Outcome:
    """The outcome of a session that came to nothing."""
    authenticated = None if kind is SessionKind.ENROLLMENT else False
    return Outcome(success=False, reason=reason, authenticated=authenticated, quality_score=quality_score)
