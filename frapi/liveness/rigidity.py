"""Whether a face lives around its eyes: painted lids on a photograph, or eyes behind holes in one, make no blink.

A living face is never the same picture twice: within a second or two it turns a little in depth, breathes, and moves
its brows and cheeks. A photograph stays one picture, however it is held: whatever lies between two views of it, a plane
carries one onto the other. So a blink counts only where, some time around it, no plane explains what changed *outside*
the eyes and lips. It is asked for blinks alone, so it costs nothing in other frames.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from frapi.vision.relief import Surface, explain_movement
from frapi.vision.types import HeadPose


@dataclass(frozen=True, slots=True)
class RigidityPolicy:
    """Attributes:
    remember_every_ms: spacing of the earlier views that the current one is compared with.
    window_ms: how far back they reach.
    alive_ms: a face that showed life so lately needn't do it again: it is followed without a break.
    min_age_ms: a younger view has had no time to differ.
    patience_ms: so long a blink waits for the face to show life.
    ask_every_ms: spacing of the questions it is asked meanwhile: the same picture needn't be asked in every frame.
    max_rotation_deg: between two views of the mesh, so that a tilted or bent photograph is still explained by a plane.
    max_plane_correlation: a plane explains less than this where a face lives. Of photographs waved by up to 25
        degrees, bent or flat, with noise of 1 to 4 grey levels, it explains 0.991 and more, by 35 degrees 0.983; of
        nine people on film at most 0.96 in one pair of views out of four (one sits as still as 0.973).
    min_change: so much more it explains of two frames in a row. What is drowned in noise differs in them already.
    min_head_advantage: the mesh must explain the change hardly worse than a plane does; of a photograph it doesn't.
    settling_margin: a plane that explains so much more than it may settles the question before its fit is refined. Of
        555 pairs of views, live and photographed, none was judged otherwise when the fit was refined all the same.
    comparisons: views tried for one frame.
    """

    remember_every_ms: int = 250
    window_ms: int = 2000
    alive_ms: int = 5000
    min_age_ms: int = 450
    patience_ms: int = 1500
    ask_every_ms: int = 200
    max_rotation_deg: float = 4.0
    max_plane_correlation: float = 0.97
    min_change: float = 0.01
    min_head_advantage: float = -0.05
    settling_margin: float = 0.01
    comparisons: int = 3


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Glimpse:
    """An earlier view of the face, its eyes open."""

    at_ms: int
    face: Surface
    yaw_deg: float
    pitch_deg: float


@dataclass(frozen=True, slots=True, repr=False)
class RigidityState:
    """Earlier views, the blinks that wait for the face to show life, and when it was asked and last did."""

    glimpses: tuple[Glimpse, ...] = ()
    previous: Glimpse | None = None
    waiting_blinks: int = 0
    waiting_since_ms: int = 0
    asked_ms: int | None = None
    alive_ms: int | None = None


def observe_face(
    state: RigidityState,
    face: Surface,
    pose: HeadPose,
    *,
    blinked: bool,
    moved: bool,
    eyes_open: bool,
    now_ms: int,
    policy: RigidityPolicy,
) -> tuple[RigidityState, int]:
    """Take in one frame.

    Args:
        blinked: this frame completes a blink of the lids.
        moved: it completes a motion event, which no photograph does.
    Returns:
        The next state, and how many blinks count from now on.
    """
    current = Glimpse(now_ms, face, pose.yaw_deg, pose.pitch_deg)
    if blinked:
        state = replace(state, waiting_blinks=state.waiting_blinks + 1, waiting_since_ms=now_ms, asked_ms=None)
    elif state.waiting_blinks and now_ms - state.waiting_since_ms > policy.patience_ms:
        state = replace(state, waiting_blinks=0)
    if moved:
        state = replace(state, alive_ms=now_ms)
    counted = 0
    if state.waiting_blinks and eyes_open:
        state = _ask(state, current, policy)
        if state.alive_ms is not None and now_ms - state.alive_ms <= policy.alive_ms:
            counted = state.waiting_blinks
            state = replace(state, waiting_blinks=0)
    return _remember(state, current, policy) if eyes_open else replace(state, previous=None), counted


def _remember(state: RigidityState, current: Glimpse, policy: RigidityPolicy) -> RigidityState:
    glimpses = tuple(each for each in state.glimpses if current.at_ms - each.at_ms <= policy.window_ms)
    if not glimpses or current.at_ms - glimpses[-1].at_ms >= policy.remember_every_ms:
        glimpses = (*glimpses, current)
    return replace(state, glimpses=glimpses, previous=current)


def _ask(state: RigidityState, current: Glimpse, policy: RigidityPolicy) -> RigidityState:
    """Ask the pixels for a sign of life, unless there is one or they were asked just now."""
    now_ms = current.at_ms
    if state.alive_ms is not None and now_ms - state.alive_ms <= policy.alive_ms:
        return state
    if state.asked_ms is not None and now_ms - state.asked_ms < policy.ask_every_ms:
        return state
    old_enough = [
        each
        for each in state.glimpses
        if now_ms - each.at_ms >= policy.min_age_ms and _rotation_deg(each, current) <= policy.max_rotation_deg
    ]
    if not old_enough or state.previous is None:
        return state
    compared = old_enough[:: max(1, len(old_enough) // policy.comparisons)][: policy.comparisons]
    alive = _has_lived(compared, state.previous, current, policy)
    return replace(state, asked_ms=now_ms, alive_ms=now_ms if alive else state.alive_ms)


def _has_lived(earlier: Sequence[Glimpse], previous: Glimpse, current: Glimpse, policy: RigidityPolicy) -> bool:
    """Whether what changed since any of the earlier views is neither a plane's movement nor noise."""
    unexplained = [
        change.plane_correlation
        for each in earlier
        if (change := explain_movement(each.face, current.face, enough=lambda head: _settling(head, policy)))
        and change.plane_correlation <= policy.max_plane_correlation
        and change.head_correlation - change.plane_correlation >= policy.min_head_advantage
    ]
    if not unexplained:
        return False
    least = min(unexplained) + policy.min_change
    just_now = explain_movement(previous.face, current.face, enough=lambda _: least + policy.settling_margin)
    return just_now is not None and just_now.plane_correlation >= least


def _settling(head_correlation: float, policy: RigidityPolicy) -> float:
    """A plane that explains more than this is no sign of life."""
    most = min(policy.max_plane_correlation, head_correlation - policy.min_head_advantage)
    return most + policy.settling_margin


def _rotation_deg(first: Glimpse, second: Glimpse) -> float:
    return math.hypot(first.yaw_deg - second.yaw_deg, first.pitch_deg - second.pitch_deg)
