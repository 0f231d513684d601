"""What similarities mean: impostor and genuine scores on Labeled Faces in the Wild, all against all.

``frapi.liveness.scoring`` takes its threshold and its confidence curve from here.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import faces
from frapi.vision.embed import unit

Matrix = NDArray[np.float32]

FMRS = (1e-2, 1e-3, 1e-4)
BOOTSTRAPS = 200
SEED = 0
# Photographs fused into one vector, as a session fuses its frames.
FUSED = 3


def run(data: Path) -> None:
    """Print thresholds and rates for single photographs and for fused ones, and the confidence curve."""
    by_person = faces.embeddings(data)
    _single(by_person)
    _fused_impostors(by_person)
    _confidence(by_person)


def _single(by_person: dict[str, Matrix]) -> None:
    everyone = np.concatenate(list(by_person.values()))
    person = np.repeat(np.arange(len(by_person)), [len(vectors) for vectors in by_person.values()])
    scores = everyone @ everyone.T
    upper = np.triu_indices(len(everyone), 1)
    same, scores = person[upper[0]] == person[upper[1]], scores[upper]
    impostors, genuine = np.sort(scores[~same]), scores[same]
    print(f"Single photographs: {len(by_person)} people, {len(genuine)} genuine and {len(impostors)} impostor pairs.\n")
    print("| FMR | threshold | TAR |\n|---|---|---|")
    for fmr in FMRS:
        threshold = _threshold(impostors, fmr)
        print(f"| {fmr:.0e} | {threshold:.4f} | {(genuine >= threshold).mean():.4f} |")


def _fused_impostors(by_person: dict[str, Matrix]) -> None:
    rng = np.random.default_rng(SEED)
    probes, templates = _split(by_person, rng, disjoint=False)
    scores = probes @ templates.T
    impostors = np.sort(scores[~np.eye(len(scores), dtype=bool)])
    draws = []
    for _ in range(BOOTSTRAPS):
        rows, columns = rng.integers(0, len(scores), (2, len(scores)))
        draws.append(_threshold(np.sort(scores[np.ix_(rows, columns)][rows[:, None] != columns]), 1e-4))
    low, high = np.percentile(draws, [2.5, 97.5])
    print(f"\nMeans of {FUSED} photographs: {len(scores)} people, {len(impostors)} impostor pairs.\n")
    print("| FMR | threshold |\n|---|---|")
    for fmr in FMRS:
        print(f"| {fmr:.0e} | {_threshold(impostors, fmr):.4f} |")
    print(f"\nThreshold at 1e-04, bootstrap by person: {low:.4f} to {high:.4f}.")
    for count in (2, FUSED):
        probes, templates = _split(by_person, rng, disjoint=True, count=count)
        genuine = (probes * templates).sum(axis=1)
        missed = (genuine < _threshold(impostors, 1e-4)).mean()
        print(f"FNMR there, {count} photographs against {count} others: {missed:.4f} (n = {len(genuine)} people).")


def _confidence(by_person: dict[str, Matrix]) -> None:
    """Logistic regression over means of one to three photographs, both classes weighted equally."""
    rng = np.random.default_rng(SEED)
    genuine, impostors = [], []
    for count in (1, 2, FUSED):
        probes, templates = _split(by_person, rng, disjoint=True, count=count)
        scores = probes @ templates.T
        genuine.append(np.diag(scores))
        impostors.append(rng.permutation(scores[~np.eye(len(scores), dtype=bool)])[:60_000])
    slope, center = _fit_logistic(np.concatenate(genuine), np.concatenate(impostors))
    print(f"\nConfidence: slope {slope:.1f}, centre {center:.4f}.")


def _split(
    by_person: dict[str, Matrix], rng: np.random.Generator, *, disjoint: bool, count: int = FUSED
) -> tuple[Matrix, Matrix]:
    """Two fused vectors for everyone with enough photographs; ``disjoint``: made from different ones."""
    probes, templates = [], []
    for vectors in by_person.values():
        if len(vectors) < (2 * count if disjoint else count):
            continue
        order = rng.permutation(len(vectors))
        probes.append(unit(vectors[order[:count]].mean(axis=0)))
        order = order[count:] if disjoint else rng.permutation(order)
        templates.append(unit(vectors[order[:count]].mean(axis=0)))
    return np.stack(probes), np.stack(templates)


def _threshold(sorted_impostors: NDArray[np.float32], fmr: float) -> float:
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
