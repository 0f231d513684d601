"""What a session may cost, counted instead of timed: a regression fails on any machine, however busy."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import cv2
import numpy as np
import pytest

from frapi.liveness import session
from frapi.liveness.types import SessionKind, SessionPolicy
from frapi.simulation.person import encode_jpeg
from frapi.simulation.script import blink, rest, turn
from frapi.vision import relief
from frapi.vision.pipeline import analyze_bytes
from frapi.vision.ports import FloatArray, ModelRunner
from frapi.vision.types import AnalysisPolicy, Obstacle, TrackState
from tests import samples

pytestmark = pytest.mark.slow

FPS = 10
STILL_FRAMES = 30
# What a frame in the middle of a session may have in memory at once, beside what the session keeps: a picture of
# 640 by 480 (0.92 MB), the mesh's crop as bytes and as numbers (0.55 MB), and a tenth more.
MAX_FRAME_MB = 1.6


class Counting:
    """Runs the real networks and counts: calls of a network, and chips that the recogniser is given."""

    def __init__(self, runner: ModelRunner) -> None:
        self._runner = runner
        self.counts: Counter[str] = Counter()

    def run(
        self, model: str, inputs: Mapping[str, FloatArray], outputs: Sequence[str] | None = None
    ) -> Mapping[str, FloatArray]:
        (batch,) = inputs.values()
        self.counts[model] += len(batch)
        self.counts[f"{model} outputs"] = len(outputs or ())
        return self._runner.run(model, inputs, outputs)

    def has(self, model: str) -> bool:
        return self._runner.has(model)


def serve(frames: Iterable[bytes], runner: ModelRunner) -> Iterator[session.SessionState]:
    """An enrolment as the driver runs it; the state after each frame."""
    state, track = session.start(SessionPolicy(SessionKind.ENROLLMENT, required_blinks=5), 0), TrackState(0, None, 0)
    for number, frame in enumerate(frames, 1):
        now_ms = number * 1000 // FPS
        request = session.embedding_request(state, now_ms)
        obstacles = request is not None or session.obstacles_due(state, now_ms)
        seen = analyze_bytes(frame, track, runner, AnalysisPolicy(), request, obstacles=obstacles)
        track = seen.track
        state, _ = session.advance(state, seen, now_ms)
        yield state


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a plane is fitted to pixels: the dearest thing after the networks."""
    counted: Counter[str] = Counter()
    fit = cv2.findTransformECC

    def count(*arguments: object) -> object:
        counted["fits"] += 1
        return fit(*arguments)

    monkeypatch.setattr(relief.cv2, "findTransformECC", count)
    return counted


def test_somebody_who_sits_still(fits: Counter[str]) -> None:
    runner = Counting(samples.runner())
    states = list(serve(samples.living("obama.jpg", rest(STILL_FRAMES / FPS)), runner))
    assert len(states) == states[-1].frames_processed == STILL_FRAMES
    assert runner.counts == {
        # The first frame, and every fifth since.
        "face_detector": 6,
        "face_detector outputs": 0,
        # Each frame, and the first once more: its second crop is framed as a tracked face is.
        "face_mesh_attention": 31,
        # Neither lips nor irises: mesh, presence and two eyes.
        "face_mesh_attention outputs": 4,
        # The first three frames, which are samples; then every third; and the samples of each further second.
        "obstacle_classifier": 13,
        "obstacle_classifier outputs": 0,
        # Three samples and two more, each with its mirror image.
        "face_embedder": 10,
        "face_embedder outputs": 0,
    }
    assert not fits, "nothing moved that had to be explained"


def test_somebody_who_wears_glasses(monkeypatch: pytest.MonkeyPatch) -> None:
    def glasses(*_: object) -> Mapping[Obstacle, float]:
        return {**dict.fromkeys(Obstacle, 0.0), Obstacle.GLASSES: 0.9}

    monkeypatch.setattr("frapi.vision.pipeline.find_obstacles", glasses)
    runner = Counting(samples.runner())
    states = list(serve(samples.living("obama.jpg", rest(1.0)), runner))
    assert states[-1].frames_processed == 0
    assert runner.counts["face_embedder"] == 0, "what is rejected need not be embedded"


def test_somebody_who_blinks_and_turns(fits: Counter[str]) -> None:
    runner = Counting(samples.runner())
    film = samples.living("obama.jpg", rest(1.5) + blink(0.3) + rest(1.2) + turn(22, 1.2))
    *_, last = serve(film, runner)
    assert last.motion_events == 1
    # 54 where this was written; by how a processor rounds, a fit ends a step earlier, or the film asks once more.
    assert 0 < fits["fits"] <= 60


def test_a_frame_leaves_nothing_behind_and_takes_little() -> None:
    noise = np.random.default_rng(0).integers(0, 8, (480, 640, 3)).astype(np.uint8)
    image = samples.seated("obama.jpg")[0]
    still = [encode_jpeg(image + noise[:, ::-1] if odd else image + noise) for odd in (False, True)] * 10
    states = serve(still, samples.runner())
    for _ in range(14):
        next(states)  # the networks' own memory, and the samples
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        next(states)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (peak - before) / 1e6 < MAX_FRAME_MB
