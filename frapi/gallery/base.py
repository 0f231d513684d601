"""The seam between identification and whatever stores its vectors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from frapi.vision.types import Vector


@dataclass(frozen=True, slots=True)
class GalleryKey:
    """One gallery: a tenant's templates under one embedding contract. Galleries never see each other."""

    tenant_id: str
    contract: str


@dataclass(frozen=True, slots=True)
class Neighbor:
    """A gallery entry and its similarity to the probe in -1..1: the inner product of both.

    Attributes:
        entry: the template's number in the store: a gallery knows no names.
    """

    entry: int
    similarity_score: float


@dataclass(frozen=True, slots=True)
class Match:
    """A user and his template's similarity to the probe, at most 1; see :mod:`frapi.vision.similarity`.

    Attributes:
        gallery_size: how many templates he was the nearest of; 1 where he was claimed, not searched for.
    """

    user_id: str
    similarity_score: float
    gallery_size: int = 1


class Gallery(Protocol):
    """Exact nearest-neighbour search. Implementations are thread-safe.

    A gallery is a cache of the sealed template store, which numbers its changes. Before a search, bring it to the
    store's revision: :meth:`load` where :meth:`revision` says None, else :meth:`apply` what has changed since. What it
    finds is a proposal: the store's own template decides, so that no state of the cache can turn anybody into another.
    """

    def revision(self, key: GalleryKey) -> int | None:
        """The store's revision that the gallery of ``key`` has reached; None when it has to be loaded."""
        ...

    def building(self, key: GalleryKey) -> AbstractContextManager[None]:
        """Held around :meth:`load`, so that of many who need one gallery one builds it; ask :meth:`revision` again."""
        ...

    def load(self, key: GalleryKey, templates: Iterable[tuple[int, Vector]], *, revision: int) -> None:
        """Replace the whole gallery of ``key``.

        Args:
            templates: (entry, (D,) float32); entries are 1 or more, each once.
        """
        ...

    def apply(
        self,
        key: GalleryKey,
        *,
        put: Sequence[tuple[int, Vector]],
        remove: Sequence[int],
        since: int,
        revision: int,
    ) -> bool:
        """Take the gallery from revision ``since`` to ``revision``, or leave it alone.

        Args:
            put: entries that are new or have changed.
            remove: entries that are gone; unknown ones are passed over.
        Returns:
            False when the gallery isn't at ``since`` any more: ask for its :meth:`revision` again.
        """
        ...

    def remove(self, key: GalleryKey, entry: int) -> bool:
        """Wipe one entry at once, whatever the gallery's revision, which stays; False when it was not there."""
        ...

    def search(self, key: GalleryKey, probe_l2: Vector, *, top_k: int) -> Sequence[Neighbor]:
        """The ``top_k`` most similar entries, best first; empty when the gallery is empty or not loaded."""
        ...

    def size(self, key: GalleryKey) -> int:
        """Number of entries."""
        ...
