"""The tables of a gallery in PostgreSQL: one that lists the galleries, and one of vectors for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import psycopg
from psycopg import sql

from frapi.errors import GalleryMisconfigured
from frapi.gallery.base import GalleryKey
from frapi.gallery.postgres import Connection
from frapi.vision.types import Vector

SCHEMA = "frapi_gallery"
MIN_VERSION = (0, 8)  # of pgvector: iterative scans

_SCHEMA_STATEMENTS = (
    "CREATE SEQUENCE IF NOT EXISTS frapi_gallery.numbers",
    "CREATE TABLE IF NOT EXISTS frapi_gallery.galleries ("
    " number bigint PRIMARY KEY, tenant text NOT NULL, contract text NOT NULL, revision bigint NOT NULL,"
    " dim integer NOT NULL, salt bytea NOT NULL, size bigint NOT NULL, indexed boolean NOT NULL,"
    " UNIQUE (tenant, contract))",
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A gallery's row.

    Attributes:
        number: its table is called after it; another load has another.
        dim: 0 while nobody is enrolled; then there is no table.
        salt: what its rotation is derived from beside the key.
    """

    number: int
    revision: int
    dim: int
    salt: bytes
    size: int
    indexed: bool

    @property
    def table(self) -> sql.Identifier:
        return sql.Identifier(SCHEMA, f"vectors_{self.number}")

    @property
    def index(self) -> str:
        return f"vectors_{self.number}_graph"


def demand_extension(connection: Connection) -> None:
    try:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
    except (psycopg.errors.UndefinedFile, psycopg.errors.FeatureNotSupported):
        raise GalleryMisconfigured(
            "FRAPI_GALLERY: the PostgreSQL server has no pgvector; install it there (Debian: postgresql-NN-pgvector)"
        ) from None
    except psycopg.errors.InsufficientPrivilege:
        raise GalleryMisconfigured(
            "FRAPI_GALLERY: have an administrator run CREATE EXTENSION vector in the database"
        ) from None
    version = extension_version(connection)
    if tuple(int(part) for part in version.split(".")[:2]) < MIN_VERSION:
        wanted = ".".join(map(str, MIN_VERSION))
        raise GalleryMisconfigured(
            f"FRAPI_GALLERY: pgvector {version} is too old; "
            f"install {wanted} or newer, then run ALTER EXTENSION vector UPDATE"
        )


def demand_schema(connection: Connection) -> None:
    # Asked for first: who may create none may not even ask to create one that is there.
    exists, made = only_row(
        connection.execute("SELECT to_regnamespace('frapi_gallery'), to_regclass('frapi_gallery.galleries')")
    )
    if made is not None:
        return
    try:
        with connection.transaction():
            if exists is None:
                connection.execute("CREATE SCHEMA frapi_gallery")
            for statement in _SCHEMA_STATEMENTS:
                connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        raise GalleryMisconfigured(
            f"FRAPI_GALLERY: have an administrator run CREATE SCHEMA frapi_gallery AUTHORIZATION {connection.info.user}"
        ) from None


def extension_version(connection: Connection) -> str:
    return str(only_row(connection.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'"))[0])


def find_shelf(connection: Connection, key: GalleryKey, *, held: bool = False) -> Shelf | None:
    """
    Args:
        held: nobody else's until the transaction ends.
    """
    statement = (
        "SELECT number, revision, dim, salt, size, indexed FROM frapi_gallery.galleries"
        " WHERE tenant = %s AND contract = %s"
    )
    found = connection.execute(statement + " FOR UPDATE" * held, [key.tenant_id, key.contract]).fetchone()
    return None if found is None else Shelf(*found)


def create_table(connection: Connection, shelf: Shelf) -> None:
    create = sql.SQL(
        # What is erased stays in the file until it is vacuumed, which by default waits for a fifth of the table.
        "CREATE TABLE {} (entry bigint PRIMARY KEY, vector vector({}) NOT NULL)"
        " WITH (autovacuum_vacuum_scale_factor = 0.01)"
    )
    connection.execute(create.format(shelf.table, sql.Literal(shelf.dim)))
    # In the row, whatever its length: a search reads all of them.
    connection.execute(sql.SQL("ALTER TABLE {} ALTER COLUMN vector SET STORAGE PLAIN").format(shelf.table))


def with_table(connection: Connection, shelf: Shelf, new: Mapping[int, Vector]) -> Shelf:
    """The gallery, able to take ``new``: its first template says of which dimension all will be."""
    if new and not shelf.dim:
        shelf = replace(shelf, dim=len(next(iter(new.values()))))
        create_table(connection, shelf)
    for vector in new.values():
        demand_dimension(shelf.dim, vector)
    return shelf


def demand_dimension(dim: int, vector: Vector) -> None:
    if vector.shape != (dim,):
        raise ValueError(f"vectors of dimension {dim} are needed")


def delete_entries(connection: Connection, shelf: Shelf, entries: Sequence[int]) -> int:
    if not shelf.dim or not entries:
        return 0
    statement = sql.SQL("DELETE FROM {} WHERE entry = ANY(%s)").format(shelf.table)
    return connection.execute(statement, [list(entries)]).rowcount


def replace_shelf(connection: Connection, key: GalleryKey, shelf: Shelf, size: int, *, indexed: bool) -> None:
    """Let a gallery that was loaded take the place of the one before."""
    before = find_shelf(connection, key, held=True)
    if before is not None:
        connection.execute("DELETE FROM frapi_gallery.galleries WHERE number = %s", [before.number])
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(before.table))
    connection.execute(
        "INSERT INTO frapi_gallery.galleries (number, tenant, contract, revision, dim, salt, size, indexed)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        [shelf.number, key.tenant_id, key.contract, shelf.revision, shelf.dim, shelf.salt, size, indexed],
    )


@contextmanager
def lock_held(connection: Connection, name: str, *, wait: bool = True) -> Iterator[bool]:
    """A lock among all processes, which the server lets go when one dies; yields whether it is ours."""
    got = _take_lock(connection, "pg_advisory_lock" if wait else "pg_try_advisory_lock", name) is not False
    try:
        yield got
    finally:
        if got and not connection.closed:
            _take_lock(connection, "pg_advisory_unlock", name)


def _take_lock(connection: Connection, function: str, name: str) -> object:
    number = int.from_bytes(sha256(f"frapi gallery {name}".encode()).digest()[:8], signed=True)
    return only_row(connection.execute(sql.SQL("SELECT {}(%s)").format(sql.Identifier(function)), [number]))[0]


def only_row(cursor: psycopg.Cursor[tuple[Any, ...]]) -> tuple[Any, ...]:
    row = cursor.fetchone()
    assert row is not None  # noqa: S101  each of these statements has one
    return row
