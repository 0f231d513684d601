"""The challenge: a few moves, drawn for this session, asked for one at a time.

Whoever replays a recording can't know what will be asked, nor when. A move that wasn't asked for ends the session, and
so does one that was asked for and comes before anybody can have read it. Randomness and time are passed in.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median


class ChallengeAction(StrEnum):
    """What is asked for; left and right are the person's own."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    LOOK_UP = "look_up"
    LOOK_DOWN = "look_down"
    BLINK_TWICE = "blink_twice"
    COME_CLOSER = "come_closer"


class ChallengeFailure(StrEnum):
    """Why a challenge failed."""

    WRONG_ACTION = "wrong_action"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    FACE_LOST = "face_lost"
    INTERRUPTED = "interrupted"
    NO_CAMERA = "no_camera"


@dataclass(frozen=True, slots=True)
class ChallengePolicy:
    """Attributes:
    steps: moves asked for, none twice in a row: three out of six make 150 sequences.
    deadline_ms: a move is done within it after it was asked for.
    patience_ms: within it the head is back at rest, so that the next move can be asked for.
    min_reaction_ms: nobody moves so soon after reading.
    min_pause_ms, max_pause_ms: at rest before each move; how long is drawn.
    turn_deg: of the mesh, about 16 degrees of the head.
    nod_deg: of the mesh.
    closer_ratio: face width against that at rest.
    rest_share: at rest is below this share of every move's size.
    rest_ms: the pose at rest is the middle one over so long.
    """

    steps: int = 3
    deadline_ms: int = 4000
    patience_ms: int = 8000
    min_reaction_ms: int = 250
    min_pause_ms: int = 300
    max_pause_ms: int = 3500
    turn_deg: float = 11.0
    nod_deg: float = 8.0
    closer_ratio: float = 1.2
    rest_share: float = 0.5
    rest_ms: int = 700


@dataclass(frozen=True, slots=True)
class ChallengeStep:
    """Attributes:
    nonce: names this step; told with it and not before.
    pause_ms: how long the head is at rest before it is asked for.
    """

    action: ChallengeAction
    nonce: str
    pause_ms: int


@dataclass(frozen=True, slots=True)
class HeadPlace:
    """Where a head is in one frame: rotation of the mesh, and its width in pixels."""

    at_ms: int
    yaw_deg: float
    pitch_deg: float
    width_px: float


@dataclass(frozen=True, slots=True)
class ChallengeState:
    """How far a challenge has come.

    Attributes:
        index: of the step that is asked for or will be next.
        issued_ms: when it was; None while the head is to be at rest.
        resting_since_ms: since when it is.
        waiting_since_ms: since when it should be.
        rest: the pose at rest; None before it was found.
        recent: the last places, of which it is found.
        blinks: since the step was asked for.
        turned: whether the head was seen turning in depth since then.
    """

    index: int = 0
    issued_ms: int | None = None
    resting_since_ms: int | None = None
    waiting_since_ms: int | None = None
    rest: HeadPlace | None = None
    recent: tuple[HeadPlace, ...] = ()
    blinks: int = 0
    turned: bool = False
    failure: ChallengeFailure | None = None

    @property
    def begun(self) -> bool:
        return self.index > 0 or self.issued_ms is not None


def draw_challenge(rng: random.Random, policy: ChallengePolicy) -> tuple[ChallengeStep, ...]:
    """Draw the steps of one session."""
    actions: list[ChallengeAction] = []
    while len(actions) < policy.steps:
        action = rng.choice(list(ChallengeAction))
        if not actions or action is not actions[-1]:
            actions.append(action)
    return tuple(
        ChallengeStep(action, f"{rng.getrandbits(64):016x}", rng.randint(policy.min_pause_ms, policy.max_pause_ms))
        for action in actions
    )


def observe_move(
    state: ChallengeState,
    steps: tuple[ChallengeStep, ...],
    place: HeadPlace,
    *,
    blinks: int,
    turned: bool,
    policy: ChallengePolicy,
) -> tuple[ChallengeState, bool]:
    """Take in one frame.

    Args:
        blinks: that this frame completes.
        turned: whether this frame completes a motion event.
    Returns:
        The next state, and whether the step at ``index`` has to be asked for now.
    """
    if state.failure is not None or state.index >= len(steps):
        return state, False
    if state.issued_ms is None:
        return _await_rest(state, steps[state.index], place, policy)
    state = replace(state, blinks=state.blinks + blinks, turned=state.turned or turned)
    return _judge(state, steps[state.index].action, place, policy), False


def fail(state: ChallengeState, failure: ChallengeFailure, steps: tuple[ChallengeStep, ...]) -> ChallengeState:
    """End a challenge that has begun; one that hasn't begins later, and one that is passed stays so."""
    if not state.begun or state.index >= len(steps):
        return replace(state, rest=None, recent=(), resting_since_ms=None, waiting_since_ms=None)
    return replace(state, failure=state.failure or failure)


def _await_rest(
    state: ChallengeState, step: ChallengeStep, place: HeadPlace, policy: ChallengePolicy
) -> tuple[ChallengeState, bool]:
    waiting_since_ms = place.at_ms if state.waiting_since_ms is None else state.waiting_since_ms
    state = replace(state, waiting_since_ms=waiting_since_ms)
    if state.rest is None:
        return _find_rest(state, place, policy), False
    moves = _moves(state.rest, place, policy)
    at_rest = max(moves.values()) <= policy.rest_share
    if not at_rest and state.resting_since_ms is not None and max(moves.values()) >= 1 and state.index > 0:
        return replace(state, failure=ChallengeFailure.TOO_EARLY), False
    if not at_rest:
        late = state.begun and place.at_ms - waiting_since_ms > policy.patience_ms
        if not state.begun:
            # Nobody has been asked for anything yet: look for the pose at rest anew.
            state = replace(state, rest=None, recent=(), resting_since_ms=None)
        return (replace(state, failure=ChallengeFailure.TOO_LATE) if late else state), False
    if state.resting_since_ms is None:
        return replace(state, resting_since_ms=place.at_ms), False
    if place.at_ms - state.resting_since_ms < step.pause_ms:
        return state, False
    return replace(state, issued_ms=place.at_ms, blinks=0, turned=False), True


def _find_rest(state: ChallengeState, place: HeadPlace, policy: ChallengePolicy) -> ChallengeState:
    recent = (*(each for each in state.recent if place.at_ms - each.at_ms <= policy.rest_ms), place)
    state = replace(state, recent=recent)
    if place.at_ms - recent[0].at_ms < policy.rest_ms * 0.7:
        return state
    middle = HeadPlace(
        place.at_ms,
        median(each.yaw_deg for each in recent),
        median(each.pitch_deg for each in recent),
        median(each.width_px for each in recent),
    )
    still = all(max(_moves(middle, each, policy).values()) <= policy.rest_share for each in recent)
    return replace(state, rest=middle, resting_since_ms=place.at_ms) if still else state


def _judge(state: ChallengeState, action: ChallengeAction, place: HeadPlace, policy: ChallengePolicy) -> ChallengeState:
    assert state.rest is not None  # noqa: S101  a step is asked for only from rest
    assert state.issued_ms is not None  # noqa: S101
    since_ms = place.at_ms - state.issued_ms
    moves = _moves(state.rest, place, policy)
    if _is_done(state, action, moves):
        if since_ms < policy.min_reaction_ms:
            return replace(state, failure=ChallengeFailure.TOO_EARLY)
        return replace(
            state, index=state.index + 1, issued_ms=None, resting_since_ms=None, waiting_since_ms=place.at_ms
        )
    largest = max(moves, key=lambda each: moves[each])
    if largest is not action and moves[largest] >= 1 and moves.get(action, 0.0) < policy.rest_share:
        return replace(state, failure=ChallengeFailure.WRONG_ACTION)
    if since_ms > policy.deadline_ms:
        return replace(state, failure=ChallengeFailure.TOO_LATE)
    return state


def _is_done(state: ChallengeState, action: ChallengeAction, moves: Mapping[ChallengeAction, float]) -> bool:
    if action is ChallengeAction.BLINK_TWICE:
        return state.blinks >= 2
    if action in {ChallengeAction.TURN_LEFT, ChallengeAction.TURN_RIGHT}:
        return moves[action] >= 1 and state.turned
    return moves[action] >= 1


def _moves(rest: HeadPlace, place: HeadPlace, policy: ChallengePolicy) -> dict[ChallengeAction, float]:
    """How much of each move is done: 1 is all of it."""
    yaw = (place.yaw_deg - rest.yaw_deg) / policy.turn_deg
    pitch = (place.pitch_deg - rest.pitch_deg) / policy.nod_deg
    closer = (place.width_px / max(rest.width_px, 1.0) - 1) / (policy.closer_ratio - 1)
    return {
        ChallengeAction.TURN_LEFT: yaw,
        ChallengeAction.TURN_RIGHT: -yaw,
        ChallengeAction.LOOK_UP: pitch,
        ChallengeAction.LOOK_DOWN: -pitch,
        ChallengeAction.COME_CLOSER: closer,
    }
