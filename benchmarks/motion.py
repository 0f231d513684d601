"""Motion events: of real people in clips, and of photographs that are waved."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from benchmarks import corpus
from frapi.liveness.motion import MotionPolicy, MotionState, observe_head
from frapi.simulation.photo import Waving, wave_photo
from frapi.vision.pipeline import analyze
from frapi.vision.relief import Surface
from frapi.vision.types import AnalysisPolicy, ImageU8, TrackState

FPS = 10
FILM_FRAMES = 40
PHOTOGRAPHS = 40
PHOTOGRAPH_SIDE_PX = 480
SEED = 3
# Flat photographs tilted further and further, and three bent ones.
WAVINGS = (Waving(25), Waving(35), Waving(45), Waving(35, bend=0.3), Waving(20, bend=0.6))


def run(data: Path) -> None:
    """Print events for each clip, then the share of waved photographs that show any."""
    print("| clip | seconds | motion events |\n|---|---|---|")
    stills = []
    for name in corpus.clip_names(data):
        frames = list(corpus.clip_frames(data, name, fps=FPS))[: 30 * FPS]
        stills.append(frames[0][1])
        print(f"| {name} | {len(frames) / FPS:.0f} | {count_events(image for _, image in frames)} |", flush=True)
    stills += [corpus.seated(name)[0] for name in ("obama.jpg", "obama2.jpg", "biden.jpg")]
    stills += _photographs(data)
    print(f"\n| photograph waved by | films of {FILM_FRAMES / FPS:.0f} s | with a motion event |\n|---|---|---|")
    for waving in WAVINGS:
        films = [wave_photo(still, waving, count=FILM_FRAMES, seed=seed) for seed, still in enumerate(stills)]
        fooled = sum(count_events(film) > 0 for film in films)
        bent = f", bent {waving.bend:.1f}" if waving.bend else ""
        print(f"| {waving.tilt_deg:.0f}°{bent} | {len(films)} | {fooled} |", flush=True)


def _photographs(data: Path) -> list[ImageU8]:
    """One photograph each of some people of Labeled Faces in the Wild, as large as a webcam's frame."""
    everyone = [paths[0] for paths in corpus.lfw_photographs(data).values()]
    size = (PHOTOGRAPH_SIDE_PX, PHOTOGRAPH_SIDE_PX)
    chosen = np.random.default_rng(SEED).choice(len(everyone), PHOTOGRAPHS, replace=False)
    pictures = (corpus.read_rgb(everyone[index]) for index in chosen)
    return [np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), np.uint8) for picture in pictures]


def count_events(images: Iterable[ImageU8]) -> int:
    """Motion events in frames taken at ``FPS``."""
    state, policy, events = MotionState(), MotionPolicy(), 0
    track: TrackState | None = None
    for number, image in enumerate(images):
        seen = analyze(image, track, corpus.runner(), AnalysisPolicy())
        track = seen.track
        if seen.landmarks is None or seen.view is None or seen.pose is None:
            state = MotionState()
            continue
        state, moved = observe_head(
            state, seen.landmarks, Surface(seen.view), seen.pose, now_ms=number * 1000 // FPS, policy=policy
        )
        events += moved
    return events
