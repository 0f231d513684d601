"""The seam between identification and whatever stores its vectors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from frapi.vision.types import Vector


@dataclass(frozen=True, slots=True)
class GalleryKey:
    """One gallery: a tenant's templates under one embedding contract. Galleries never see each other."""

    tenant_id: str
    contract: str


@dataclass(frozen=True, slots=True)
class Match:
    """A gallery entry and its cosine similarity to the probe in -1..1."""

    user_id: str
    similarity_score: float


class Gallery(Protocol):
    """Exact nearest-neighbour search. Implementations are thread-safe.

    The gallery is a cache of the sealed template store: :meth:`load` builds it, the template services keep it current.
    """

    def is_loaded(self, key: GalleryKey, *, revision: int) -> bool:
        """Whether the gallery holds the template store's ``revision`` of ``key``."""
        ...

    def load(self, key: GalleryKey, templates: Iterable[tuple[str, Vector]], *, revision: int) -> None:
        """Replace the whole gallery of ``key``.

        Args:
            templates: (user_id, (D,) float32 unit vector), one per user.
        """
        ...

    def put(self, key: GalleryKey, user_id: str, template_l2: Vector, *, revision: int) -> None:
        """Add or replace one user's template."""
        ...

    def remove(self, key: GalleryKey, user_id: str, *, revision: int) -> bool:
        """Remove one user; False when he was not there."""
        ...

    def search(self, key: GalleryKey, probe_l2: Vector, *, top_k: int) -> Sequence[Match]:
        """The ``top_k`` most similar users, best first; empty when the gallery is empty."""
        ...

    def size(self, key: GalleryKey) -> int:
        """Number of users in the gallery."""
        ...
