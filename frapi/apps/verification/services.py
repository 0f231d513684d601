"""Making, reading, ending and erasing sessions, for the relying party's backend."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from frapi.apps.accounts.models import ApiClient
from frapi.apps.database import user_held
from frapi.apps.templates.services import delete_templates, drop_from_gallery, is_enrolled
from frapi.apps.verification import attempts
from frapi.apps.verification.models import OPEN_STATUSES, FailedAttempts, Session, SessionStatus
from frapi.apps.verification.notices import announce_end
from frapi.apps.verification.outcome import OutcomeReason, failure
from frapi.apps.verification.policy import Demands, authentication_policy, enrollment_policy
from frapi.errors import NotFound, RateLimited, SessionEnded, SessionNotFound, Unavailable
from frapi.inference.factory import get_analyzer
from frapi.liveness.codec import policy_to_json
from frapi.liveness.types import Counters, SessionKind, SessionPolicy

TOKEN_PREFIX = "sess_"  # noqa: S105  what a token begins with is no secret
TOKEN_RANDOM_BYTES = 32  # 256 bit: the token alone is the authority over its session
_RANDOM = secrets.SystemRandom()
MAX_EXPIRED_AT_ONCE = 100  # no single request pays for a long neglect


@dataclass(frozen=True, slots=True, repr=False)
class NewSession:
    """A session and its token, which can't be read again."""

    session: Session
    token: str


@dataclass(frozen=True, slots=True)
class ErasureReceipt:
    """What erasing a user removed.

    Attributes:
        templates: stored templates.
        index_entries: vectors in this process's gallery.
        sessions: sessions that no longer name him.
        sessions_cancelled: those that were still open.
        session_states: sealed states, with the samples in them.
        failure_records: records of failed verifications.
    """

    user_id: str
    erased_at: datetime
    templates: int
    index_entries: int
    sessions: int
    sessions_cancelled: int
    session_states: int
    failure_records: int


def create_enrollment(
    client: ApiClient, *, user_id: str, session_type: str, metadata: Mapping[str, Any], demands: Demands
) -> NewSession:
    """Begin to enrol a user, known or not; what he had before stays until the new template is complete.

    Raises:
        PolicyViolation: a demand is under the client's floor.
        Unavailable: the accommodation needs passive presentation attack detection, which isn't installed.
    """
    policy = enrollment_policy(demands, floor=client.floor, defaults=_default_policy(), rng=_RANDOM)
    return _create(
        client, policy, user_id=user_id, session_type=session_type, metadata=metadata, status=SessionStatus.PENDING
    )


def create_authentication(
    client: ApiClient,
    *,
    user_id: str | None,
    session_type: str,
    require_liveness: bool,
    metadata: Mapping[str, Any],
    demands: Demands,
) -> NewSession:
    """Begin to verify a user, or without ``user_id`` to identify whoever comes.

    Raises:
        PolicyViolation: a demand is under the client's floor.
        Forbidden: the client may not skip liveness.
        NotFound: the user isn't enrolled.
        RateLimited: too many verifications of this user failed lately.
        Unavailable: the accommodation needs passive presentation attack detection, which isn't installed.
    """
    policy = authentication_policy(
        demands,
        kind=SessionKind.IDENTIFICATION if user_id is None else SessionKind.VERIFICATION,
        require_liveness=require_liveness,
        may_skip_liveness=client.may_skip_liveness,
        floor=client.floor,
        defaults=_default_policy(),
        rng=_RANDOM,
    )
    if user_id is not None:
        contracts = get_analyzer().info().contracts
        if not any(is_enrolled(client.id, user_id, contract) for contract in contracts):
            raise NotFound("User not found", details={"field": "user_id"})
        lock_ms = attempts.lock_left_ms(client.id, user_id)
        if lock_ms:
            raise RateLimited("Too many failed attempts for this user", retry_after_ms=lock_ms)
    return _create(
        client,
        policy,
        user_id=user_id or "",
        session_type=session_type,
        metadata=metadata,
        status=SessionStatus.ACTIVE,
    )


def get_session(client: ApiClient, token: str) -> Session:
    """Raises:
    SessionNotFound: no session of this client has this token.
    """
    session = Session.objects.filter(client=client, token_hash=hash_token(token)).first()
    if session is None:
        raise SessionNotFound
    expire_if_due(session)
    return session


def cancel_session(client: ApiClient, token: str) -> Session:
    """End an open session; cancelling a cancelled one again is no error.

    Raises:
        SessionNotFound: no session of this client has this token.
        SessionEnded: it ended in another way; ``details.status`` says how.
    """
    session = get_session(client, token)
    if session.status != SessionStatus.CANCELLED:
        if not end_session(session, SessionStatus.CANCELLED, OutcomeReason.CANCELLED):
            session.refresh_from_db()
            raise SessionEnded(details={"status": session.status})
        announce_end([session.id])
    return session


def expire_if_due(session: Session) -> None:
    """Sessions expire when somebody looks at them; for those that nobody does there is :func:`expire_overdue`."""
    if session.status in OPEN_STATUSES and session.expires_at <= timezone.now():
        end_session(session, SessionStatus.EXPIRED, OutcomeReason.EXPIRED)


def expire_overdue() -> None:
    """Expire sessions that were left behind, so that the samples in them don't lie about. Each new session calls it."""
    overdue = Session.objects.filter(status__in=OPEN_STATUSES, expires_at__lte=timezone.now())
    for session in overdue[:MAX_EXPIRED_AT_ONCE]:
        expire_if_due(session)


def end_session(session: Session, status: SessionStatus, reason: OutcomeReason) -> bool:
    """End an open session without a result, dropping its samples.

    Returns:
        False when it had ended already.
    """
    now = timezone.now()
    outcome = failure(SessionKind(session.kind), reason).to_json()
    ended = Session.objects.filter(pk=session.pk, status__in=OPEN_STATUSES).update(
        status=status, outcome=outcome, completed_at=now, sealed_state=None
    )
    if ended:
        session.status, session.outcome, session.completed_at, session.sealed_state = status, outcome, now, None
    return bool(ended)


def erase_user(client: ApiClient, user_id: str) -> ErasureReceipt:
    """Remove every trace of a user: templates, index entries, samples of open sessions, and his name in all others.

    Call it outside a transaction: the index follows what was committed.

    Raises:
        NotFound: there is no trace of him.
    """
    now = timezone.now()
    with user_held(client.id, user_id):
        deleted = delete_templates(client.id, user_id)
        named = Session.objects.filter(Q(user_id=user_id) | Q(outcome__user_id=user_id), client=client)
        open_ids = list(named.filter(status__in=OPEN_STATUSES).values_list("id", flat=True))
        session_ids = list(named.values_list("id", flat=True))
        sessions = Session.objects.filter(id__in=session_ids)
        states = sessions.exclude(sealed_state=None).count()
        sessions.filter(id__in=open_ids).update(status=SessionStatus.CANCELLED, completed_at=now)
        sessions.update(user_id="", metadata={}, outcome={}, sealed_state=None)
        mentions = _forget_duplicates_of(client, user_id)
        failures, _ = FailedAttempts.objects.filter(client=client, user_id=user_id).delete()
    if not (deleted or session_ids or mentions or failures):
        raise NotFound("User not found", details={"field": "user_id"})
    index_entries = sum(drop_from_gallery(template) for template in deleted)
    announce_end(open_ids)
    named_in = len(session_ids) + mentions
    return ErasureReceipt(user_id, now, len(deleted), index_entries, named_in, len(open_ids), states, failures)


def _forget_duplicates_of(client: ApiClient, user_id: str) -> int:
    """Take a user's name out of the results of others, whose face was found to be his."""
    sessions = list(Session.objects.select_for_update().filter(client=client, outcome__duplicate_of=user_id))
    for session in sessions:
        session.outcome["duplicate_of"] = None
        session.save(update_fields=["outcome"])
    return len(sessions)


def hash_token(token: str) -> str:
    """Tokens are random enough for a plain hash; only it is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def _create(
    client: ApiClient,
    policy: SessionPolicy,
    *,
    user_id: str,
    session_type: str,
    metadata: Mapping[str, Any],
    status: SessionStatus,
) -> NewSession:
    if policy.require_passive_pad and not get_analyzer().info().detects_presentation_attacks:
        raise Unavailable(
            "Passive presentation attack detection isn't installed", details={"field": "metadata.accommodation"}
        )
    expire_overdue()
    token = TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_RANDOM_BYTES)
    now = timezone.now()
    session = Session.objects.create(
        id=uuid.uuid4(),
        token_hash=hash_token(token),
        client=client,
        kind=policy.kind.value,
        user_id=user_id,
        session_type=session_type,
        metadata=dict(metadata),
        policy=policy_to_json(policy),
        status=status,
        counters=asdict(Counters()),
        created_at=now,
        expires_at=now + timedelta(seconds=settings.FRAPI.session_ttl_s),
    )
    return NewSession(session, token)


def _default_policy() -> SessionPolicy:
    return SessionPolicy(
        kind=SessionKind.ENROLLMENT,
        quality_threshold=settings.FRAPI.quality_threshold,
        obstacle_thresholds=settings.FRAPI.obstacle_thresholds,
    )
