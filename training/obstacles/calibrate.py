"""Turn logits into scores whose operating points are the guide's thresholds."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frapi.liveness.types import DEFAULT_OBSTACLE_THRESHOLDS
from frapi.vision.types import Obstacle
from training.obstacles.labels import Label
from training.obstacles.measure import REPORTED, wire_logits

# What the work must show: share of clean frames rejected, share of obstacles missed.
MAX_FALSE_POSITIVES = 0.01
# What is aimed at on calibration people, who lack what misleads most: wide-open mouths look like hands, dark fringes
# like hats.
AIMED_FALSE_POSITIVES = {"glasses": 0.009, "mask": 0.005, "hat": 0.002, "hand_covering": 0.003}
# Added to the logit found: no calibration picture shows the neck below a lifted chin, which on film looks like a hand.
MARGIN = {"glasses": 0.0, "mask": 0.0, "hat": 0.0, "hand_covering": 1.5}
MAX_MISSES = {"glasses": 0.03, "mask": 0.01, "hat": 0.07, "hand_covering": 0.08}


@dataclass(frozen=True, slots=True)
class Sample:
    """Pictures of one kind.

    Attributes:
        logits: (N, 5).
        labels: (N, 6).
        weight: of this kind's obstacles among those of the other kinds.
        real: whether its clean pictures say how often a clean frame is rejected; composites are harsher than cameras.
    """

    logits: NDArray[np.float32]
    labels: NDArray[np.int8]
    weight: float
    real: bool


@dataclass(frozen=True, slots=True)
class Affine:
    """score = sigmoid(scale * logit + offset), per output of the network."""

    scale: NDArray[np.float32]
    offset: NDArray[np.float32]


def calibrate(samples: list[Sample]) -> Affine:
    """Find, per obstacle, the logit that best meets both limits, and the steepness that makes scores probabilities."""
    by_name = {}
    for name, label in REPORTED.items():
        scores, truths, weights = _pooled(samples, name, label)
        cut = _operating_logit(scores, truths, weights, MAX_MISSES[name], AIMED_FALSE_POSITIVES[name])
        cut += MARGIN[name]
        threshold = DEFAULT_OBSTACLE_THRESHOLDS[Obstacle(name)]
        crossing = math.log(threshold / (1 - threshold))
        scale = _steepness(scores - cut, truths, weights, crossing)
        by_name[name] = (scale, crossing - scale * cut)
        print(f"{name}: operating logit {cut:.2f}, scale {scale:.2f}")
    order = ("glasses", "glasses", "mask", "hat", "hand_covering")
    return Affine(np.float32([by_name[name][0] for name in order]), np.float32([by_name[name][1] for name in order]))


def _pooled(
    samples: list[Sample], name: str, label: Label
) -> tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.float64]]:
    scores, truths, weights = [], [], []
    for sample in samples:
        known = sample.labels[:, label] >= 0
        truth = sample.labels[known, label] == 1
        scores.append(wire_logits(sample.logits)[name][known])
        truths.append(truth)
        share = np.where(truth, 1 / max(truth.sum(), 1), 1 / max((~truth).sum(), 1))
        # A kind with a handful of positives says little about misses.
        trust = np.where(truth, min(truth.sum() / 50, 1), float(sample.real))
        weights.append(share * trust * sample.weight)
    return np.concatenate(scores), np.concatenate(truths), np.concatenate(weights)


def _operating_logit(
    scores: NDArray[np.float32],
    truths: NDArray[np.bool_],
    weights: NDArray[np.float64],
    max_misses: float,
    aimed: float,
) -> float:
    """The logit at which the worse of both error rates, each over its limit, is least; of many such, the middle.

    Rejecting too many clean frames is out of the question, however many obstacles are missed for it.
    """
    candidates = np.linspace(scores.min(), scores.max(), 4001)
    false = _share_above(scores[~truths], weights[~truths], candidates)
    missed = 1 - _share_above(scores[truths], weights[truths], candidates)
    worst = np.maximum(false / MAX_FALSE_POSITIVES, missed / max_misses)
    worst[false > aimed] = np.inf
    best = np.nonzero(worst <= worst.min() + 0.02)[0]
    return float(candidates[best].mean())


def _share_above(
    scores: NDArray[np.float32], weights: NDArray[np.float64], limits: NDArray[np.float64]
) -> NDArray[np.float64]:
    order = np.argsort(scores)
    total = np.concatenate([[0.0], np.cumsum(weights[order])])
    return np.asarray(1 - total[np.searchsorted(scores[order], limits, side="right")] / total[-1])


def _steepness(
    offsets: NDArray[np.float32], truths: NDArray[np.bool_], weights: NDArray[np.float64], crossing: float
) -> float:
    """Maximum likelihood over a grid; the crossing stays where it is."""
    grid = np.geomspace(0.2, 3.0, 60)
    losses = []
    for scale in grid:
        z = np.clip(scale * offsets + crossing, -30, 30)
        losses.append(float((weights * np.logaddexp(0, np.where(truths, -z, z))).sum()))
    return float(grid[int(np.argmin(losses))])
