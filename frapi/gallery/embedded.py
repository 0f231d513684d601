"""Exact search in this process's memory."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from frapi.gallery.base import GalleryKey, Match
from frapi.vision.types import Vector

INITIAL_ROWS = 16


class EmbeddedGallery:
    """A :class:`~frapi.gallery.base.Gallery`: one matrix per key, searched with one product.

    A gallery that was never loaded holds nothing; a change to it is dropped, for :meth:`load` will bring it. A change
    whose revision doesn't follow the last one was preceded by changes that were made elsewhere: the gallery keeps its
    old revision, so that :meth:`is_loaded` asks for a reload. Removals take effect in any case.
    """

    def __init__(self) -> None:
        self._shelves: dict[GalleryKey, _Shelf] = {}
        self._lock = threading.Lock()

    def is_loaded(self, key: GalleryKey, *, revision: int) -> bool:
        with self._lock:
            shelf = self._shelves.get(key)
            return shelf is not None and shelf.revision == revision

    def load(self, key: GalleryKey, templates: Iterable[tuple[str, Vector]], *, revision: int) -> None:
        shelf = _Shelf(revision)
        for user_id, template_l2 in templates:
            shelf.put(user_id, template_l2)
        with self._lock:
            self._shelves[key] = shelf

    def put(self, key: GalleryKey, user_id: str, template_l2: Vector, *, revision: int) -> None:
        with self._lock:
            shelf = self._shelves.get(key)
            if shelf is not None and revision == shelf.revision + 1:
                shelf.put(user_id, template_l2)
                shelf.revision = revision

    def remove(self, key: GalleryKey, user_id: str, *, revision: int) -> bool:
        with self._lock:
            shelf = self._shelves.get(key)
            if shelf is None:
                return False
            if revision == shelf.revision + 1:
                shelf.revision = revision
            return shelf.remove(user_id)

    def search(self, key: GalleryKey, probe_l2: Vector, *, top_k: int) -> Sequence[Match]:
        with self._lock:
            shelf = self._shelves.get(key)
            return shelf.search(probe_l2, top_k) if shelf is not None else ()

    def size(self, key: GalleryKey) -> int:
        with self._lock:
            shelf = self._shelves.get(key)
            return len(shelf.user_ids) if shelf is not None else 0


@dataclass(slots=True)
class _Shelf:
    """One gallery. Row ``i`` of ``matrix`` belongs to ``user_ids[i]``; rows past the last user are free."""

    revision: int
    matrix: Vector | None = None
    user_ids: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)

    def put(self, user_id: str, template_l2: Vector) -> None:
        row = self.rows.get(user_id)
        if row is None:
            row = len(self.user_ids)
            self.user_ids.append(user_id)
            self.rows[user_id] = row
        self._with_room_for(row, template_l2.shape[0])[row] = template_l2

    def remove(self, user_id: str) -> bool:
        """Fill the gap with the last row, and wipe that: an erased face leaves no copy in memory."""
        row = self.rows.pop(user_id, None)
        if row is None or self.matrix is None:
            return False
        last_user = self.user_ids.pop()
        last_row = len(self.user_ids)
        if row != last_row:
            self.matrix[row] = self.matrix[last_row]
            self.user_ids[row] = last_user
            self.rows[last_user] = row
        self.matrix[last_row] = 0
        return True

    def search(self, probe_l2: Vector, top_k: int) -> Sequence[Match]:
        count = len(self.user_ids)
        if self.matrix is None or count == 0 or top_k < 1:
            return ()
        scores = self.matrix[:count] @ probe_l2.astype(np.float32, copy=False)
        wanted = min(top_k, count)
        best = np.argpartition(-scores, wanted - 1)[:wanted]
        best = best[np.argsort(-scores[best], kind="stable")]
        return tuple(Match(self.user_ids[row], float(scores[row])) for row in best)

    def _with_room_for(self, row: int, dimension: int) -> Vector:
        if self.matrix is None:
            self.matrix = np.zeros((INITIAL_ROWS, dimension), np.float32)
        elif row == self.matrix.shape[0]:
            grown = np.zeros((2 * row, self.matrix.shape[1]), np.float32)
            grown[:row] = self.matrix
            self.matrix = grown
        return self.matrix
