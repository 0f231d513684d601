"""How a session comes to its result: the template is stored, or the probe compared and judged.

Each function writes within the caller's transaction, so that outcome and template stand or fall together; what it
returns may be sent once that is committed.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import structlog
from django.conf import settings
from django.utils import timezone

from frapi.apps import scales
from frapi.apps.accounts.services import mac_key, payload_key
from frapi.apps.templates.duplicates import Searched, duplicate_of, refuses_duplicates
from frapi.apps.templates.refresh import refresh_template
from frapi.apps.templates.renewal import renew_template
from frapi.apps.templates.services import store_template
from frapi.apps.verification import attempts, messages
from frapi.apps.verification.comparison import Comparison, confirmed
from frapi.apps.verification.models import Session, SessionStatus
from frapi.apps.verification.outcome import Outcome, OutcomeReason, failure
from frapi.apps.verification.payload import encrypt_payload
from frapi.apps.verification.wire import EncryptedData, Message
from frapi.errors import EnrollmentRefused
from frapi.liveness.codec import policy_from_json
from frapi.liveness.decision import Verdict, decide
from frapi.liveness.types import EvidenceReady, LivenessRule, SessionKind

logger = structlog.get_logger(__name__)

PAYLOAD_NONCE_BYTES = 16


def conclude_enrollment(session: Session, token: str, evidence: EvidenceReady, searches: Sequence[Searched]) -> Message:
    """Store the template and complete the session, or refuse a face that is another user's.

    Args:
        searches: what :func:`~frapi.apps.templates.duplicates.search_others` found.
    """
    other_user = duplicate_of(session.client_id, session.user_id, searches)
    quality_score = messages.coarse_score(evidence.quality_score)
    if other_user is not None and refuses_duplicates(session.client):
        refused = failure(SessionKind.ENROLLMENT, OutcomeReason.DUPLICATE_FACE, quality_score=quality_score)
        _complete(session, evidence, replace(refused, duplicate_of=other_user))
        return messages.error(EnrollmentRefused())
    store_template(
        session.client_id,
        session.user_id,
        evidence.template,
        sample_count=evidence.sample_count,
        quality_score=evidence.quality_score,
        enrollment_id=session.id,
    )
    outcome = Outcome(
        success=True,
        reason=OutcomeReason.ENROLLED,
        user_id=session.user_id,
        quality_score=quality_score,
        duplicate_of=other_user,
    )
    _complete(session, evidence, outcome)
    return messages.enrollment_complete(
        evidence,
        policy_from_json(session.policy),
        enrollment_id=str(session.id),
        encrypted_data=_encrypted(session, token, evidence, outcome, evidence.template.contract),
    )


def conclude_authentication(
    session: Session, token: str, evidence: EvidenceReady, comparison: Comparison | None
) -> Message | None:
    """Judge the comparison and, unless more evidence is wanted, complete the session.

    A user who was locked while the session ran is recognised in no case: sessions made in store are no way around it.

    Returns:
        None when more evidence is wanted.
    """
    verification = session.kind == SessionKind.VERIFICATION
    if verification and attempts.lock_left_ms(session.client_id, session.user_id):
        return _refuse(session, evidence, OutcomeReason.LOCKED)
    comparison = confirmed(session, evidence, comparison)
    similarity, threshold = (comparison.similarity_score, comparison.threshold) if comparison else (None, math.inf)
    verdict = decide(similarity, threshold=threshold, final=evidence.final)
    if verdict is Verdict.RETRY:
        return None
    if comparison is None or verdict is Verdict.REJECT:
        if verification:
            attempts.record_failure(session.client_id, session.user_id)
        return _refuse(session, evidence, OutcomeReason.NOT_RECOGNIZED)
    if verification:
        attempts.record_success(session.client_id, session.user_id)
    return _accept(session, token, evidence, comparison)


def _renew(session: Session, evidence: EvidenceReady, comparison: Comparison) -> None:
    """Replace a template of the previous recogniser, unless nothing shows that its owner himself was there."""
    if not comparison.previous or policy_from_json(session.policy).rule is LivenessRule.NONE:
        return
    renewed = renew_template(
        session.client_id,
        comparison.user_id,
        evidence.template,
        previous_contract=comparison.contract,
        sample_count=evidence.sample_count,
        quality_score=evidence.quality_score,
    )
    if renewed:
        logger.info("template_renewed", session_id=str(session.id), contract=evidence.template.contract)


def _refresh(session: Session, evidence: EvidenceReady, comparison: Comparison) -> None:
    """Let a template follow its owner's face, where that is wanted and he himself was there without a doubt."""
    min_similarity = scales.refresh_threshold(comparison.contract)
    if settings.FRAPI.template_refresh == "off" or comparison.previous or min_similarity is None:
        return
    if policy_from_json(session.policy).rule is LivenessRule.NONE:
        return
    refreshed = refresh_template(
        session.client_id,
        comparison.user_id,
        evidence.template,
        min_similarity=min_similarity,
        now=timezone.now(),
    )
    if refreshed:
        logger.info("template_refreshed", session_id=str(session.id))


def _accept(session: Session, token: str, evidence: EvidenceReady, comparison: Comparison) -> Message:
    outcome = Outcome(
        success=True,
        reason=OutcomeReason.RECOGNIZED,
        authenticated=True,
        user_id=comparison.user_id,
        confidence=messages.coarse_confidence(comparison.confidence),
        quality_score=messages.coarse_score(evidence.quality_score),
    )
    _renew(session, evidence, comparison)
    _refresh(session, evidence, comparison)
    _complete(session, evidence, outcome)
    return messages.authentication_complete(
        evidence.counters,
        policy_from_json(session.policy),
        user_id=comparison.user_id,
        confidence=comparison.confidence,
        encrypted_data=_encrypted(session, token, evidence, outcome, comparison.contract),
    )


def _refuse(session: Session, evidence: EvidenceReady, reason: OutcomeReason) -> Message:
    quality_score = messages.coarse_score(evidence.quality_score)
    _complete(session, evidence, failure(SessionKind(session.kind), reason, quality_score=quality_score))
    return messages.authentication_failed(evidence.counters)


def _complete(session: Session, evidence: EvidenceReady, outcome: Outcome) -> None:
    session.status = SessionStatus.COMPLETED if outcome.success else SessionStatus.FAILED
    session.outcome = outcome.to_json()
    session.counters = asdict(evidence.counters)
    session.completed_at = timezone.now()
    session.sealed_state = None
    session.save(update_fields=["status", "outcome", "counters", "completed_at", "sealed_state"])
    logger.info("session_ended", session_id=str(session.id), kind=session.kind, reason=outcome.reason.value)


def _encrypted(session: Session, token: str, evidence: EvidenceReady, outcome: Outcome, contract: str) -> EncryptedData:
    counters = evidence.counters
    content: dict[str, Any] = {
        "id": str(session.id),
        "timestamp": messages.utc_timestamp(timezone.now()),
        "client_id": str(session.client_id),
        "user_id": outcome.user_id,
        "session_type": session.kind,
        "session_token": token,
        "outcome": outcome.reason.value,
        "frames_processed": counters.frames_processed,
        "quality_score": outcome.quality_score,
        "liveness": {
            "verified": counters.liveness_verified,
            "score": messages.coarse_score(counters.liveness_score),
            "blinks": counters.blinks,
            "motion_events": counters.motion_events,
            "live_face_score": messages.coarse_or_none(counters.live_face_score),
            "injection_signals": dict(counters.injection_signals),
            "challenge_passed": counters.challenge_passed,
        },
        "model": contract,
        "nonce": secrets.token_hex(PAYLOAD_NONCE_BYTES),
    }
    if outcome.confidence is not None:
        content["confidence"] = outcome.confidence
    if outcome.duplicate_of is not None:
        content["duplicate_of"] = outcome.duplicate_of
    return encrypt_payload(content, payload_key=payload_key(session.client), mac_key=mac_key(session.client))
