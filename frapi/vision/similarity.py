"""How alike two faces are: the one definition that every comparison shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from frapi.vision.cohort import stretch
from frapi.vision.types import Embedding

Vectors = NDArray[np.float32]


def similarity(first: Embedding, second: Embedding) -> float:
    """What decides a match: 1 is the same vector, the cosine where neither contract has a cohort.

    With one, the distance 1 - cosine counts for more the more familiar both faces are: whoever has many neighbours
    must be the nearer. See :mod:`frapi.vision.cohort`.

    Raises:
        ValueError: the contracts differ; such vectors have nothing in common.
    """
    return float(paired_similarities(*_vectors(first, second))[0])


def cosine_similarity(first: Embedding, second: Embedding) -> float:
    """The cosine alone, for frames of one session, in -1..1.

    Raises:
        ValueError: the contracts differ.
    """
    (one,), (other,) = _vectors(first, second)
    return float(one @ other / max(float(np.linalg.norm(one) * np.linalg.norm(other)), 1e-9))


def similarities(probes: Vectors, templates: Vectors) -> Vectors:
    """Of every probe with every template, as :func:`similarity`.

    Args:
        probes: (P, D), each of an embedding.
        templates: (N, D), of the same contract.
    Returns:
        (P, N) float32.
    """
    lengths, others = _lengths(probes), _lengths(templates)
    cosines = (probes / lengths[:, None]) @ (templates / others[:, None]).T
    return np.asarray(1 - (1 - cosines) * stretch(lengths)[:, None] * stretch(others), np.float32)


def paired_similarities(first: Vectors, second: Vectors) -> Vectors:
    """Of each vector with the one in the same row; both (N, D), the result (N,) float32."""
    lengths, others = _lengths(first), _lengths(second)
    cosines = (first * second).sum(axis=1) / (lengths * others)
    return np.asarray(1 - (1 - cosines) * stretch(lengths) * stretch(others), np.float32)


def _lengths(vectors: Vectors) -> Vectors:
    return np.asarray(np.maximum(np.linalg.norm(vectors, axis=1), 1e-9), np.float32)


def _vectors(first: Embedding, second: Embedding) -> tuple[Vectors, Vectors]:
    if first.contract != second.contract:
        raise ValueError(f"embedding contracts differ: {first.contract} and {second.contract}")
    return first.vector_l2[None], second.vector_l2[None]
