"""Lists of one API client's sessions: filtered, in pages, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Model, Q, QuerySet

from frapi.apps.accounts.models import ApiClient
from frapi.apps.verification.models import Session, SessionStatus
from frapi.liveness.types import SessionKind

M = TypeVar("M", bound=Model)

PAGE_SIZE = 25
MAX_QUERY_LENGTH = 128  # of a user's name


@dataclass(frozen=True, slots=True)
class SessionFilter:
    """What is wanted; empty: anything."""

    kind: str = ""
    status: str = ""
    user: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> SessionFilter:
        """Parse an address; what can't be meant counts as not said."""
        kind, status = query.get("kind", ""), query.get("status", "")
        return cls(
            kind=kind if kind in set(SessionKind) else "",
            status=status if status in SessionStatus.values else "",
            user=typed_name(query.get("user", "")),
        )

    @property
    def is_set(self) -> bool:
        return bool(self.kind or self.status or self.user)

    def query(self) -> str:
        """The inverse of :meth:`from_query`."""
        return urlencode({name: value for name in self.__slots__ if (value := getattr(self, name))})


def typed_name(text: str) -> str:
    """What somebody typed to find a user; a database takes no NUL."""
    return text.strip().replace("\0", "")[:MAX_QUERY_LENGTH]


def list_sessions(client: ApiClient, wanted: SessionFilter | None = None) -> QuerySet[Session]:
    """A client's sessions, newest first."""
    wanted = wanted or SessionFilter()
    found = Session.objects.filter(client=client).defer("sealed_state").order_by("-created_at", "-id")
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.status:
        found = found.filter(status=wanted.status)
    if wanted.user:
        found = found.filter(Q(user_id__icontains=wanted.user) | Q(outcome__user_id__icontains=wanted.user))
    return found


def sessions_naming(client: ApiClient, user_id: str) -> QuerySet[Session]:
    """The sessions that were for a user or came to him, newest first; what his erasure would find."""
    return list_sessions(client).filter(Q(user_id=user_id) | Q(outcome__user_id=user_id))


def page_of(rows: QuerySet[M], number: str, *, size: int = PAGE_SIZE) -> Page[M]:
    """A page by what an address says; the first for nonsense, the last for more than there are."""
    return Paginator(rows, size).get_page(number if number.isascii() else 1)
