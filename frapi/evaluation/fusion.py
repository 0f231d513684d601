"""Several pictures of one person become one vector, as a session fuses its frames."""

from __future__ import annotations

from collections.abc import Sequence

from frapi.evaluation.embedding import EmbeddedPicture
from frapi.vision.embed import fuse_embeddings
from frapi.vision.types import Embedding, Vector

# A quality of 0 is possible in an archive; a picture must still count for something.
_LEAST_WEIGHT = 1e-3


def fuse(pictures: Sequence[EmbeddedPicture], contract: str) -> Vector:
    """The mean weighted by quality, as vectors of ``contract`` are compared.

    Raises:
        ValueError: there is no vector among them.
    """
    pairs = [(seen.vector_l2, seen.quality_score) for seen in pictures if seen.vector_l2 is not None]
    weights = [max(quality, _LEAST_WEIGHT) for _, quality in pairs]
    return fuse_embeddings([Embedding(vector, contract) for vector, _ in pairs], weights).vector_l2
