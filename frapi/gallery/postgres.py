"""Connections to the PostgreSQL server that a gallery lives in, and the little that its vectors need of the wire."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import psycopg

from frapi.errors import Unavailable
from frapi.vision.types import Vector

# A connection that has been idle for longer is asked whether it lives: the server may have been restarted meanwhile.
TRUSTED_FOR_S = 1.0

Connection = psycopg.Connection[tuple[Any, ...]]

_COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_TRAILER = b"\xff\xff"


class Connections:
    """Connections that are opened when needed and used again. Thread-safe.

    Args:
        parameters: as :func:`psycopg.connect` takes them.
    """

    def __init__(self, parameters: Mapping[str, Any]) -> None:
        self._parameters = dict(parameters)
        self._idle: deque[tuple[float, Connection]] = deque()
        self._lock = threading.Lock()

    @contextmanager
    def use(self) -> Iterator[Connection]:
        """A connection that commits each statement, unless told otherwise by its ``transaction()``.

        Raises:
            Unavailable: the server can't be reached, or went away meanwhile.
        """
        try:
            connection = self._living() or psycopg.connect(**self._parameters, autocommit=True)
        except psycopg.OperationalError as error:
            raise Unavailable("The gallery's database doesn't answer") from error
        try:
            yield connection
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            connection.close()
            raise Unavailable("The gallery's database doesn't answer") from error
        except BaseException:
            connection.close()  # it may be in the middle of something
            raise
        with self._lock:
            self._idle.append((time.monotonic(), connection))

    def close(self) -> None:
        while self._idle:
            self._idle.pop()[1].close()

    def _living(self) -> Connection | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                since_s, connection = self._idle.pop()
            if time.monotonic() - since_s < TRUSTED_FOR_S or _lives(connection):
                return connection
            connection.close()


def as_text(vector_l2: Vector) -> str:
    """A vector as pgvector reads it; every float32 comes out as it went in."""
    return f"[{','.join(map(repr, vector_l2.tolist()))}]"


def copy_rows(entries: Sequence[int], vectors: Vector) -> bytes:
    """Rows of (bigint, vector) as ``COPY … (FORMAT binary)`` takes them.

    Args:
        vectors: (N, D).
    """
    dim = vectors.shape[1]
    row = np.dtype(
        [
            ("fields", ">i2"),
            ("entry_bytes", ">i4"),
            ("entry", ">i8"),
            ("vector_bytes", ">i4"),
            ("dim", ">i2"),
            ("unused", ">i2"),
            ("vector", ">f4", (dim,)),
        ]
    )
    rows = np.zeros(len(entries), row)
    rows["fields"], rows["entry_bytes"], rows["vector_bytes"], rows["dim"] = 2, 8, 4 + 4 * dim, dim
    rows["entry"], rows["vector"] = entries, vectors
    return _COPY_HEADER + rows.tobytes() + _COPY_TRAILER


def _lives(connection: Connection) -> bool:
    try:
        connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True
