"""What liveness costs on top of the networks: the session machine alone, frame by frame, on people in clips."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import corpus
from frapi.liveness import session
from frapi.liveness.types import EvidenceReady, SessionKind, SessionPolicy
from frapi.vision.pipeline import analyze
from frapi.vision.types import AnalysisPolicy, FrameObservation, TrackState

FPS = 10
# At most; a session that is complete costs nothing more.
SECONDS = 20
ROUNDS = 3


def run(data: Path) -> None:
    """Print milliseconds of CPU per frame, the medians of the rounds."""
    print("| clip | frames | mean ms | 95 % under |\n|---|---|---|---|")
    for name in corpus.clip_names(data):
        seen = _observations(data, name)
        rounds = [_costs_ms(seen) for _ in range(ROUNDS)]
        mean = np.median([costs.mean() for costs in rounds])
        high = np.median([np.percentile(costs, 95) for costs in rounds])
        print(f"| {name} | {len(seen)} | {mean:.2f} | {high:.2f} |", flush=True)


def _observations(data: Path, name: str) -> list[FrameObservation]:
    """What the analyzer sees when an enrolment asks, until it is complete."""
    state, seen = session.start(SessionPolicy(SessionKind.ENROLLMENT), 0), list[FrameObservation]()
    track: TrackState | None = None
    for number, (_, image) in enumerate(corpus.clip_frames(data, name, fps=FPS), 1):
        now_ms = number * 1000 // FPS
        request = session.embedding_request(state, now_ms)
        observation = analyze(image, track, corpus.runner(), AnalysisPolicy(), request)
        track = observation.track
        state, events = session.advance(state, observation, now_ms)
        seen.append(observation)
        if number == FPS * SECONDS or any(isinstance(event, EvidenceReady) for event in events):
            break
    return seen


def _costs_ms(seen: list[FrameObservation]) -> NDArray[np.float64]:
    """Of each frame."""
    state, costs = session.start(SessionPolicy(SessionKind.ENROLLMENT), 0), []
    for number, observation in enumerate(seen, 1):
        began = time.thread_time()
        state, _ = session.advance(state, observation, number * 1000 // FPS)
        costs.append((time.thread_time() - began) * 1000)
    return np.array(costs)
