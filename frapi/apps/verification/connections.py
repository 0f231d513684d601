"""One connection's hold on its session: opening it, keeping what it counted, ending it.

Sync functions that talk to the database; :class:`DjangoSessionStore` offers them to the driver. A connection is known
by its epoch: whoever connected last may write, everybody else is told that he was taken over.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from typing import ParamSpec, TypeVar

from channels.db import database_sync_to_async
from django.db import transaction
from django.db.models import F, QuerySet

from frapi.apps.accounts.models import ORIGIN_REQUIRED, ApiClient
from frapi.apps.database import database_demanded, user_held
from frapi.apps.templates.duplicates import Searched, search_others
from frapi.apps.templates.sealing import Purpose, seal_for, unseal_for
from frapi.apps.verification import conclusion
from frapi.apps.verification.comparison import Comparison, compare
from frapi.apps.verification.models import OPEN_STATUSES, Session, SessionStatus
from frapi.apps.verification.outcome import OutcomeReason
from frapi.apps.verification.ports import SessionStart
from frapi.apps.verification.services import end_session, expire_if_due, hash_token
from frapi.apps.verification.wire import Message
from frapi.errors import ClientRevoked, OriginNotAllowed, SessionEnded, SessionNotFound, SessionTakenOver
from frapi.liveness import session as machine
from frapi.liveness.codec import policy_from_json
from frapi.liveness.types import Counters, EvidenceReady, SessionKind

P = ParamSpec("P")
T = TypeVar("T")

# Searches at once: while a gallery is being loaded those of its tenant wait, and others must not wait behind them.
MAX_SEARCHES = 32


@dataclass(frozen=True, slots=True, repr=False)
class Connection:
    """A session as one connection took it up.

    Attributes:
        session: its row at that moment, with ``client``.
        token: as the client sent it; only its hash is stored.
        resumed: whether an earlier connection had counted something.
    """

    session: Session
    token: str
    start: SessionStart
    resumed: bool


def open_connection(token: str, *, origin: str | None) -> Connection:
    """Take a session over.

    Args:
        origin: the handshake's Origin header; None when there was none.
    Raises:
        SessionNotFound: no session has this token.
        OriginNotAllowed: the API client's allow-list doesn't name the origin.
        ClientRevoked: the API client may do nothing any more.
        SessionEnded: the session is over; ``details.status`` says how.
    """
    session = Session.objects.select_related("client").filter(token_hash=hash_token(token)).first()
    if session is None:
        raise SessionNotFound
    if not is_origin_allowed(session.client, origin):
        raise OriginNotAllowed
    expire_if_due(session)
    with transaction.atomic():
        taken = Session.objects.filter(pk=session.pk, status__in=OPEN_STATUSES)
        taken.update(epoch=F("epoch") + 1, status=SessionStatus.ACTIVE)
        session = Session.objects.select_related("client").get(pk=session.pk)
        _demand_open(session)
    return Connection(session, token, _start(session), resumed=session.sealed_state is not None)


def is_origin_allowed(client: ApiClient, origin: str | None) -> bool:
    """An unguessable token is the authority and no cookie is, so without a list any origin may connect."""
    if origin is None:
        return ORIGIN_REQUIRED not in client.allowed_origins
    listed = [each for each in client.allowed_origins if each != ORIGIN_REQUIRED]
    return not listed or origin.lower() in {each.lower().rstrip("/") for each in listed}


def session_age_ms(session: Session) -> int:
    """Milliseconds since the session was made, by the wall clock: they go on through a restart of the server."""
    return max(0, round(time.time() * 1000) - round(session.created_at.timestamp() * 1000))


async def in_database(work: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    """Run what talks to the database in the thread that does.

    Raises:
        Unavailable: it doesn't answer.
    """
    with database_demanded():
        done: T = await database_sync_to_async(work)(*arguments, **options)
    return done


class DjangoSessionStore:
    """A :class:`~frapi.apps.verification.ports.SessionStore` for one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._session_id = connection.session.pk
        self._epoch = connection.session.epoch

    async def check(self) -> None:
        await in_database(self._current)

    async def save(self, state: machine.SessionState, counters: Counters) -> None:
        await in_database(self._save, state, counters)

    async def conclude(self, evidence: EvidenceReady) -> Message | None:
        # Searching among many takes long, loading them longer: it must not hold up what other sessions save.
        session = await in_database(self._current)
        if session.kind == SessionKind.ENROLLMENT:
            searches = await _in_search(_search_others, session, evidence)
            return await in_database(self._conclude_enrollment, evidence, searches)
        comparison = await _in_search(compare, session, evidence)
        return await in_database(self._conclude_authentication, evidence, comparison)

    async def fail(self, counters: Counters, reason: OutcomeReason) -> None:
        await in_database(self._end, counters, SessionStatus.FAILED, reason)

    async def expire(self, counters: Counters) -> None:
        await in_database(self._end, counters, SessionStatus.EXPIRED, OutcomeReason.EXPIRED)

    def _save(self, state: machine.SessionState, counters: Counters) -> None:
        session = self._connection.session
        sealed = seal_for(session.client_id, Purpose.SESSION_STATE, str(session.pk), machine.dump(state))
        kept = Session.objects.filter(pk=self._session_id, epoch=self._epoch, status=SessionStatus.ACTIVE).update(
            sealed_state=sealed, counters=asdict(counters)
        )
        if not kept:
            self._current()

    def _conclude_enrollment(self, evidence: EvidenceReady, searches: Sequence[Searched]) -> Message:
        session = self._connection.session
        with user_held(session.client_id, session.user_id):
            return conclusion.conclude_enrollment(self._held(), self._connection.token, evidence, searches)

    def _conclude_authentication(self, evidence: EvidenceReady, comparison: Comparison | None) -> Message | None:
        session = self._connection.session
        user_id = session.user_id or (comparison.user_id if comparison else "")
        with user_held(session.client_id, user_id) if user_id else transaction.atomic():
            return conclusion.conclude_authentication(self._held(), self._connection.token, evidence, comparison)

    def _end(self, counters: Counters, status: SessionStatus, reason: OutcomeReason) -> None:
        with transaction.atomic():
            session = self._held()
            Session.objects.filter(pk=session.pk).update(counters=asdict(counters))
            end_session(session, status, reason)

    def _current(self) -> Session:
        """The session's row now.

        Raises:
            SessionNotFound, SessionEnded, SessionTakenOver, ClientRevoked: this connection may no longer write to it.
        """
        return self._ours(Session.objects.all())

    def _held(self) -> Session:
        """The same, and nobody else's until the caller's transaction ends."""
        return self._ours(Session.objects.select_for_update(of=("self",)))

    def _ours(self, sessions: QuerySet[Session]) -> Session:
        session = sessions.select_related("client").filter(pk=self._session_id).first()
        if session is None:
            raise SessionNotFound
        _demand_open(session)
        if session.epoch != self._epoch:
            raise SessionTakenOver
        return session


def _search_others(session: Session, evidence: EvidenceReady) -> tuple[Searched, ...]:
    return search_others(session.client, session.user_id, evidence.probes)


async def _in_search(search: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    """Run a search, with a database connection of its own, beside the thread in which all else is read and written."""
    run = database_sync_to_async(search, thread_sensitive=False, executor=_searches())
    with database_demanded():
        found: T = await run(*arguments, **options)
    return found


@cache
def _searches() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MAX_SEARCHES, thread_name_prefix="search")


def _demand_open(session: Session) -> None:
    if session.status not in OPEN_STATUSES:
        raise SessionEnded(details={"status": session.status})
    if session.client.is_revoked:
        raise ClientRevoked


def _start(session: Session) -> SessionStart:
    policy = policy_from_json(session.policy)
    now_ms = session_age_ms(session)
    if session.sealed_state is None:
        state = machine.start(policy, now_ms)
    else:
        sealed = bytes(session.sealed_state)
        kept = unseal_for(session.client_id, Purpose.SESSION_STATE, str(session.pk), sealed)
        state = machine.resume(machine.load(kept), now_ms)
    lifetime = session.expires_at - session.created_at
    return SessionStart(
        policy=policy,
        state=state,
        counters=machine.counters(state),
        now_ms=state.last_ms,
        deadline_ms=round(lifetime.total_seconds() * 1000),
    )
