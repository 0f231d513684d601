"""``DATABASE_URL``: an embedded SQLite file, or a PostgreSQL server that several machines share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# What libpq takes besides and an operator may want; a word that it doesn't know would only fail when it connects.
LIBPQ_OPTIONS = frozenset(
    {
        "application_name",
        "channel_binding",
        "connect_timeout",
        "gssencmode",
        "host",
        "keepalives_idle",
        "options",
        "passfile",
        "sslcert",
        "sslkey",
        "sslmode",
        "sslrootcert",
        "target_session_attrs",
    }
)
EXPECTED = "expected sqlite:// followed by an absolute path, or postgres://USER:PASSWORD@HOST:PORT/NAME"
# A connection that is refused says so at once; one that nobody answers shouldn't hold a session for minutes.
CONNECT_TIMEOUT_S = 5
# Connections are kept, for making one costs more than most statements; one that died is noticed before it is used.
MAX_CONNECTION_AGE_S = 600


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """The embedded database."""

    path: Path


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A database of a PostgreSQL server.

    Attributes:
        host: empty for libpq's own default; a folder for a Unix socket.
        port: None for libpq's own default.
        options: what libpq is told besides, by its own names.
    """

    name: str
    host: str = ""
    port: int | None = None
    user: str = ""
    password: str = field(default="", repr=False)
    options: tuple[tuple[str, str], ...] = field(default=(), repr=False)


Database = SqliteFile | PostgresServer


def parse_database(value: str) -> Database:
    """
    Raises:
        ValueError: it is neither; the message says what was expected, and never what was given.
    """
    scheme, separator, rest = value.partition("://")
    if scheme == "sqlite" and separator and Path(rest).is_absolute():
        return SqliteFile(Path(rest))
    if scheme not in ("postgres", "postgresql") or not separator:
        raise ValueError(EXPECTED)
    try:
        parts = urlsplit(value)
        port = parts.port
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        raise ValueError(EXPECTED) from None
    name = unquote(parts.path.removeprefix("/"))
    if not name or "/" in name or parts.fragment or not re.fullmatch(r"[^\s\0]+", value):
        raise ValueError(EXPECTED)
    if options.keys() - LIBPQ_OPTIONS:
        raise ValueError(f"expected nothing after the ? but {', '.join(sorted(LIBPQ_OPTIONS))}")
    host = options.pop("host", None) or unquote(parts.hostname or "")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return PostgresServer(name, host, port, user, password, tuple(sorted(options.items())))


def has_package(name: str) -> bool:
    """Whether it is installed: ``make run`` has no need of what talks to PostgreSQL."""
    return find_spec(name) is not None


def django_settings(database: Database) -> dict[str, Any]:
    """An entry of Django's ``DATABASES``."""
    if isinstance(database, SqliteFile):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": database.path,
            "OPTIONS": {
                "timeout": 10,
                # A transaction that reads first and writes later would fail at once when another one wrote in between.
                "transaction_mode": "IMMEDIATE",
                # WAL: readers never wait for the writer. FULL: what was committed outlives a power cut.
                # secure_delete: an erased template leaves no bytes in the file.
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
                    "PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON;"
                ),
            },
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database.name,
        "HOST": database.host,
        "PORT": database.port or "",
        "USER": database.user,
        "PASSWORD": database.password,
        "CONN_MAX_AGE": MAX_CONNECTION_AGE_S,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": CONNECT_TIMEOUT_S, "application_name": "frapi", **dict(database.options)},
    }
