from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pytest

from frapi.liveness.injection import (
    InjectionPolicy,
    InjectionSignal,
    InjectionState,
    forget_stream,
    observe_stream,
    refuse_timestamp,
    standing,
)
from frapi.vision.types import FrameFingerprint, FrameObservation
from tests.faces import seen

POLICY = InjectionPolicy()
PATTERNS = np.random.default_rng(0).standard_normal((3, 192))


def frame(place: tuple[float, float], *, noise: float, rng: np.random.Generator) -> FrameObservation:
    """A picture that depends on where the head is, and on the sensor's noise."""
    x, y = place
    cells = PATTERNS[0] * 50 + (PATTERNS[1] * x + PATTERNS[2] * y) / 4 + noise * rng.standard_normal(192)
    digest = rng.bytes(8) if noise else f"{x:.3f}{y:.3f}".encode()
    shown = FrameFingerprint(digest, cells.astype(np.float16))
    return seen(center_px=(320 + x, 240 + y), fingerprint=shown, person=None)


def wandering(count: int, *, fps: float, seed: int = 0) -> list[tuple[float, float]]:
    """Where a head goes: smooth, and never twice the same way."""
    phases = np.random.default_rng(seed).uniform(0, 2 * math.pi, 4)
    times = np.arange(count) / fps
    x = 30 * np.sin(times * 1.7 + phases[0]) + 12 * np.sin(times * 4.1 + phases[1])
    y = 20 * np.sin(times * 1.3 + phases[2]) + 8 * np.sin(times * 3.7 + phases[3])
    return list(zip(x.tolist(), y.tolist(), strict=True))


def filmed(places: Iterable[tuple[float, float]], *, noise: float = 0.15) -> Iterator[FrameObservation]:
    rng = np.random.default_rng(1)
    return (frame(place, noise=noise, rng=rng) for place in places)


def watch(frames: Iterable[FrameObservation], *, fps: float = 10) -> InjectionState:
    state = InjectionState()
    for number, each in enumerate(frames):
        state = observe_stream(state, each, now_ms=round(number * 1000 / fps), policy=POLICY)
    return state


@pytest.mark.parametrize("fps", [5, 10, 25])
@pytest.mark.parametrize("seed", range(5))
def test_a_living_head_is_no_signal(fps: int, seed: int) -> None:
    assert watch(filmed(wandering(20 * fps, fps=fps, seed=seed)), fps=fps).counts == {}


def test_a_head_at_rest_is_none_either() -> None:
    assert watch(filmed([(0.0, 0.0)] * 200)).counts == {}


def test_a_slow_camera_read_fast_is_none_either() -> None:
    twice = [place for place in wandering(100, fps=5) for _ in range(3)]
    assert watch(filmed(twice, noise=0.0), fps=15).counts == {}


def test_the_same_picture_for_seconds() -> None:
    assert watch(filmed([(0.0, 0.0)] * 300, noise=0.0)).counts == {InjectionSignal.STATIC_INPUT: 1}


@pytest.mark.parametrize("noise", [0.0, 0.15], ids=["the same files", "encoded anew"])
@pytest.mark.parametrize("seconds", [1.0, 2.0])
@pytest.mark.parametrize("fps", [10, 25])
def test_a_loop(noise: float, seconds: float, fps: int) -> None:
    period = wandering(round(seconds * fps), fps=fps)
    state = watch(filmed(period * 6, noise=noise), fps=fps)
    assert state.counts.get(InjectionSignal.REPEATED_FRAMES)


@pytest.mark.parametrize("fps", [10, 25])
def test_frames_in_no_order(fps: int) -> None:
    places = wandering(8 * fps, fps=fps)
    order = np.random.default_rng(2).permutation(len(places))
    state = watch(filmed([places[number] for number in order]), fps=fps)
    assert state.counts.get(InjectionSignal.SHUFFLED_FRAMES)


def test_capture_times_that_were_refused_again_and_again() -> None:
    state = InjectionState()
    for _ in range(POLICY.refused_timestamps):
        assert state.counts == {}
        state = refuse_timestamp(state, now_ms=100, policy=POLICY)
    assert state.counts == {InjectionSignal.IMPOSSIBLE_TIMESTAMPS: 1}


def test_a_signal_stands_for_a_while_and_is_counted_once() -> None:
    state = watch(filmed([(0.0, 0.0)] * 60, noise=0.0))
    last_ms = 5900
    assert standing(state, now_ms=last_ms, policy=POLICY) == {InjectionSignal.STATIC_INPUT}
    assert standing(state, now_ms=last_ms + POLICY.stands_ms + 1, policy=POLICY) == frozenset()


def test_reconnecting_does_not_clear_a_signal() -> None:
    state = watch(filmed([(0.0, 0.0)] * 60, noise=0.0))
    assert standing(forget_stream(state), now_ms=6000, policy=POLICY) == {InjectionSignal.STATIC_INPUT}


def test_pictures_without_fingerprints_say_nothing() -> None:
    frames: Sequence[FrameObservation] = [seen(person=None)] * 100
    assert watch(frames).counts == {}
