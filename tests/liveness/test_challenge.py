from __future__ import annotations

import itertools
import random
from collections.abc import Callable

import pytest

from frapi.liveness.challenge import (
    ChallengeAction,
    ChallengeFailure,
    ChallengePolicy,
    ChallengeState,
    ChallengeStep,
    HeadPlace,
    draw_challenge,
    fail,
    observe_move,
)

POLICY = ChallengePolicy()
STEP_MS = 100
MOVE_MS = 1200
POSES: dict[ChallengeAction, tuple[float, float, float]] = {
    ChallengeAction.TURN_LEFT: (16.0, 0.0, 1.0),
    ChallengeAction.TURN_RIGHT: (-16.0, 0.0, 1.0),
    ChallengeAction.LOOK_UP: (0.0, 12.0, 1.0),
    ChallengeAction.LOOK_DOWN: (0.0, -12.0, 1.0),
    ChallengeAction.COME_CLOSER: (0.0, 0.0, 1.35),
}
# (yaw, pitch, face width over that at rest, blinks) of one frame
Frame = tuple[float, float, float, int]
REST: Frame = (0.0, 0.0, 1.0, 0)


def act(action: ChallengeAction, progress: float) -> Frame:
    """One frame of a move, from rest at 0 to rest at 1."""
    if action is ChallengeAction.BLINK_TWICE:
        return (0.0, 0.0, 1.0, 1 if any(abs(progress - at) < STEP_MS / MOVE_MS / 2 for at in (0.3, 0.7)) else 0)
    share = max(0.0, 1 - abs(progress - 0.5) * 2)
    yaw, pitch, width = POSES[action]
    return (yaw * share * 1.3, pitch * share * 1.3, 1 + (width - 1) * share * 1.3, 0)


class Person:
    """Does what is asked, ``reaction_ms`` after it was asked."""

    def __init__(
        self, reaction_ms: int = 700, obey: Callable[[ChallengeAction], ChallengeAction] | None = None
    ) -> None:
        self.reaction_ms, self.obey = reaction_ms, obey or (lambda action: action)
        self.starts_ms, self.action = 0, None

    def hear(self, action: ChallengeAction, now_ms: int) -> None:
        self.starts_ms, self.action = now_ms + self.reaction_ms, self.obey(action)

    def at(self, now_ms: int) -> Frame:
        since_ms = now_ms - self.starts_ms
        if self.action is None or not 0 <= since_ms <= MOVE_MS:
            return REST
        return act(self.action, since_ms / MOVE_MS)


class Recording:
    """Shows what it shows, whatever is asked, and then its end; a loop would be noticed as such."""

    def __init__(self, frames: list[Frame]) -> None:
        self.frames = frames

    def hear(self, action: ChallengeAction, now_ms: int) -> None:
        pass

    def at(self, now_ms: int) -> Frame:
        return self.frames[min(now_ms // STEP_MS, len(self.frames) - 1)]


def run(
    steps: tuple[ChallengeStep, ...], subject: Person | Recording, *, seconds: float = 60
) -> tuple[ChallengeState, list[Frame]]:
    state, shown, away = ChallengeState(), [], 0
    for number in range(round(seconds * 1000 / STEP_MS)):
        now_ms = number * STEP_MS
        yaw, pitch, width, blinks = frame = subject.at(now_ms)
        shown.append(frame)
        away = away + 1 if abs(yaw) > POLICY.turn_deg else 0
        place = HeadPlace(now_ms, yaw, pitch, 200 * width)
        state, asks = observe_move(state, steps, place, blinks=blinks, turned=away == 2, policy=POLICY)
        if asks:
            subject.hear(steps[state.index].action, now_ms)
        if state.failure or state.index >= len(steps):
            break
    return state, shown


def drawn(seed: int) -> tuple[ChallengeStep, ...]:
    return draw_challenge(random.Random(seed), POLICY)  # noqa: S311  the same sequence in every run


def step(action: ChallengeAction) -> tuple[ChallengeStep, ...]:
    return (ChallengeStep(action, "n", 500),)


def test_draws_moves_that_differ_from_the_one_before() -> None:
    for seed in range(200):
        steps = drawn(seed)
        assert len(steps) == POLICY.steps
        assert all(first.action is not second.action for first, second in itertools.pairwise(steps))
        assert len({each.nonce for each in steps}) == len(steps)


@pytest.mark.parametrize("reaction_ms", [300, 700, 2000])
def test_whoever_does_as_asked_passes(reaction_ms: int) -> None:
    for seed in range(60):
        state, _ = run(drawn(seed), Person(reaction_ms))
        assert (state.failure, state.index) == (None, POLICY.steps), drawn(seed)


def test_a_recording_of_a_session_that_passed_fails_another() -> None:
    passed = 0
    for seed in range(100):
        _, film = run(drawn(seed), Person(500 + seed * 7))
        state, _ = run(drawn(1000 + seed), Recording(film))
        passed += state.failure is None and state.index >= POLICY.steps
    assert passed == 0


@pytest.mark.parametrize(
    ("action", "subject", "failure"),
    [
        (ChallengeAction.TURN_LEFT, Person(obey=lambda _: ChallengeAction.TURN_RIGHT), ChallengeFailure.WRONG_ACTION),
        (ChallengeAction.BLINK_TWICE, Person(obey=lambda _: ChallengeAction.LOOK_UP), ChallengeFailure.WRONG_ACTION),
        (ChallengeAction.LOOK_UP, Person(7000), ChallengeFailure.TOO_LATE),
        (ChallengeAction.COME_CLOSER, Recording([REST]), ChallengeFailure.TOO_LATE),
    ],
)
def test_fails(action: ChallengeAction, subject: Person | Recording, failure: ChallengeFailure) -> None:
    assert run(step(action), subject)[0].failure is failure


def test_nobody_moves_before_he_can_have_read() -> None:
    state = ChallengeState(issued_ms=1000, rest=HeadPlace(1000, 0, 0, 200))
    state, _ = observe_move(
        state, step(ChallengeAction.LOOK_UP), HeadPlace(1100, 0, 12, 200), blinks=0, turned=False, policy=POLICY
    )
    assert state.failure is ChallengeFailure.TOO_EARLY


def test_a_turn_that_no_head_made_is_none() -> None:
    state = ChallengeState(issued_ms=1000, rest=HeadPlace(1000, 0, 0, 200))
    for now_ms in range(1500, 3000, 100):
        state, _ = observe_move(
            state, step(ChallengeAction.TURN_LEFT), HeadPlace(now_ms, 16, 0, 200), blinks=0, turned=False, policy=POLICY
        )
    assert state.index == 0


def test_an_interruption_ends_what_has_begun_and_nothing_else() -> None:
    steps = step(ChallengeAction.LOOK_UP)
    assert fail(ChallengeState(), ChallengeFailure.INTERRUPTED, steps).failure is None
    assert fail(ChallengeState(index=1), ChallengeFailure.FACE_LOST, steps).failure is None
    begun = fail(ChallengeState(issued_ms=5), ChallengeFailure.INTERRUPTED, steps)
    assert begun.failure is ChallengeFailure.INTERRUPTED
