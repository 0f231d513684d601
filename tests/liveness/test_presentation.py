from __future__ import annotations

from collections.abc import Sequence

import pytest

from frapi.liveness.likelihood import probability_of_life
from frapi.liveness.presentation import (
    Presentation,
    PresentationPolicy,
    PresentationState,
    judge_presentation,
    observe_presentation,
)

POLICY = PresentationPolicy()


@pytest.mark.parametrize(
    ("scores", "verdict"),
    [
        ([], Presentation.UNKNOWN),
        ([None] * 10, Presentation.UNKNOWN),
        ([0.0, 0.0], Presentation.UNKNOWN),
        ([0.0, None, 0.0, 0.1], Presentation.ATTACK),
        ([0.9, 0.1, 0.8, 0.9], Presentation.LIVE),
    ],
)
def test_the_mean_of_enough_scores_decides(scores: Sequence[float | None], verdict: Presentation) -> None:
    state = PresentationState()
    for score in scores:
        state = observe_presentation(state, score)
    assert judge_presentation(state, POLICY) is verdict


def life(
    *, blinks: int = 0, motion: int = 0, passive: float | None = None, injected: bool = False, challenge: bool = False
) -> float:
    return probability_of_life(
        blinks=blinks,
        motion_events=motion,
        live_face_score=passive,
        injected=injected,
        challenge_passed=challenge,
    )


def test_each_sign_of_life_makes_life_likelier() -> None:
    assert life() < 0.5 < life(blinks=1) < life(blinks=1, motion=1) < life(blinks=1, motion=1, challenge=True)
    assert life(blinks=1, passive=0.0) < life(blinks=1) < life(blinks=1, passive=1.0)
    assert life(blinks=1, motion=1, passive=1.0, injected=True) < 0.9
    assert life(blinks=5) == life(blinks=1), "whoever can feign one can feign five"
