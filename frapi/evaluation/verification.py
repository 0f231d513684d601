"""1:1: how often the right person is taken for himself, and somebody else for him."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from frapi.evaluation.curves import (
    ErrorCurve,
    Estimate,
    bootstrap,
    error_curve,
    fold_accuracies,
    rate_of_pairs,
    supports,
)
from frapi.evaluation.embedding import EmbeddedPicture, count_failures
from frapi.evaluation.pairs import Pair, group_of, people_of_pairs
from frapi.evaluation.statistics import Rate
from frapi.vision.similarity import paired_similarities

FMRS = (1e-2, 1e-3, 1e-4)
# Points of the curve that are told; the whole curve has one for every score.
CURVE_POINTS = 200
WORST_SHOWN = 18


@dataclass(frozen=True, slots=True, eq=False)
class ScoredPairs:
    """Pairs with their similarity.

    Attributes:
        scores: -inf where one of the pictures has no embedding.
        people: (n, 2) index of each side's person.
    """

    pairs: Sequence[Pair]
    scores: np.ndarray[Any, np.dtype[np.float64]]
    same: np.ndarray[Any, np.dtype[np.bool_]]
    people: np.ndarray[Any, np.dtype[np.intp]]

    def where(self, chosen: np.ndarray[Any, np.dtype[np.bool_]]) -> ScoredPairs:
        """Some of them."""
        kept = [pair for pair, keep in zip(self.pairs, chosen.tolist(), strict=True) if keep]
        return ScoredPairs(kept, self.scores[chosen], self.same[chosen], self.people[chosen])


@dataclass(frozen=True, slots=True)
class AtFmr:
    """What a target false match rate gives; ``tar`` is None when there are too few pairs to speak of it."""

    fmr: float
    threshold: float | None
    tar: Estimate | None


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """Both error rates at one threshold.

    Attributes:
        name: whose they are.
    """

    name: str
    fmr: Rate
    fnmr: Rate


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """The figures of one pair file.

    Attributes:
        genuine, impostors: pairs in the file.
        failures: reason -> pictures without an embedding.
        genuine_failed: genuine pairs with such a picture; they count as not matched.
        impostors_failed: impostor pairs with one; they are left out.
        accuracy: at the threshold that is best on these very pairs, which flatters.
        folds: accuracy of each fold, at the threshold that is best on the others.
        threshold: at which groups are compared.
        at_threshold: all pairs, then each group's.
        server_threshold: what the server asks for; None where nothing is known about the contract's scores.
        at_server: all pairs at that threshold.
        curve: rows of threshold, FMR, FNMR.
    """

    contract: str
    pictures: int
    people: int
    genuine: int
    impostors: int
    failures: Mapping[str, int]
    genuine_failed: int
    impostors_failed: int
    eer: Estimate
    eer_threshold: float
    at_fmr: tuple[AtFmr, ...]
    accuracy: Estimate
    accuracy_threshold: float
    folds: tuple[float, ...]
    threshold: float
    at_threshold: tuple[AtThreshold, ...]
    server_threshold: float | None
    at_server: AtThreshold | None
    curve: tuple[tuple[float, float, float], ...]

    @property
    def fold_accuracy(self) -> tuple[float, float] | None:
        """Mean over the folds and its standard error, as LFW reports it; None without folds."""
        if len(self.folds) < 2:
            return None
        return float(np.mean(self.folds)), float(np.std(self.folds, ddof=1) / np.sqrt(len(self.folds)))

    def to_json(self) -> dict[str, Any]:
        fold = self.fold_accuracy
        return {**asdict(self), "fold_accuracy": fold and {"mean": fold[0], "standard_error": fold[1]}}


def score_pairs(pairs: Sequence[Pair], embedded: Mapping[str, EmbeddedPicture]) -> ScoredPairs:
    """Compare the two pictures of each pair.

    Raises:
        ValueError: the pairs contradict each other.
    """
    person_of = people_of_pairs(pairs)
    number = {person: index for index, person in enumerate(dict.fromkeys(person_of.values()))}
    scores = np.full(len(pairs), -np.inf)
    for index, pair in enumerate(pairs):
        first, second = embedded[pair.first].vector_l2, embedded[pair.second].vector_l2
        if first is not None and second is not None:
            scores[index] = float(paired_similarities(first[None], second[None])[0])
    people = np.array([[number[person_of[pair.first]], number[person_of[pair.second]]] for pair in pairs], np.intp)
    return ScoredPairs(pairs, scores, np.array([pair.same for pair in pairs], np.bool_), people)


def measure_verification(
    scored: ScoredPairs,
    embedded: Mapping[str, EmbeddedPicture],
    *,
    contract: str,
    groups: Mapping[str, str],
    threshold: float | None,
    server_threshold: float | None,
) -> VerificationResult:
    """The figures of scored pairs.

    Args:
        threshold: at which groups are compared; None: that of the strictest false match rate that the pairs support.
        server_threshold: what the server asks for.
    Raises:
        ValueError: genuine or impostor pairs are missing, or none could be scored.
    """
    failed = np.isneginf(scored.scores)
    used = scored.where(scored.same | ~failed)
    curve = error_curve(used.scores, used.same)
    impostors = int((~used.same).sum())
    eer, accuracy, *tars = bootstrap(used.scores, used.same, used.people, _figures)
    at_fmr = tuple(
        AtFmr(fmr, float(curve.thresholds[curve.at_fmr(fmr)]), tar)
        if supports(impostors, fmr)
        else AtFmr(fmr, None, None)
        for fmr, tar in zip(FMRS, tars, strict=True)
    )
    if threshold is None:
        supported = [each.threshold for each in at_fmr if each.threshold is not None]
        threshold = supported[-1] if supported else curve.equal_error()[1]
    return VerificationResult(
        contract=contract,
        pictures=len(embedded),
        people=len(np.unique(scored.people)),
        genuine=int(scored.same.sum()),
        impostors=int((~scored.same).sum()),
        failures=count_failures(embedded),
        genuine_failed=int((failed & scored.same).sum()),
        impostors_failed=int((failed & ~scored.same).sum()),
        eer=eer,
        eer_threshold=curve.equal_error()[1],
        at_fmr=at_fmr,
        accuracy=accuracy,
        accuracy_threshold=curve.best_accuracy()[1],
        folds=_folds(used),
        threshold=threshold,
        at_threshold=tuple(_at_threshold(used, groups, threshold)),
        server_threshold=server_threshold,
        at_server=None if server_threshold is None else _rates("all", used, server_threshold),
        curve=tuple(_thinned(curve)),
    )


def worst_pairs(scored: ScoredPairs, *, same: bool) -> list[tuple[Pair, float]]:
    """The genuine pairs that resemble each other least, or the impostor pairs that do so most; scored ones only."""
    chosen = np.flatnonzero((scored.same == same) & np.isfinite(scored.scores))
    order = chosen[np.argsort(scored.scores[chosen] * (1 if same else -1), kind="stable")]
    return [(scored.pairs[index], float(scored.scores[index])) for index in order[:WORST_SHOWN]]


def _figures(curve: ErrorCurve) -> list[float]:
    return [
        curve.equal_error()[0],
        curve.best_accuracy()[0],
        *(float(curve.tar[curve.at_fmr(fmr)]) for fmr in FMRS),
    ]


def _folds(used: ScoredPairs) -> tuple[float, ...]:
    folds = [pair.fold for pair in used.pairs]
    if None in folds or len(set(folds)) < 2:
        return ()
    return tuple(fold_accuracies(used.scores, used.same, np.array(folds, np.intp)))


def _at_threshold(used: ScoredPairs, groups: Mapping[str, str], threshold: float) -> Iterable[AtThreshold]:
    """All pairs; then, for each group, the pairs both of whose sides belong to it."""
    yield _rates("all", used, threshold)
    sides = [(group_of(pair.first, groups), group_of(pair.second, groups)) for pair in used.pairs]
    for group in sorted({side for both in sides for side in both if side is not None}):
        inside = np.array([both == (group, group) for both in sides], np.bool_)
        yield _rates(group, used.where(inside), threshold)


def _rates(name: str, used: ScoredPairs, threshold: float) -> AtThreshold:
    accepted = used.scores >= threshold
    return AtThreshold(
        name,
        rate_of_pairs(accepted[~used.same], used.people[~used.same]),
        rate_of_pairs(~accepted[used.same], used.people[used.same]),
    )


def _thinned(curve: ErrorCurve) -> Iterable[tuple[float, float, float]]:
    """As many points as a plot needs, close together where both errors are small."""
    last = len(curve.thresholds) - 1
    kept = (
        np.unique(np.rint(np.linspace(0, last, CURVE_POINTS)).astype(int)) if last > CURVE_POINTS else range(last + 1)
    )
    # The first false matches are single steps: a thinned curve would jump over them.
    steps = np.flatnonzero(np.diff(curve.fmr) > 0)[:50] + 1
    for index in np.unique(np.concatenate([np.asarray(kept, int), steps])):
        yield float(curve.thresholds[index]), float(curve.fmr[index]), float(1 - curve.tar[index])
