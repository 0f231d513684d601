"""Rates, curves and how sure they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its interval.

    Attributes:
        count: of how many pictures.
        persons: of how many people.
        value: the share; None without pictures.
        low: lower end of the 95 % interval; None where the people are too few to say.
        high: its upper end.
    """

    count: int
    persons: int
    value: float | None
    low: float | None
    high: float | None


def rate_by_person(hits: NDArray[np.bool_], persons: Sequence[str], *, seed: int = 0) -> Rate:
    """The share of hits, its interval by drawing people, not pictures, with replacement.

    Where every picture is a hit, or none is, drawing says nothing: then the interval is that of Wilson over people.
    """
    names, owner = np.unique(np.asarray(persons, dtype=str), return_inverse=True)
    count, people = len(hits), len(names)
    if count == 0:
        return Rate(0, 0, None, None, None)
    value = float(hits.mean())
    if people < 2:
        return Rate(count, people, value, None, None)
    if value in {0.0, 1.0}:
        low, high = wilson(value, people)
        return Rate(count, people, value, low, high)
    per_person = np.bincount(owner, weights=hits.astype(float), minlength=people)
    pictures = np.bincount(owner, minlength=people)
    drawn = np.random.default_rng(seed).integers(people, size=(RESAMPLES, people))
    rates = per_person[drawn].sum(axis=1) / pictures[drawn].sum(axis=1)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(rates, [tail, 1 - tail])
    return Rate(count, people, value, float(low), float(high))


def area_under_curve(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float | None:
    """How often a positive scores above a negative, ties counted half; None without either."""
    if len(positive) == 0 or len(negative) == 0:
        return None
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, side="left")
    up_to = np.searchsorted(ordered, positive, side="right")
    return float((below + up_to).mean() / 2 / len(negative))


def roc_curve(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> NDArray[np.float64]:
    """(K, 3) rows of false positive rate, true positive rate and the threshold that gives them, from strict to lax."""
    limits = np.unique(np.concatenate([positive, negative, [np.inf]]))[::-1]
    true = 1 - np.searchsorted(np.sort(positive), limits, side="left") / max(len(positive), 1)
    false = 1 - np.searchsorted(np.sort(negative), limits, side="left") / max(len(negative), 1)
    return np.stack([false, true, limits], axis=1)


def wilson(value: float, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    z = 1.959964
    middle = (value + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * np.sqrt(value * (1 - value) / count + z * z / (4 * count * count))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))
