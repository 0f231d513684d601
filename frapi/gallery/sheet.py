"""One gallery as a block of memory that may be a file's: a header, the entries' numbers, their vectors.

Rows are sorted by entry and never move, so a row is found by bisection, and whoever reads while another process writes
sees each row as it was or as it is. A removed entry keeps its place under its negative number, its vector is zero.
"""

from __future__ import annotations

import bisect
import mmap
from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from frapi.gallery.base import Neighbor
from frapi.vision.types import Vector

Entries = NDArray[np.int64]

MAGIC = int.from_bytes(b"frapi g1", "little")
HEADER_BYTES = 4096
ROWS_STEP = 512  # capacities are multiples of it, so that vectors begin on a page
DIGEST_BYTES = 32
# A search looks at so many rows at a time: scores and candidates stay in the processor's cache.
CHUNK_ROWS = 65_536
_WORD = (1 << 64) - 1


class Field(IntEnum):
    """Words of the header."""

    MAGIC = 0
    DIM = 1
    CAPACITY = 2
    COUNT = 3  # rows in use, removed ones included
    LIVE = 4
    REVISION = 5
    STATE = 6
    CHECKSUM = 7
    DIGEST = 8  # four words: whose gallery it is


class State(IntEnum):
    READY = 1
    CHANGING = 2  # found without a writer: he died on the way
    REPLACED = 3  # another file has taken its place


def sheet_bytes(capacity: int, dim: int) -> int:
    """Size of the memory that :class:`Sheet` needs."""
    return HEADER_BYTES + capacity * (8 + 4 * dim)


def capacity_for(rows: int) -> int:
    """Room for ``rows`` and a quarter more."""
    return -(-(rows + rows // 4 + 1) // ROWS_STEP) * ROWS_STEP


class Sheet:
    """One gallery in memory. Reading needs no lock; whoever writes must be alone.

    Attributes:
        entries: (capacity,) int64.
        vectors: (capacity, D) float32.
    """

    def __init__(self, memory: mmap.mmap, *, capacity: int, dim: int) -> None:
        self._header = np.frombuffer(memory, np.uint64, HEADER_BYTES // 8)
        self.entries: Entries = np.frombuffer(memory, np.int64, capacity, offset=HEADER_BYTES)
        flat = np.frombuffer(memory, np.float32, capacity * dim, offset=HEADER_BYTES + 8 * capacity)
        self.vectors: Vector = flat.reshape(capacity, dim)
        self._weights = [int(each) | 1 for each in np.random.default_rng(MAGIC).integers(0, 1 << 63, dim + 1)]

    @classmethod
    def create(cls, memory: mmap.mmap, *, capacity: int, dim: int, digest: bytes) -> Sheet:
        """Write the header of an empty sheet into zeroed memory; it is in the state CHANGING until :meth:`publish`."""
        sheet = cls(memory, capacity=capacity, dim=dim)
        sheet._set(Field.STATE, State.CHANGING)
        sheet._set(Field.DIM, dim)
        sheet._set(Field.CAPACITY, capacity)
        sheet._header[Field.DIGEST : Field.DIGEST + DIGEST_BYTES // 8] = np.frombuffer(digest, np.uint64)
        sheet._set(Field.MAGIC, MAGIC)
        return sheet

    @classmethod
    def open(cls, memory: mmap.mmap, *, digest: bytes) -> Sheet | None:
        """The sheet that ``memory`` holds; None when it is another's, of another kind, torn or damaged."""
        if len(memory) < HEADER_BYTES:
            return None
        header = np.frombuffer(memory, np.uint64, Field.DIGEST + DIGEST_BYTES // 8)
        dim, capacity = int(header[Field.DIM]), int(header[Field.CAPACITY])
        if header[Field.MAGIC] != MAGIC or header[Field.DIGEST :].tobytes() != digest:
            return None
        if header[Field.STATE] != State.READY or len(memory) != sheet_bytes(capacity, dim):
            return None
        sheet = cls(memory, capacity=capacity, dim=dim)
        return sheet if sheet.count <= capacity and sheet._adds_up() else None

    @property
    def dim(self) -> int:
        return int(self.vectors.shape[1])

    @property
    def capacity(self) -> int:
        return int(self.vectors.shape[0])

    @property
    def count(self) -> int:
        return self._get(Field.COUNT)

    @property
    def live(self) -> int:
        return self._get(Field.LIVE)

    @property
    def revision(self) -> int:
        return self._get(Field.REVISION)

    @property
    def state(self) -> State:
        return State(self._get(Field.STATE))

    def retire(self) -> None:
        """Tell everybody who has this sheet in memory that another file holds the gallery now."""
        self._set(Field.STATE, State.REPLACED)

    def begin(self) -> None:
        """What follows is a change: who finds it unfinished must not trust the sheet."""
        self._set(Field.STATE, State.CHANGING)

    def publish(self, revision: int) -> None:
        """The change is complete."""
        self._set(Field.REVISION, revision)
        self._set(Field.STATE, State.READY)

    def extend(self, entries: Entries, vectors: Vector) -> None:
        """Append many rows, sorted and beyond the last one; there must be room."""
        first, last = self.count, self.count + len(entries)
        self.vectors[first:last], self.entries[first:last] = vectors, entries
        self._set(Field.CHECKSUM, self._get(Field.CHECKSUM) + self._sum(entries, self.vectors[first:last]))
        self._set(Field.LIVE, self.live + len(entries))
        self._set(Field.COUNT, last)

    def takes(self, entries: Sequence[int]) -> bool:
        """Whether :meth:`put` can place all of ``entries``, in this order."""
        count = self.count
        last = abs(int(self.entries[count - 1])) if count else 0
        new = [entry for entry in entries if entry > last]
        known = all(entry > last or self._row(entry) is not None for entry in entries)
        return known and count + len(new) <= self.capacity and new == sorted(set(new))

    def put(self, entry: int, vector: Vector) -> None:
        """Add or replace one entry that the sheet :meth:`takes`."""
        row = self._row(entry)
        if row is None:
            self.extend(np.array([entry]), vector[None])
        else:
            self._set(Field.LIVE, self.live + int(self.entries[row] < 0))
            self._write(row, entry, vector)

    def remove(self, entry: int) -> bool:
        """Wipe one entry; False when it isn't there."""
        row = self._row(entry)
        if row is None or self.entries[row] < 0:
            return False
        self._set(Field.LIVE, self.live - 1)
        self._write(row, -entry, np.zeros(self.dim, np.float32))
        return True

    def rows(self) -> tuple[Entries, Vector]:
        """Copies of all living rows, in order."""
        living = np.flatnonzero(self.entries[: self.count] > 0)
        return self.entries[living], self.vectors[living]

    def search(self, probe_l2: Vector, top_k: int) -> list[Neighbor]:
        """The ``top_k`` most similar entries, best first."""
        best, rows = np.empty(0, np.float32), np.empty(0, np.int64)
        count, probe_l2 = min(self.count, self.capacity), probe_l2.astype(np.float32, copy=False)
        for first in range(0, count if top_k > 0 else 0, CHUNK_ROWS):
            last = min(first + CHUNK_ROWS, count)
            # One thread a search: a matrix product starts several, and on a busy machine waits for the last of them.
            scores = np.vecdot(self.vectors[first:last], probe_l2)
            scores[self.entries[first:last] <= 0] = -np.inf
            better = np.flatnonzero(scores > (best[-1] if len(best) == top_k else -np.inf))
            if len(better) > top_k:
                better = better[np.argpartition(-scores[better], top_k - 1)[:top_k]]
            best, rows = np.concatenate([best, scores[better]]), np.concatenate([rows, better + first])
            order = np.argsort(-best, kind="stable")[:top_k]
            best, rows = best[order], rows[order]
        found = zip(self.entries[rows].tolist(), best.tolist(), strict=True)
        return [Neighbor(entry, score) for entry, score in found if entry > 0]

    def _row(self, entry: int) -> int | None:
        count = self.count
        row = bisect.bisect_left(self.entries, entry, 0, count, key=abs)
        return row if row < count and abs(int(self.entries[row])) == entry else None

    def _write(self, row: int, entry: int, vector: Vector) -> None:
        place = slice(row, row + 1)
        before = self._sum(self.entries[place], self.vectors[place])
        self.vectors[row], self.entries[row] = vector, entry
        after = self._sum(self.entries[place], self.vectors[place])
        self._set(Field.CHECKSUM, self._get(Field.CHECKSUM) - before + after)

    def _adds_up(self) -> bool:
        entries, vectors = self.entries[: self.count], self.vectors[: self.count]
        return self.live == np.count_nonzero(entries > 0) and self._sum(entries, vectors) == self._get(Field.CHECKSUM)

    def _sum(self, entries: Entries, vectors: Vector) -> int:
        """A checksum of rows that is the sum of theirs, so that a change costs no more than its rows.

        It tells accidents; against malice stands the sealed store.
        """
        columns = vectors.view(np.uint32).sum(axis=0, dtype=np.uint64).tolist()
        words = [int(entries.astype(np.uint64).sum(dtype=np.uint64)), *columns]
        total: int = sum(word * weight for word, weight in zip(words, self._weights, strict=True))
        return total & _WORD

    def _get(self, field: Field) -> int:
        return int(self._header[field])

    def _set(self, field: Field, value: int) -> None:
        self._header[field] = value & _WORD
