from __future__ import annotations

import pytest

from frapi.liveness.steadiness import SteadinessPolicy, SteadinessState, is_due, observe_obstacles
from frapi.liveness.types import DEFAULT_OBSTACLE_THRESHOLDS
from frapi.vision.types import Obstacle

POLICY = SteadinessPolicy()


def decide(scores: list[float], *, step_ms: int = 100, obstacle: Obstacle = Obstacle.GLASSES) -> str:
    """One letter a frame: ``x`` rejected, ``?`` doubtful, ``.`` clear."""
    state, letters = SteadinessState(), ""
    for number, score in enumerate(scores):
        state, sighting = observe_obstacles(
            state, {obstacle: score}, DEFAULT_OBSTACLE_THRESHOLDS, now_ms=number * step_ms, policy=POLICY
        )
        letters += "x" if sighting.obstacles else "?" if sighting.doubtful else "."
    return letters


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([0.9, 0.9, 0.9], "xxx"),
        ([0.1, 0.1, 0.1], "..."),
        ([0.1, 0.1, 0.95, 0.1, 0.1], "..?.."),
        ([0.9, 0.9, 0.05, 0.9, 0.9], "xxxxx"),
        ([0.1, 0.1, 0.9, 0.9, 0.9], "..?xx"),
        ([0.9, 0.9, 0.1, 0.1, 0.1], "xxx.."),
    ],
    ids=["always", "never", "one-frame-flicker", "one-frame-gap", "put-on", "taken-off"],
)
def test_one_frame_never_decides_against_its_neighbours(scores: list[float], expected: str) -> None:
    assert decide(scores) == expected


def test_first_frame_decides_alone() -> None:
    assert decide([0.9]) == "x"
    assert decide([0.1]) == "."


def test_scores_from_long_ago_are_forgotten() -> None:
    assert decide([0.1, 0.1, 0.9], step_ms=POLICY.max_age_ms + 1) == "..x"


def test_threshold_itself_is_not_over_it() -> None:
    assert decide([0.30], obstacle=Obstacle.MASK) == "."
    assert decide([0.31], obstacle=Obstacle.MASK) == "x"


def test_obstacles_are_judged_apart() -> None:
    state = SteadinessState()
    for now_ms, scores in enumerate([(0.9, 0.1), (0.9, 0.9), (0.9, 0.1)]):
        state, sighting = observe_obstacles(
            state,
            {Obstacle.MASK: scores[0], Obstacle.HAT: scores[1]},
            DEFAULT_OBSTACLE_THRESHOLDS,
            now_ms=now_ms,
            policy=POLICY,
        )
    assert sighting.obstacles == {Obstacle.MASK: 0.9}


def looked_at(scores: list[float], *, step_ms: int = 100) -> str:
    """One letter a frame: ``L`` where it is looked at and has the score, ``-`` where it need not be."""
    state, letters = SteadinessState(), ""
    for number, score in enumerate(scores):
        now_ms = number * step_ms
        due = is_due(state, DEFAULT_OBSTACLE_THRESHOLDS, now_ms=now_ms, policy=POLICY)
        seen = {Obstacle.GLASSES: score} if due else {}
        state, _ = observe_obstacles(state, seen, DEFAULT_OBSTACLE_THRESHOLDS, now_ms=now_ms, policy=POLICY)
        letters += "L" if due else "-"
    return letters


@pytest.mark.parametrize(
    ("scores", "step_ms", "expected"),
    [
        ([0.1] * 9, 100, "LLL--L--L"),
        ([0.1] * 6 + [0.9] * 4, 100, "LLL--L--LL"),
        ([0.3] * 6, 100, "LLLLLL"),
        ([0.1, 0.1, 0.3] + [0.1] * 5, 100, "LLLLLL--"),
        ([0.1] * 6, 600, "LLLLLL"),
    ],
    ids=["calm", "put-on", "nearly", "calm-again", "slow"],
)
def test_calm_frames_are_looked_at_now_and_then(scores: list[float], step_ms: int, expected: str) -> None:
    assert looked_at(scores, step_ms=step_ms) == expected


def test_without_network_nothing_is_in_the_way() -> None:
    state, sighting = observe_obstacles(SteadinessState(), {}, DEFAULT_OBSTACLE_THRESHOLDS, now_ms=0, policy=POLICY)
    assert not sighting.obstacles
    assert not sighting.doubtful
    assert state == SteadinessState()
