"""Several pictures of one person become one vector, as a session fuses its frames."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from frapi.evaluation.embedding import EmbeddedPicture
from frapi.vision.embed import unit
from frapi.vision.types import Vector

# A quality of 0 is possible in an archive; a picture must still count for something.
_LEAST_WEIGHT = 1e-3


def fuse(pictures: Sequence[EmbeddedPicture]) -> Vector:
    """The mean weighted by quality, a unit vector.

    Raises:
        ValueError: there is no vector among them.
    """
    pairs = [(seen.vector_l2, seen.quality_score) for seen in pictures if seen.vector_l2 is not None]
    if not pairs:
        raise ValueError("there is nothing to fuse")
    weights = np.array([max(quality, _LEAST_WEIGHT) for _, quality in pairs])
    return unit(np.average(np.stack([vector for vector, _ in pairs]), axis=0, weights=weights).astype(np.float32))
