"""Faces that resemble everybody: whoever has near neighbours must be the nearer to be himself.

A network takes some faces for rather alike whoever they are; strangers with such faces make most of the false matches.
How *familiar* a face is tells how much it resembles the nearest of some hundred typical faces, the *cohort*. A vector's
length carries it: the more familiar, the shorter. So a plain inner product already ranks templates nearly as well, and
whatever stores or searches vectors needn't know. Two vectors are compared by their distance, 1 - cosine, stretched by
both familiarities: the same picture is always entirely alike, however familiar. Source: score normalisation by a
cohort, as in speaker recognition, and the local scaling of distances of Zelnik-Manor and Perona 2004.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from frapi.vision.types import Vector

Cohort = NDArray[np.float32]

# Familiarity is the mean similarity with so many of the nearest.
NEAREST = 3
# Least familiarity that there is: of 7,750 photographs none fell under 0.904. A vector so unfamiliar keeps its length.
LEAST_FAMILIARITY = 0.90
# Most that is believed of a length: beyond it a neighbour's distance would be the arithmetic's.
MOST_FAMILIARITY = 0.999
# How fast length falls with familiarity. Of 0.3 to 0.7, 0.5 ranks best on Labeled Faces in the Wild, 0.3 on FaceScrub.
POWER = 0.4
# How much the neighbours' distance counts. Of 0.2 to 1, 0.4 is best on Labeled Faces in the Wild (TAR at FMR 1e-4,
# people other than the cohort's), 0.2 to 0.3 on FaceScrub.
STRETCH_POWER = 0.4


def familiarity(vector_l2: Vector, cohort: Cohort) -> float:
    """Mean cosine similarity with the nearest of the cohort.

    Args:
        vector_l2: (D,) of length 1.
        cohort: (K, D), each of length 1.
    """
    return float(np.partition(cohort @ vector_l2, -NEAREST)[-NEAREST:].mean())


def corrected(vector_l2: Vector, cohort: Cohort) -> Vector:
    """Shorten a vector of length 1 by its familiarity; (D,) float32 of a length of at most 1."""
    length = (LEAST_FAMILIARITY / max(familiarity(vector_l2, cohort), LEAST_FAMILIARITY)) ** POWER
    return np.asarray(vector_l2 * np.float32(length), np.float32)


def stretch(lengths: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much distances from vectors of such lengths count: 1 at length 1, more for those that are shorter."""
    familiarities = LEAST_FAMILIARITY * np.minimum(lengths, 1).astype(np.float64) ** (-1 / POWER)
    distances = 1 - np.minimum(familiarities, MOST_FAMILIARITY)
    return np.asarray(((1 - LEAST_FAMILIARITY) / distances) ** STRETCH_POWER, np.float32)
