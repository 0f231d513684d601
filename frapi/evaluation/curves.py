"""Scores of pairs become error rates, thresholds, and how sure they are.

A pair matches when its score is at or above a threshold; one that could not be scored has -inf and never matches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frapi.evaluation.statistics import CONFIDENCE, RESAMPLES, Rate, wilson

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
# Rule of three: without a single false match among n, the rate lies under 3/n with 95 % confidence. So fewer than 3/f
# pairs can't support a rate of f.
PAIRS_PER_RATE = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class ErrorCurve:
    """Both error rates at every threshold, from strict to lax; the first accepts nothing.

    Attributes:
        thresholds: in the middle between the last score accepted and the first refused.
        fmr: false match rate there.
        tar: true accept rate, 1 - FNMR.
        genuine, impostors: weight of each class.
    """

    thresholds: Floats
    fmr: Floats
    tar: Floats
    genuine: float
    impostors: float

    def at_fmr(self, target: float) -> int:
        """Index of the laxest threshold whose false match rate is at most ``target``."""
        return int(np.searchsorted(self.fmr, target, side="right")) - 1

    def equal_error(self) -> tuple[float, float]:
        """Rate at which both errors are equal, or nearest to it, and its threshold."""
        miss = 1 - self.tar
        index = int(np.argmin(np.abs(self.fmr - miss)))
        return float((self.fmr[index] + miss[index]) / 2), float(self.thresholds[index])

    def best_accuracy(self) -> tuple[float, float]:
        """Largest share of right answers that a threshold gives, and the threshold."""
        right = self.tar * self.genuine + (1 - self.fmr) * self.impostors
        index = int(np.argmax(right))
        return float(right[index] / (self.genuine + self.impostors)), float(self.thresholds[index])


def error_curve(scores: Floats, same: Flags, weights: Floats | None = None) -> ErrorCurve:
    """The curve of scored pairs.

    Args:
        scores: (n,) -inf where a pair could not be scored.
        same: (n,) the pair shows one person.
        weights: (n,) how often each counts; None: once.
    Raises:
        ValueError: there is no pair of one of the classes.
    """
    order = np.argsort(-scores, kind="stable")
    weights = np.ones(len(scores)) if weights is None else weights
    sorted_scores, genuine, impostor = scores[order], (weights * same)[order], (weights * ~same)[order]
    genuine_sum, impostor_sum = float(genuine.sum()), float(impostor.sum())
    if genuine_sum == 0 or impostor_sum == 0:
        raise ValueError("genuine and impostor pairs are both needed")
    # Where scores are equal, all of them are accepted together.
    next_scores = np.append(sorted_scores[1:], -np.inf)
    ends = (sorted_scores > next_scores) & np.isfinite(sorted_scores)
    below = np.where(np.isfinite(next_scores), next_scores, sorted_scores - 1e-3)
    top = float(np.nextafter(sorted_scores[0], np.inf)) if np.isfinite(sorted_scores[0]) else 1.0
    return ErrorCurve(
        np.concatenate([[top], ((sorted_scores + below) / 2)[ends]]),
        np.concatenate([[0.0], np.cumsum(impostor)[ends] / impostor_sum]),
        np.concatenate([[0.0], np.cumsum(genuine)[ends] / genuine_sum]),
        genuine_sum,
        impostor_sum,
    )


def supports(pairs: int, rate: float) -> bool:
    """Whether so many impostor pairs can speak of such a false match rate."""
    return pairs * rate >= PAIRS_PER_RATE


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval; None where there are too few people for one."""

    value: float
    low: float | None
    high: float | None

    @classmethod
    def of_share(cls, value: float, low: float, high: float, people: int) -> Estimate:
        """Where a share is none or all, drawing people says nothing: then the interval is Wilson's over people."""
        return cls(value, *wilson(value, people)) if value in {0.0, 1.0} else cls(value, low, high)


def drawn_weights(people: NDArray[np.intp], *, seed: int = 0, draws: int = RESAMPLES) -> Iterator[Floats]:
    """Draw people, not pairs, with replacement: how often each pair counts in each draw.

    A pair of two people counts as often as both were drawn together: pairs that share a person aren't independent.

    Args:
        people: (n, 2) index of each side's person.
    """
    count = int(people.max()) + 1
    rng = np.random.default_rng(seed)
    own = people[:, 0] == people[:, 1]
    for _ in range(draws):
        times = np.bincount(rng.integers(count, size=count), minlength=count).astype(np.float64)
        yield np.where(own, times[people[:, 0]], times[people[:, 0]] * times[people[:, 1]])


def bootstrap(
    scores: Floats, same: Flags, people: NDArray[np.intp], figures: Callable[[ErrorCurve], Sequence[float]]
) -> list[Estimate]:
    """Figures of the curve, each a share, with intervals by person."""
    values, persons = figures(error_curve(scores, same)), len(np.unique(people[same]))
    if persons < 2:
        return [Estimate(value, None, None) for value in values]
    drawn = [
        figures(error_curve(scores, same, weights))
        for weights in drawn_weights(people)
        if (weights * same).any() and (weights * ~same).any()
    ]
    low, high = interval(np.array(drawn))
    return [Estimate.of_share(*each, persons) for each in zip(values, low.tolist(), high.tolist(), strict=True)]


def interval(drawn: Floats) -> tuple[Floats, Floats]:
    """Lower and upper ends of the 95 % interval of each column."""
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return low, high


def rate_of_pairs(hits: Flags, people: NDArray[np.intp]) -> Rate:
    """The share of hits among pairs, with its interval by person; Wilson's over people where all hit, or none."""
    count, persons = len(hits), len(np.unique(people))
    if count == 0:
        return Rate(0, 0, None, None, None)
    value = float(hits.mean())
    if persons < 2:
        return Rate(count, persons, value, None, None)
    if value in {0.0, 1.0}:
        return Rate(count, persons, value, *wilson(value, min(count, persons)))
    _, compact = np.unique(people, return_inverse=True)
    rates = [
        float((weights * hits).sum() / weights.sum())
        for weights in drawn_weights(compact.reshape(people.shape))
        if weights.any()
    ]
    low, high = interval(np.array(rates))
    return Rate(count, persons, value, float(low), float(high))


def fold_accuracies(scores: Floats, same: Flags, folds: NDArray[np.intp]) -> list[float]:
    """Of each fold, at the threshold that is best on all the others.

    Raises:
        ValueError: a fold's others lack one of the classes.
    """
    accuracies = []
    for fold in np.unique(folds):
        inside = folds == fold
        _, threshold = error_curve(scores[~inside], same[~inside]).best_accuracy()
        accuracies.append(float(((scores[inside] >= threshold) == same[inside]).mean()))
    return accuracies
