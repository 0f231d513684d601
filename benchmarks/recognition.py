"""What similarities mean: impostor and genuine scores of photographs, all against all.

``frapi.liveness.scoring`` takes its threshold, its tail and its confidence curve from here. Vectors are corrected by a
cohort of other people than are measured: each half of the people gets the cohort of the other half.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import faces
from frapi.vision.cohort import Cohort, corrected
from frapi.vision.embed import unit
from frapi.vision.similarity import similarities
from training import cohort

Matrix = NDArray[np.float32]
Scores = NDArray[np.float32]

FMRS = (1e-2, 1e-3, 1e-4, 1e-5)
BOOTSTRAPS = 200
SEED = 0
# Photographs fused into one vector, as a session fuses its frames.
FUSED = 3
# Where the tail of the fused impostors begins.
TAIL_RATE = 1e-3


@dataclass(frozen=True, slots=True)
class Half:
    """Half of an archive's people.

    Attributes:
        people: each (n, D), the vectors of one person's photographs, of length 1.
        cohort: of the other half; None leaves vectors as they are.
    """

    people: Sequence[Matrix]
    cohort: Cohort | None

    def finished(self, vector: Matrix) -> Matrix:
        """As a session would compare it."""
        vector_l2 = unit(vector)
        return vector_l2 if self.cohort is None else corrected(vector_l2, self.cohort)


def run(data: Path) -> None:
    """Print rates for single photographs, with and without the cohort, then what scoring needs of fused ones."""
    frames = {"LFW": _halves(faces.embeddings(data)), "close-ups": _halves(faces.close_ups(data))}
    photographs = {
        "LFW": _halves(faces.embeddings(data, thorough=True)),
        "close-ups": _halves(faces.close_ups(data, thorough=True)),
    }
    cohorts = [cohort.build([*frames["LFW"][1 - half], *frames["close-ups"][1 - half]]) for half in range(2)]
    print("| archive | vectors | people | genuine pairs | impostor pairs | TAR at FMR 1e-2 | 1e-3 | 1e-4 | 1e-5 |")
    print("|---|---|---|---|---|---|---|---|---|")
    for archive, halves in frames.items():
        _single(archive, "of a session, cosine alone", [Half(people, None) for people in halves])
        _single(archive, "of a session", _with(cohorts, halves))
        _single(archive, "of a photograph by itself", _with(cohorts, photographs[archive]))
    measured = _with(cohorts, frames["LFW"])
    print(f"\n## Means of {FUSED} photographs, cosine alone\n")
    _fused([Half(half.people, None) for half in measured])
    print(f"\n## Means of {FUSED} photographs\n")
    _fused(measured)
    _confidence(measured)


def _with(cohorts: Sequence[Cohort], halves: Sequence[Sequence[Matrix]]) -> list[Half]:
    return [Half(people, each) for people, each in zip(halves, cohorts, strict=True)]


def _halves(by_person: Mapping[str, Matrix]) -> tuple[list[Matrix], list[Matrix]]:
    order = np.random.default_rng(SEED).permutation(sorted(by_person))
    first, second = (
        [np.stack([unit(vector) for vector in by_person[person]]) for person in order[number::2]] for number in range(2)
    )
    return first, second


def _single(archive: str, title: str, halves: Sequence[Half]) -> None:
    genuine, impostors = [], []
    for half in halves:
        everyone = np.stack([half.finished(vector) for vectors in half.people for vector in vectors])
        person = np.repeat(np.arange(len(half.people)), [len(vectors) for vectors in half.people])
        upper = np.triu_indices(len(everyone), 1)
        scores, same = similarities(everyone, everyone)[upper], person[upper[0]] == person[upper[1]]
        genuine.append(scores[same])
        impostors.append(scores[~same])
    mates, strangers = np.concatenate(genuine), np.sort(np.concatenate(impostors))
    people = sum(len(half.people) for half in halves)
    rates = " | ".join(f"{(mates >= _threshold(strangers, fmr)).mean():.1%}" for fmr in FMRS)
    print(f"| {archive} | {title} | {people} | {len(mates)} | {len(strangers)} | {rates} |", flush=True)


def _fused(halves: Sequence[Half]) -> None:
    tables = [_table(half, np.random.default_rng(SEED), disjoint=False) for half in halves]
    strangers = np.sort(np.concatenate([_off_diagonal(table) for table in tables]))
    low, high = _bootstrap(tables, lambda scores: _threshold(scores, 1e-4))
    print(f"{sum(map(len, tables))} people, {len(strangers)} impostor pairs.\n\n| FMR | threshold |\n|---|---|")
    for fmr in FMRS:
        print(f"| {fmr:.0e} | {_threshold(strangers, fmr):.4f} |")
    print(f"\nThreshold at 1e-04, bootstrap by person: {low:.4f} to {high:.4f}.")
    low, high = _bootstrap(tables, _tail_power)
    start = _threshold(strangers, TAIL_RATE)
    print(f"Tail from {start:.4f}: power {_tail_power(strangers):.2f}, bootstrap by person: {low:.1f} to {high:.1f}.")
    for count in (2, FUSED):
        rng = np.random.default_rng(SEED)
        mates = np.concatenate([np.diag(_table(half, rng, disjoint=True, count=count)) for half in halves])
        missed = mates < _threshold(strangers, 1e-4)
        draws = [rng.choice(missed, len(missed)).mean() for _ in range(BOOTSTRAPS)]
        low, high = np.percentile(draws, [2.5, 97.5])
        print(
            f"FNMR there, {count} photographs against {count} others: {missed.mean():.4f} "
            f"({low:.4f} to {high:.4f}, n = {len(mates)} people)."
        )


def _confidence(halves: Sequence[Half]) -> None:
    """Logistic regression over means of one to three photographs, both classes weighted equally."""
    rng = np.random.default_rng(SEED)
    genuine, impostors = [], []
    for count in (1, 2, FUSED):
        for half in halves:
            table = _table(half, rng, disjoint=True, count=count)
            genuine.append(np.diag(table))
            impostors.append(rng.permutation(_off_diagonal(table))[:30_000])
    slope, center = _fit_logistic(np.concatenate(genuine), np.concatenate(impostors))
    print(f"\nConfidence: slope {slope:.1f}, centre {center:.4f}.")


def _table(half: Half, rng: np.random.Generator, *, disjoint: bool, count: int = FUSED) -> Scores:
    """(P, P) probes against templates of everyone with enough photographs; ``disjoint``: made from different ones."""
    probes, templates = [], []
    for vectors in half.people:
        if len(vectors) < (2 * count if disjoint else count):
            continue
        order = rng.permutation(len(vectors))
        probes.append(half.finished(vectors[order[:count]].mean(axis=0)))
        order = order[count:] if disjoint else rng.permutation(order)
        templates.append(half.finished(vectors[order[:count]].mean(axis=0)))
    return similarities(np.stack(probes), np.stack(templates))


def _off_diagonal(table: Scores) -> Scores:
    return table[~np.eye(len(table), dtype=bool)]


def _bootstrap(tables: Sequence[Scores], measure: Callable[[Scores], float]) -> tuple[float, float]:
    """95 % of what ``measure`` says of sorted impostor scores when the people are drawn anew."""
    rng, draws = np.random.default_rng(SEED), []
    for _ in range(BOOTSTRAPS):
        drawn = []
        for table in tables:
            people = rng.integers(0, len(table), len(table))
            drawn.append(table[np.ix_(people, people)][people[:, None] != people])
        draws.append(measure(np.sort(np.concatenate(drawn))))
    low, high = np.percentile(draws, [2.5, 97.5])
    return float(low), float(high)


def _tail_power(sorted_impostors: Scores) -> float:
    """With which power of the distance to 1 the rate falls beyond ``TAIL_RATE``. Source: Hill 1975."""
    start = _threshold(sorted_impostors, TAIL_RATE)
    beyond = sorted_impostors[sorted_impostors > start].astype(np.float64)
    return float(1 / np.log((1 - start) / np.maximum(1 - beyond, 1e-9)).mean())


def _threshold(sorted_impostors: Scores, fmr: float) -> float:
    return float(sorted_impostors[int((1 - fmr) * len(sorted_impostors))])


def _fit_logistic(genuine: NDArray[np.float32], impostors: NDArray[np.float32]) -> tuple[float, float]:
    """Newton's method on a centred and scaled score."""
    shift, scale = 0.92, 50.0
    scores = (np.concatenate([genuine, impostors]).astype(np.float64) - shift) * scale
    target = np.concatenate([np.ones(len(genuine)), np.zeros(len(impostors))])
    weight = np.where(target == 1, 1 / len(genuine), 1 / len(impostors))
    design = np.column_stack([scores, np.ones_like(scores)])
    solution = np.array([1.0, 0.0])
    for _ in range(100):
        predicted = 1 / (1 + np.exp(-design @ solution))
        gradient = design.T @ (weight * (predicted - target))
        curvature = design.T @ (design * (weight * predicted * (1 - predicted))[:, None])
        solution -= np.linalg.solve(curvature + 1e-9 * np.eye(2), gradient)
    return float(solution[0] * scale), float(shift - solution[1] / solution[0] / scale)
