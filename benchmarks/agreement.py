"""Frames that disagree with their fellows: how often the person's own are left out, and foreign ones aren't."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks import corpus
from frapi.liveness.continuity import ContinuityPolicy, Sample, agreeing
from frapi.liveness.types import SessionKind, SessionPolicy
from frapi.vision.pipeline import analyze
from frapi.vision.types import AnalysisPolicy, EmbeddingRequest, TrackState

FPS = 5
SECONDS = 15
COUNTS = (3, 5, 10)
DRAWS = 2000
SEED = 0
MIN_EAR = 0.12


def run(data: Path) -> None:
    """Print both shares for templates of so many frames."""
    clips = [_samples(data, name) for name in corpus.clip_names(data)]
    print(f"{len(clips)} clips, {sum(map(len, clips))} frames fit to be samples; {DRAWS} draws each.\n")
    print("| frames | one of the person's own left out | a foreign one among them kept |\n|---|---|---|")
    rng = np.random.default_rng(SEED)
    for count in COUNTS:
        own = [_draw(clips, count, rng, foreign=False) for _ in range(DRAWS)]
        mixed = [_draw(clips, count, rng, foreign=True) for _ in range(DRAWS)]
        lost = np.mean([len(_kept(samples)) < count for samples in own])
        fooled = np.mean([samples[-1] in _kept(samples) for samples in mixed])
        print(f"| {count} | {lost:.1%} | {fooled:.1%} |")


def _samples(data: Path, name: str) -> list[Sample]:
    track: TrackState | None = None
    found = []
    request = EmbeddingRequest(SessionPolicy(SessionKind.ENROLLMENT).quality_threshold, MIN_EAR)
    for _, image in list(corpus.clip_frames(data, name, fps=FPS))[: FPS * SECONDS]:
        seen = analyze(image, track, corpus.runner(), AnalysisPolicy(), request)
        track = seen.track
        if seen.embedding is not None and seen.quality is not None:
            found.append(Sample(seen.embedding, seen.quality.score))
    return found


def _draw(
    clips: Sequence[Sequence[Sample]], count: int, rng: np.random.Generator, *, foreign: bool
) -> tuple[Sample, ...]:
    """Frames of one clip; with ``foreign`` the last is of another."""
    mine, other = rng.choice(len(clips), 2, replace=False)
    own = count - 1 if foreign else count
    samples = [clips[mine][index] for index in rng.choice(len(clips[mine]), own, replace=False)]
    return (*samples, clips[other][rng.integers(len(clips[other]))]) if foreign else tuple(samples)


def _kept(samples: tuple[Sample, ...]) -> tuple[Sample, ...]:
    return agreeing(samples, ContinuityPolicy())
