"""Faces that resemble everybody: what they have in common with others counts for less.

A network takes some faces for rather alike whoever they are; strangers with such faces make most of the false matches.
So a face's vector is shortened by how familiar it is: how much it resembles the nearest of some hundred typical faces,
the *cohort*. Then the inner product of two vectors is their cosine similarity corrected for both, and whatever searches
or compares vectors needn't know. Source: score normalisation by a cohort, as in speaker recognition.
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
# How much familiarity counts. Of 0.3 to 0.7, 0.5 is best on Labeled Faces in the Wild (whose people half the cohort
# comes from, others than were measured), 0.3 on FaceScrub.
POWER = 0.4


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
