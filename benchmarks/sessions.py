"""Recognition as sessions see it: means of three accepted frames of people before a camera.

Two sources: clips, whose first and last third stand for two sessions, and webcam pictures of people who came twice,
weeks apart. No obstacle is asked about: the question is whether somebody is recognised, not whether he may be enrolled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import corpus
from frapi.evaluation.statistics import rate_by_person
from frapi.liveness import scoring
from frapi.liveness.continuity import Sample, fuse
from frapi.liveness.types import SessionKind, SessionPolicy
from frapi.vision.embed import CONTRACT
from frapi.vision.pipeline import analyze
from frapi.vision.similarity import similarity
from frapi.vision.types import AnalysisPolicy, Embedding, EmbeddingRequest, ImageU8, TrackState

FPS = 10
FRAMES = 3
DRAWS = 200
SEED = 0
MIN_EAR = 0.12

# A person's sessions: each the accepted frames.
Sessions = Mapping[str, Sequence[Sequence[Sample]]]


def run(data: Path) -> None:
    """Print FNMR, by person, and FMR at the shipped threshold for both sources."""
    print(f"Means of {FRAMES} frames against {FRAMES} of another session, {DRAWS} draws a person.\n")
    print("| source | people | FNMR, by person | lowest similarity | impostor pairs | matched | highest similarity |")
    print("|---" * 7 + "|")
    clips, pictures = _clips(data), _webcam_pictures(data)
    for source, sessions in (("clips, first third against last", clips), ("webcam, weeks apart", pictures)):
        _tell(source, sessions)
    _tell("both", {**clips, **pictures})


def _tell(source: str, sessions: Sessions) -> None:
    rng = np.random.default_rng(SEED)
    threshold = scoring.match_threshold(CONTRACT)
    twice = {name: seen for name, seen in sessions.items() if len(seen) > 1}
    mates = {name: _mated(seen, rng) for name, seen in twice.items()}
    missed = np.concatenate([scores < threshold for scores in mates.values()])
    fnmr = rate_by_person(missed, [name for name in mates for _ in range(DRAWS)])
    strangers = _strangers(sessions, rng)
    print(
        f"| {source} | {len(mates)} | {fnmr.value:.4f} ({fnmr.low:.4f} to {fnmr.high:.4f}) "
        f"| {min(map(np.min, mates.values())):.4f} | {len(strangers)} | {int((strangers >= threshold).sum())} "
        f"| {strangers.max():.4f} |"
    )


def _mated(sessions: Sequence[Sequence[Sample]], rng: np.random.Generator) -> NDArray[np.float64]:
    """Probes of the last session against templates of the first."""
    return np.array([similarity(_drawn(sessions[0], rng), _drawn(sessions[-1], rng)) for _ in range(DRAWS)], np.float64)


def _strangers(sessions: Sessions, rng: np.random.Generator) -> NDArray[np.float64]:
    """Every two people, each way, by one draw a side."""
    templates = {name: _drawn(seen[0], rng) for name, seen in sessions.items()}
    probes = {name: _drawn(seen[-1], rng) for name, seen in sessions.items()}
    return np.array(
        [
            similarity(template, probe)
            for name, template in templates.items()
            for other, probe in probes.items()
            if name != other
        ]
    )


def _drawn(frames: Sequence[Sample], rng: np.random.Generator) -> Embedding:
    return fuse(tuple(frames[index] for index in rng.choice(len(frames), FRAMES, replace=False)))


def _clips(data: Path) -> Sessions:
    found: dict[str, list[list[Sample]]] = {}
    for name in corpus.clip_names(data):
        frames = [image for _, image in corpus.clip_frames(data, name, fps=FPS)]
        third = len(frames) // 3
        parts = [_accepted(frames[:third]), _accepted(frames[-third:])]
        if all(len(part) >= FRAMES for part in parts):
            found[name] = parts
    return found


def _webcam_pictures(data: Path) -> Sessions:
    """Names are ``person_glasses_light_session_number``."""
    pictures: dict[str, dict[str, list[Path]]] = defaultdict(lambda: defaultdict(list))
    for path in sorted((data / "pad" / "ClientRaw").rglob("*.jpg")):
        person, _, _, session, _ = path.stem.split("_")
        pictures[person][session].append(path)
    found = {}
    for person, sessions in pictures.items():
        parts = [_accepted(map(corpus.read_rgb, paths)) for _, paths in sorted(sessions.items())]
        parts = [part for part in parts if len(part) >= FRAMES]
        if parts:
            found[person] = parts
    return found


def _accepted(images: Iterable[ImageU8]) -> list[Sample]:
    """Frames that a session would take for samples."""
    track: TrackState | None = None
    found = []
    request = EmbeddingRequest(SessionPolicy(SessionKind.ENROLLMENT).quality_threshold, MIN_EAR)
    for image in images:
        seen = analyze(image, track, corpus.runner(), AnalysisPolicy(), request)
        track = seen.track
        if seen.embedding is not None and seen.quality is not None:
            found.append(Sample(seen.embedding, seen.quality.score))
    return found
