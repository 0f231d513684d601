"""Search in PostgreSQL by pgvector, for a gallery that many machines share."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np
import psycopg
import structlog
from psycopg import sql

from frapi.errors import Unavailable
from frapi.gallery.base import GalleryKey, Neighbor
from frapi.gallery.postgres import Connection, Connections, as_text, copy_rows
from frapi.gallery.rotation import Matrix, secret_rotation
from frapi.gallery.tables import (
    SCHEMA,
    Shelf,
    create_table,
    delete_entries,
    demand_dimension,
    demand_extension,
    demand_schema,
    extension_version,
    find_shelf,
    lock_held,
    only_row,
    replace_shelf,
    with_table,
)
from frapi.vision.types import Vector

logger = structlog.get_logger(__name__)

SALT_BYTES = 16
LOAD_ROWS = 8192  # rows taken from the store at a time


_EXACT = sql.SQL(
    "SELECT entry, -(vector <#> %(probe)s::vector) FROM {table} ORDER BY vector <#> %(probe)s::vector LIMIT %(top_k)s"
)
_GRAPH = sql.SQL(
    "SELECT entry, -(vector <#> %(probe)s::vector) FROM ("
    "SELECT entry, vector FROM {table} ORDER BY vector::halfvec({dim}) <#> %(halves)s::halfvec({dim}) LIMIT %(wide)s"
    ") AS candidates ORDER BY vector <#> %(probe)s::vector LIMIT %(top_k)s"
)
# The graph still leads to templates that are gone; the scan goes on until enough are left that aren't.
_GRAPH_SETTINGS = sql.SQL(
    "SELECT set_config('hnsw.ef_search', '{breadth}', true), set_config('hnsw.iterative_scan', 'strict_order', true)"
)


@dataclass(frozen=True, slots=True)
class SearchPolicy:
    """How templates are searched; docs/scaling.md has the measurements.

    Attributes:
        index_from: templates from which on a graph is searched instead of all of them. Below it an exact search costs
            a processor no more than looking at one frame, and misses nobody.
        breadth: candidates that the graph's search keeps (hnsw.ef_search).
        reranked: of these, as many times ``top_k`` as are compared again by the full vectors: the graph has halves.
        links, build_breadth: of the graph (m, ef_construction).
    """

    index_from: int = 50_000
    breadth: int = 200
    reranked: int = 4
    links: int = 16
    build_breadth: int = 128


def _in_background(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="gallery-index", daemon=True).start()


class PgvectorGallery:
    """A :class:`~frapi.gallery.base.Gallery` in tables of PostgreSQL, one a key, in a schema of their own.

    A table has a template's number and its vector, under a rotation that is secret and that each load draws anew. A
    small gallery is searched whole and exactly; of a large one a graph (HNSW) of half-precision vectors is asked, and
    what it finds is compared again in full. Building it keeps nobody waiting: a load fills and indexes a new table
    while the old one is searched, and one that has grown large is indexed concurrently.

    Args:
        parameters: of the connection, as :func:`psycopg.connect` takes them.
        derive_key: label -> 32 bytes that can't be told from random ones without the installation's master key.
        run: how a graph of a grown gallery is built: beside everything else.
    """

    def __init__(
        self,
        parameters: Mapping[str, Any],
        derive_key: Callable[[bytes], bytes],
        *,
        policy: SearchPolicy = SearchPolicy(),
        run: Callable[[Callable[[], None]], None] = _in_background,
    ) -> None:
        self._connections = Connections(parameters)
        self._policy = policy
        self._run = run
        self._prepared = False
        self._preparing = threading.Lock()
        self._indexing: set[int] = set()

        @lru_cache(maxsize=256)
        def rotation(key: GalleryKey, salt: bytes, dim: int) -> Matrix:
            label = b"\0".join([b"frapi gallery rotation v1", key.tenant_id.encode(), key.contract.encode(), salt])
            return secret_rotation(derive_key(label), dim)

        self._rotation = rotation

    def revision(self, key: GalleryKey) -> int | None:
        with self._use() as connection:
            shelf = find_shelf(connection, key)
        return None if shelf is None else shelf.revision

    @contextmanager
    def building(self, key: GalleryKey) -> Iterator[None]:
        with self._use() as connection, lock_held(connection, f"building {key.tenant_id} {key.contract}"):
            yield

    def load(self, key: GalleryKey, templates: Iterable[tuple[int, Vector]], *, revision: int) -> None:
        rows, salt = iter(templates), os.urandom(SALT_BYTES)
        chunk = list(islice(rows, LOAD_ROWS))
        dim = len(chunk[0][1]) if chunk else 0
        with self._use() as connection, connection.transaction():
            (number,) = only_row(connection.execute("SELECT nextval('frapi_gallery.numbers')"))
            size, shelf = 0, Shelf(number, revision, dim, salt, size=0, indexed=False)
            if dim:
                create_table(connection, shelf)
            while chunk:
                self._copy(connection, key, shelf, chunk)
                size += len(chunk)
                chunk = list(islice(rows, LOAD_ROWS))
            indexed = bool(dim) and size >= self._policy.index_from
            if indexed:
                connection.execute(self._index_statement(shelf, concurrently=False))
            replace_shelf(connection, key, shelf, size, indexed=indexed)

    def apply(
        self,
        key: GalleryKey,
        *,
        put: Sequence[tuple[int, Vector]],
        remove: Sequence[int],
        since: int,
        revision: int,
    ) -> bool:
        with self._use() as connection:
            with connection.transaction():
                shelf = find_shelf(connection, key, held=True)
                if shelf is None or shelf.revision != since:
                    return False
                new = {entry: vector for entry, vector in put if entry not in set(remove)}
                shelf = with_table(connection, shelf, new)
                gone = delete_entries(connection, shelf, [*remove, *new])
                if new:
                    self._copy(connection, key, shelf, list(new.items()))
                size = shelf.size - gone + len(new)
                connection.execute(
                    "UPDATE frapi_gallery.galleries SET revision = %s, size = %s, dim = %s WHERE number = %s",
                    [revision, size, shelf.dim, shelf.number],
                )
            if not shelf.indexed and size >= self._policy.index_from:
                self._index_once(key, shelf)
        return True

    def remove(self, key: GalleryKey, entry: int) -> bool:
        with self._use() as connection, connection.transaction():
            shelf = find_shelf(connection, key, held=True)
            if shelf is None or not delete_entries(connection, shelf, [entry]):
                return False
            connection.execute("UPDATE frapi_gallery.galleries SET size = size - 1 WHERE number = %s", [shelf.number])
            return True

    def search(self, key: GalleryKey, probe_l2: Vector, *, top_k: int) -> Sequence[Neighbor]:
        vanished: int | None = None
        while True:
            with self._use() as connection:
                shelf = find_shelf(connection, key)
                if shelf is None or not shelf.dim or top_k < 1:
                    return ()
                if shelf.number == vanished:  # somebody has dropped the table by hand: it has to be loaded anew
                    connection.execute("DELETE FROM frapi_gallery.galleries WHERE number = %s", [vanished])
                    return ()
                try:
                    return self._search(connection, key, shelf, probe_l2, top_k)
                except psycopg.errors.UndefinedTable:
                    vanished = shelf.number  # replaced by one that was loaded meanwhile, most likely: look there

    def size(self, key: GalleryKey) -> int:
        with self._use() as connection:
            shelf = find_shelf(connection, key)
        return 0 if shelf is None else shelf.size

    def version(self) -> str:
        """Of pgvector, in a database that has all that is needed.

        Raises: as :meth:`prepare`.
        """
        with self._use() as connection:
            return extension_version(connection)

    def prepare(self) -> None:
        """Make what is missing in the database.

        Raises:
            GalleryMisconfigured: it has no pgvector, an old one, or may not be changed; the message says what to do.
            Unavailable: it doesn't answer.
        """
        with self._connections.use() as connection, lock_held(connection, "schema"):
            demand_extension(connection)
            demand_schema(connection)
        self._prepared = True

    def index(self, key: GalleryKey) -> bool:
        """Build the graph of a gallery that has grown, while it is searched and changed.

        Returns:
            False when there is nothing to build, or somebody else is building it.
        """
        with (
            self._use() as connection,
            lock_held(connection, f"index {key.tenant_id} {key.contract}", wait=False) as ours,
        ):
            shelf = find_shelf(connection, key)
            if not ours or shelf is None or shelf.indexed or not shelf.dim:
                return False
            # One that was interrupted leaves an index that nobody may use.
            drop = sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}")
            connection.execute(drop.format(sql.Identifier(SCHEMA, shelf.index)))
            connection.execute(self._index_statement(shelf, concurrently=True))
            connection.execute("UPDATE frapi_gallery.galleries SET indexed = true WHERE number = %s", [shelf.number])
        logger.info("gallery_indexed", tenant=key.tenant_id, contract=key.contract)
        return True

    def close(self) -> None:
        """Let go of idle connections."""
        self._connections.close()

    @contextmanager
    def _use(self) -> Iterator[Connection]:
        if not self._prepared:
            with self._preparing:
                if not self._prepared:
                    self.prepare()
        try:
            with self._connections.use() as connection:
                yield connection
        except psycopg.errors.UndefinedTable as error:
            self._prepared = False  # somebody has dropped the schema by hand
            raise Unavailable from error

    def _copy(self, connection: Connection, key: GalleryKey, shelf: Shelf, rows: list[tuple[int, Vector]]) -> None:
        vectors = np.stack([vector for _, vector in rows]) @ self._rotation(key, shelf.salt, shelf.dim)
        statement = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(shelf.table)
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(copy_rows([entry for entry, _ in rows], vectors))

    def _search(
        self, connection: Connection, key: GalleryKey, shelf: Shelf, probe_l2: Vector, top_k: int
    ) -> Sequence[Neighbor]:
        demand_dimension(shelf.dim, probe_l2)
        probe = as_text(probe_l2 @ self._rotation(key, shelf.salt, shelf.dim))
        if not shelf.indexed:
            exact = _EXACT.format(table=shelf.table)
            found = connection.execute(exact, {"probe": probe, "top_k": top_k}).fetchall()
        else:
            wide = top_k * self._policy.reranked
            settings = _GRAPH_SETTINGS.format(breadth=sql.Literal(max(self._policy.breadth, wide)))
            graph = _GRAPH.format(table=shelf.table, dim=sql.Literal(shelf.dim))
            with connection.transaction():
                connection.execute(settings)
                asked = {"probe": probe, "halves": probe, "wide": wide, "top_k": top_k}
                found = connection.execute(graph, asked).fetchall()
        return [Neighbor(entry, float(score)) for entry, score in found]

    def _index_statement(self, shelf: Shelf, *, concurrently: bool) -> sql.Composed:
        return sql.SQL(
            "CREATE INDEX {concurrently} {index} ON {table} USING hnsw ((vector::halfvec({dim})) halfvec_ip_ops)"
            " WITH (m = {links}, ef_construction = {breadth})"
        ).format(
            concurrently=sql.SQL("CONCURRENTLY" if concurrently else ""),
            index=sql.Identifier(shelf.index),
            table=shelf.table,
            dim=sql.Literal(shelf.dim),
            links=sql.Literal(self._policy.links),
            breadth=sql.Literal(self._policy.build_breadth),
        )

    def _index_once(self, key: GalleryKey, shelf: Shelf) -> None:
        """Have the graph built, by one at a time in this process; other processes are kept out by a lock."""
        if shelf.number in self._indexing:
            return
        self._indexing.add(shelf.number)

        def build() -> None:
            try:
                self.index(key)
            except Exception:
                logger.exception("gallery_index_failed")  # searched whole until the next change tries again
            finally:
                self._indexing.discard(shelf.number)

        self._run(build)
