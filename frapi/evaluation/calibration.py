"""The threshold of a match and the curve of ``confidence`` from an operator's own pictures.

A session compares means of several frames, and those resemble each other more than single frames do, impostors' too. So
everything here is measured on means of several pictures a side.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frapi.evaluation.curves import PAIRS_PER_RATE, interval
from frapi.evaluation.embedding import EmbeddedPicture
from frapi.evaluation.fusion import fuse
from frapi.evaluation.people import by_person
from frapi.evaluation.statistics import Rate, rate_by_person
from frapi.liveness.calibration import CalibratedScale, ImpostorTail, MatchScale
from frapi.vision.similarity import paired_similarities, similarities

Matrix = NDArray[np.float32]
Scores = NDArray[np.float64]

# Fewer people can't tell how their own pictures resemble each other.
MIN_GENUINE_PEOPLE = 30
BOOTSTRAPS = 200
# The tail that is fitted: this share of the impostor comparisons, but no fewer than so many.
TAIL_RATE = 1e-3
MIN_TAIL = 100
_MAX_IMPOSTORS_FITTED = 60_000


class TooFewPeople(ValueError):
    """Says how many are needed."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for.

    Attributes:
        contract: of the embeddings.
        target_fmr: false match rate of one with one.
        target_fpir: share of strangers taken for somebody; None leaves 1:N at the threshold of 1:1.
        photos: pictures fused on each side.
        min_quality_score: pictures under it are left out, as a session leaves them out.
    """

    contract: str
    target_fmr: float
    target_fpir: float | None
    photos: int
    min_quality_score: float
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a calibration rests on.

    Attributes:
        people: with enough pictures for an impostor mean.
        impostor_pairs: ordered comparisons of different people.
        threshold_low, threshold_high: 95 % interval of the threshold, by drawing people.
        fnmr: at the threshold, means of ``genuine_photos`` against as many others of the same person.
        pictures, left_out: used; without a face, or under the quality threshold.
    """

    photos: int
    people: int
    impostor_pairs: int
    threshold_low: float
    threshold_high: float
    genuine_photos: int
    fnmr: Rate
    pictures: int
    left_out: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def people_needed(fmr: float) -> int:
    """How many people give enough pairs of different ones to speak of a false match rate (rule of three)."""
    pairs = PAIRS_PER_RATE / fmr
    return math.ceil((1 + math.sqrt(1 + 8 * pairs)) / 2)


def calibrate(embedded: Mapping[str, EmbeddedPicture], request: Request) -> tuple[CalibratedScale, Evidence]:
    """Choose threshold, tail and confidence.

    Raises:
        TooFewPeople: for the false match rate asked for, or to know how genuine pairs score.
    """
    people = [
        [embedded[path] for path in paths if _usable(embedded[path], request.min_quality_score)]
        for _, paths in sorted(by_person(embedded).items())
    ]
    used = sum(len(pictures) for pictures in people)
    rng = np.random.default_rng(request.seed)
    _demand_impostors(people, request)
    genuine_photos = _demand_genuine(people, request.photos)
    probes, templates = _means(people, request.photos, request.contract, rng, disjoint=False)
    scores = similarities(probes, templates).astype(np.float64)
    impostors = np.sort(scores[~np.eye(len(scores), dtype=bool)])[::-1]
    threshold = _threshold(impostors, request.target_fmr)
    low, high = _threshold_interval(scores, request.target_fmr, rng)
    genuine_probes, genuine_templates = _means(people, genuine_photos, request.contract, rng, disjoint=True)
    genuine = paired_similarities(genuine_probes, genuine_templates)
    slope, center = _confidence(people, request, rng)
    scale = CalibratedScale(
        MatchScale(threshold, center, slope), fit_tail(impostors), request.target_fmr, request.target_fpir
    )
    missed = rate_by_person(genuine < threshold, [str(index) for index in range(len(genuine))])
    return scale, Evidence(
        request.photos,
        len(probes),
        len(impostors),
        low,
        high,
        genuine_photos,
        missed,
        used,
        len(embedded) - used,
    )


def fit_tail(impostors: Scores) -> ImpostorTail:
    """How the highest scores thin out towards a similarity of 1, by Hill's estimator.

    A tail that may end anywhere would fit better, but end too soon where people are few: then a large gallery would
    ask for too little.

    Args:
        impostors: from high to low.
    """
    count = min(max(math.ceil(TAIL_RATE * len(impostors)), MIN_TAIL), len(impostors) - 1)
    start = float(impostors[count])
    distance = np.maximum(1 - impostors[:count], 1e-9)
    power = 1 / max(float(np.log((1 - start) / distance).mean()), 1e-6)
    return ImpostorTail.toward_one(start=start, rate=count / len(impostors), power=power)


def _usable(seen: EmbeddedPicture, min_quality_score: float) -> bool:
    return seen.vector_l2 is not None and seen.quality_score >= min_quality_score


def _demand_impostors(people: Sequence[Sequence[EmbeddedPicture]], request: Request) -> None:
    needed = people_needed(request.target_fmr)
    there = sum(len(pictures) >= request.photos for pictures in people)
    if there >= needed:
        return
    reachable = PAIRS_PER_RATE / max(there * (there - 1) / 2, 1)
    # Rounded up: what is told must be enough when it is asked for.
    advice = f"; they would do for --target-fmr {_round_up(reachable):g}" if reachable < 0.5 else ""
    single = sum(len(pictures) >= 1 for pictures in people)
    raise TooFewPeople(
        f"a false match rate of {request.target_fmr:g} needs {needed} people with {request.photos} usable pictures "
        f"each, and {there} have so many{advice}. With one picture or more there are {single} (--photos)"
    )


def _round_up(rate: float) -> float:
    step = 10.0 ** (math.floor(math.log10(rate)) - 1)
    return math.ceil(rate / step) * step


def _demand_genuine(people: Sequence[Sequence[EmbeddedPicture]], photos: int) -> int:
    """How many pictures a side genuine comparisons can be made of: as many as enough people have."""
    for count in range(photos, 0, -1):
        if sum(len(pictures) >= 2 * count for pictures in people) >= MIN_GENUINE_PEOPLE:
            return count
    several = sum(len(pictures) >= 2 for pictures in people)
    raise TooFewPeople(
        f"{MIN_GENUINE_PEOPLE} people with two usable pictures or more are needed to know how one person's pictures "
        f"resemble each other, and {several} have so many"
    )


def _means(
    people: Sequence[Sequence[EmbeddedPicture]],
    photos: int,
    contract: str,
    rng: np.random.Generator,
    *,
    disjoint: bool,
) -> tuple[Matrix, Matrix]:
    """Two means for everyone with enough pictures; ``disjoint``: of different ones."""
    probes, templates = [], []
    for pictures in people:
        if len(pictures) < (2 * photos if disjoint else photos):
            continue
        order = rng.permutation(len(pictures)).tolist()
        rest = order[photos:] if disjoint else rng.permutation(len(pictures)).tolist()
        probes.append(fuse([pictures[index] for index in order[:photos]], contract))
        templates.append(fuse([pictures[index] for index in rest[:photos]], contract))
    return np.stack(probes), np.stack(templates)


def _threshold(impostors: Scores, fmr: float) -> float:
    """The laxest that at most so large a share reaches: just above the first one too many.

    Args:
        impostors: from high to low.
    """
    return float(np.nextafter(impostors[math.floor(fmr * len(impostors))], 2.0))


def _threshold_interval(scores: Scores, fmr: float, rng: np.random.Generator) -> tuple[float, float]:
    draws = []
    for _ in range(BOOTSTRAPS):
        # One draw for both sides: a person is in a pair as probe or as template.
        drawn = rng.integers(len(scores), size=len(scores))
        different = drawn[:, None] != drawn
        draws.append(_threshold(np.sort(scores[np.ix_(drawn, drawn)][different])[::-1], fmr))
    low, high = interval(np.array(draws)[:, None])
    return float(low[0]), float(high[0])


def _confidence(
    people: Sequence[Sequence[EmbeddedPicture]], request: Request, rng: np.random.Generator
) -> tuple[float, float]:
    """Slope and centre of the logistic curve through means of one to so many pictures, both classes alike."""
    genuine, impostors = [], []
    for count in range(1, request.photos + 1):
        if sum(len(pictures) >= 2 * count for pictures in people) < 2:
            break
        probes, templates = _means(people, count, request.contract, rng, disjoint=True)
        scores = similarities(probes, templates)
        genuine.append(np.diag(scores))
        impostors.append(rng.permutation(scores[~np.eye(len(scores), dtype=bool)])[:_MAX_IMPOSTORS_FITTED])
    return fit_logistic(np.concatenate(genuine).astype(np.float64), np.concatenate(impostors).astype(np.float64))


def fit_logistic(genuine: Scores, impostors: Scores) -> tuple[float, float]:
    """Slope and centre of the logistic curve, by Newton's method on a centred and scaled score.

    A weak pull towards no slope keeps it finite where the classes don't overlap.
    """
    every = np.concatenate([genuine, impostors])
    shift, spread = float(every.mean()), float(every.std()) or 1.0
    design = np.column_stack([(every - shift) / spread, np.ones_like(every)])
    target = np.concatenate([np.ones(len(genuine)), np.zeros(len(impostors))])
    weight = np.where(target == 1, 0.5 / len(genuine), 0.5 / len(impostors))
    pull = np.diag([1e-6, 0.0])
    solution = np.array([1.0, 0.0])
    for _ in range(100):
        predicted = 1 / (1 + np.exp(-np.clip(design @ solution, -500, 500)))
        gradient = design.T @ (weight * (predicted - target)) + pull @ solution
        curvature = design.T @ (design * (weight * predicted * (1 - predicted))[:, None]) + pull
        step = np.linalg.solve(curvature + 1e-9 * np.eye(2), gradient)
        solution -= step * min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-12))
    return float(solution[0] / spread), float(shift - solution[1] / solution[0] * spread)
