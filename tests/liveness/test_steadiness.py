from __future__ import annotations

import pytest

from frapi.liveness.steadiness import SteadinessPolicy, SteadinessState, observe_obstacles
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


def test_without_network_nothing_is_in_the_way() -> None:
    state, sighting = observe_obstacles(SteadinessState(), {}, DEFAULT_OBSTACLE_THRESHOLDS, now_ms=0, policy=POLICY)
    assert not sighting.obstacles
    assert not sighting.doubtful
    assert state == SteadinessState()
