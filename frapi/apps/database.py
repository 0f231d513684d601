"""The database behind the models: who may change what at the same time, and whether it answers at all.

SQLite lets one transaction write at a time anyway; PostgreSQL lets many, and needs to be told who waits for whom. Locks
are taken in one order, so that nobody waits in a circle: tenant, user, session, gallery (the contract in use before the
one that is being replaced).
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError, connection, transaction

from frapi.errors import Unavailable

logger = structlog.get_logger(__name__)

TROUBLE = (OperationalError, InterfaceError)
"""What Django raises when the database can't be reached, has gone away, or has no room."""


@contextmanager
def database_demanded() -> Iterator[None]:
    """Say so when the database doesn't answer.

    Raises:
        Unavailable: it doesn't. What went wrong stands in the log only.
    """
    try:
        yield
    except TROUBLE as error:
        raise unavailable(error) from error


def unavailable(error: Exception) -> Unavailable:
    """What clients are told of trouble with the database."""
    logger.error("database_failed", exc_info=error)
    return Unavailable("The database doesn't answer")


def demand_database() -> None:
    """Refuse to start without a database that answers.

    Raises:
        ImproperlyConfigured: the message begins with the setting and says what to do.
    """
    try:
        connection.ensure_connection()
    except TROUBLE as error:
        raise ImproperlyConfigured(f"DATABASE_URL: the database can't be used: {first_line(error)}") from None


def first_line(error: Exception) -> str:
    """What the database says is wrong, without its hints."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].removeprefix("connection failed: ")


def describe_database() -> str:
    """Its name and version, for people."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version" if connection.vendor == "postgresql" else "SELECT sqlite_version()")
        (version,) = cursor.fetchone()
    return f"{connection.display_name} {version.split()[0]}"


@contextmanager
def user_held(client_id: uuid.UUID, user_id: str) -> Iterator[None]:
    """A transaction in which nobody else enrols, judges or erases this user; many may hold different users.

    Read only within it what the change rests on.
    """
    with transaction.atomic():
        _take("pg_advisory_xact_lock_shared", f"tenant {client_id}")
        _take("pg_advisory_xact_lock", f"user {client_id} {user_id}")
        yield


@contextmanager
def tenant_held(client_id: uuid.UUID) -> Iterator[None]:
    """A transaction in which nobody else enrols, judges or erases any user of the tenant."""
    with transaction.atomic():
        _take("pg_advisory_xact_lock", f"tenant {client_id}")
        yield


@contextmanager
def installation_held() -> Iterator[None]:
    """Set the installation up in one process at a time. No transaction: what is within may need several."""
    _take("pg_advisory_lock", "installation")
    try:
        yield
    finally:
        _take("pg_advisory_unlock", "installation")


def _take(function: str, name: str) -> None:
    if connection.vendor != "postgresql":
        return
    number = int.from_bytes(hashlib.sha256(f"frapi {name}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [number])
