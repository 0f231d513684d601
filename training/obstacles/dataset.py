"""Which pictures are rendered, how often, and from whom."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.obstacles.crops import Crops
from training.obstacles.labels import UNKNOWN, Label, Part
from training.obstacles.render import Job, Recipe, render
from training.obstacles.transplants import Transplants, outlined_hands


@dataclass(frozen=True, slots=True)
class Rendered:
    """Pictures to learn from: (N, RENDER_SIZE, RENDER_SIZE, 3) uint8 and (N, 6) int8."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int8]


def rendered_set(
    crops: Crops,
    labels: NDArray[np.int8],
    parts: NDArray[np.int8],
    data: Path,
    cache: Path,
    *,
    part: Part,
    composites: int,
    real_rounds: float,
    seed: int,
    workers: int,
) -> Rendered:
    """Render a set, or read it from ``cache``.

    Args:
        composites: how many dressed-up pictures.
        real_rounds: how often an undressed real picture is shown; the rare kinds more often.
        seed: other seeds give other pictures.
    """
    stem = f"{part.name.lower()}-{seed}-{composites}-{real_rounds:g}"
    images_file, labels_file = cache / f"{stem}.images.npy", cache / f"{stem}.labels.npy"
    if not images_file.exists():
        rng = np.random.default_rng(seed)
        jobs = _composite_jobs(labels, parts == part, composites, rng)
        jobs += _real_jobs(labels, parts == part, real_rounds, rng)
        order = rng.permutation(len(jobs))
        jobs = [jobs[i] for i in order]
        held_out = part is Part.TEST
        bare = (parts == part) & (labels[:, Label.MASK : Label.EYEWEAR] == 0).all(axis=1)
        bare &= labels[:, Label.EYEWEAR] != 1
        transplants = Transplants(outlined_hands(crops, parts == part), np.nonzero(bare)[0])
        images, known = render(
            jobs, crops, transplants, data / "obstacles", Recipe(), held_out=held_out, workers=workers
        )
        np.save(labels_file, known)
        np.save(images_file, images)
    images = np.load(images_file, mmap_mode="r")
    return Rendered(images, np.load(labels_file))


def _composite_jobs(
    labels: NDArray[np.int8], chosen: NDArray[np.bool_], count: int, rng: np.random.Generator
) -> list[Job]:
    """Dress up faces that wear nothing yet, as far as is known."""
    bare = chosen & (labels[:, Label.MASK] == 0) & (labels[:, Label.HAT] != 1) & (labels[:, Label.HAND] != 1)
    known = np.nonzero(bare & (labels[:, Label.EYEWEAR] == 0))[0]
    unsure = np.nonzero(bare & (labels[:, Label.EYEWEAR] != 0))[0]
    rows = np.concatenate([rng.choice(known, round(count * 0.6)), rng.choice(unsure, count - round(count * 0.6))])
    return [Job(int(row), labels[row], True, int(rng.integers(2**62))) for row in rows]


def _real_jobs(
    labels: NDArray[np.int8], chosen: NDArray[np.bool_], rounds: float, rng: np.random.Generator
) -> list[Job]:
    times = np.where((labels != UNKNOWN).any(axis=1) & chosen, rounds, 0.0)
    for label, more in ((Label.EYEWEAR, 4.0), (Label.MASK, 3.0), (Label.HAT, 5.0), (Label.HAND, 16.0)):
        times = np.where(chosen & (labels[:, label] == 1), np.maximum(times, more * rounds), times)
    # Bare faces of the mask set, cut off at brow and chin: that isn't to look like a mask.
    tight = chosen & (labels[:, Label.MASK] == 0) & (labels[:, Label.HAT] == UNKNOWN)
    times = np.where(tight, 3.0 * rounds, times)
    counts = np.floor(times + rng.random(len(times))).astype(int)
    return [
        Job(int(row), labels[row], False, int(rng.integers(2**62))) for row in np.repeat(np.arange(len(counts)), counts)
    ]
