"""What the quality score is worth: does a genuine comparison survive the damage?

``frapi.vision.quality.SurvivalModel`` takes its weights from here.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import faces
from frapi.vision.embed import CONTRACT
from frapi.vision.quality import SurvivalModel
from frapi.vision.similarity import similarity
from frapi.vision.types import Embedding

Values = NDArray[np.float64]

# FMR 1e-4 between single photographs (benchmarks/recognition.py): a comparison above it counts as a match.
MATCH_SIMILARITY = 0.9065
MAX_MATES = 4
# Whole photographs always survive; so many of them stand beside the damaged ones.
WHOLE_SHARE = 0.15
BINS = (0.0, 0.2, 0.4, 0.5, 0.6, 0.65, 0.7, 0.8, 0.9, 1.0)
THRESHOLD = 0.65
SEED = 0

COMPONENTS = [field.name for field in fields(SurvivalModel) if field.name != "intercept"]


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """Genuine comparisons that match while the probe is whole.

    Attributes:
        lost: (n, 4) what the probe lost of each component.
        survived: (n,) whether the comparison still matches.
        person: (n,) whose.
        whole: (n,) the probe was not damaged.
    """

    lost: Values
    survived: NDArray[np.bool_]
    person: NDArray[np.str_]
    whole: NDArray[np.bool_]


def run(data: Path) -> None:
    """Fit on half of the people, print how it holds on the other half."""
    comparisons = _compare(data)
    rng = np.random.default_rng(SEED)
    people = rng.permutation(np.unique(comparisons.person))
    training = np.isin(comparisons.person, people[: len(people) // 2])
    kept = ~comparisons.whole | (rng.random(len(comparisons.whole)) < WHOLE_SHARE)
    weights, intercept = _fit(comparisons.lost[training & kept], comparisons.survived[training & kept])
    print(f"Fitted on {int((training & kept).sum())} comparisons: intercept {intercept:.2f}")
    print(", ".join(f"{name} {weight:.2f}" for name, weight in zip(COMPONENTS, weights, strict=True)))
    score = 1 / (1 + np.exp(comparisons.lost @ weights - intercept))
    test = ~training & kept
    print(f"\nOther people, {int(test.sum())} comparisons:\n\n| score | n | survive |\n|---|---|---|")
    for low, high in pairwise(BINS):
        inside = test & (score >= low) & (score < high)
        print(f"| {low:.2f} to {high:.2f} | {int(inside.sum())} | {comparisons.survived[inside].mean():.2f} |")
    above, below = test & (score >= THRESHOLD), test & (score < THRESHOLD)
    print(f"\nAt {THRESHOLD} and above {comparisons.survived[above].mean():.3f} survive, below it")
    print(f"{comparisons.survived[below].mean():.3f}; of the whole photographs")
    print(f"{(score[comparisons.whole] < THRESHOLD).mean():.4f} fall below.")


def _compare(data: Path) -> Comparisons:
    whole: dict[str, dict[str, faces.Face]] = {}
    for face in faces.whole(data):
        whole.setdefault(face.person, {})[face.file] = face
    rows = []
    for probe in faces.damaged(data):
        before = whole[probe.person][probe.file]
        mates = [mate for file, mate in whole[probe.person].items() if file != probe.file][:MAX_MATES]
        for mate in mates:
            if _similarity(before, mate) >= MATCH_SIMILARITY:
                survived = _similarity(probe, mate) >= MATCH_SIMILARITY
                rows += [(_lost(probe), survived, probe.person, False), (_lost(before), True, probe.person, True)]
    lost, survived_all, person, is_whole = zip(*rows, strict=True)
    return Comparisons(np.array(lost), np.array(survived_all), np.array(person), np.array(is_whole))


def _similarity(one: faces.Face, other: faces.Face) -> float:
    return similarity(Embedding(one.embedding_l2, CONTRACT), Embedding(other.embedding_l2, CONTRACT))


def _lost(face: faces.Face) -> list[float]:
    return [1 - face.components[name] for name in COMPONENTS]


def _fit(lost: Values, survived: NDArray[np.bool_], *, steps: int = 30_000, rate: float = 1.0) -> tuple[Values, float]:
    """Logistic regression by gradient descent; no component may help by being worse."""
    weights, intercept = np.zeros(lost.shape[1]), 2.0
    for _ in range(steps):
        residual = 1 / (1 + np.exp(lost @ weights - intercept)) - survived
        intercept -= rate * residual.mean()
        weights = np.maximum(weights + rate * (lost * residual[:, None]).mean(axis=0), 0)
    return weights, float(intercept)
