"""Motion events: a head that turns in depth, not a picture that moves."""

from __future__ import annotations

import math
from dataclasses import dataclass

from frapi.vision.parallax import nonplanar_residual, rigid_points
from frapi.vision.types import HeadPose, Landmarks, Points


@dataclass(frozen=True, slots=True)
class MotionPolicy:
    """Attributes:
    window_ms: a turn happens within this time.
    reference_every_ms: spacing of the earlier views that the current one is compared with.
    min_rotation_deg: least change of the mesh's yaw and pitch together (about 14 degrees of the head). Talking and
        small sways stay under 9.4.
    min_residual: least RMS distance from any plane, over the inter-ocular distance. Heads that turn by
        ``min_rotation_deg`` show 0.043 and more; photos tilted by 25 degrees at most 0.038 on 8 of 9 people.
    confirming_frames: both must hold on so many frames in a row.
    """

    window_ms: int = 2500
    reference_every_ms: int = 150
    min_rotation_deg: float = 10.0
    min_residual: float = 0.04
    confirming_frames: int = 2


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class View:
    """The head as one frame saw it."""

    at_ms: int
    rigid_px: Points
    yaw_deg: float
    pitch_deg: float


@dataclass(frozen=True, slots=True)
class MotionState:
    """Earlier views to compare with, and how many frames in a row showed a turn."""

    views: tuple[View, ...] = ()
    turned_frames: int = 0


def observe_head(
    state: MotionState, landmarks: Landmarks, pose: HeadPose, *, now_ms: int, policy: MotionPolicy
) -> tuple[MotionState, bool]:
    """Take in one frame.

    Returns:
        The next state, and whether this frame completes a motion event. An event starts the comparison anew, so that
        the next one needs another turn.
    """
    current = View(now_ms, rigid_points(landmarks.points_px), pose.yaw_deg, pose.pitch_deg)
    views = tuple(view for view in state.views if now_ms - view.at_ms <= policy.window_ms)
    if not views:
        return MotionState((current,)), False
    turned_frames = state.turned_frames + 1 if _has_turned(views, current, policy) else 0
    if turned_frames >= policy.confirming_frames:
        return MotionState((current,)), True
    if now_ms - views[-1].at_ms >= policy.reference_every_ms:
        views = (*views, current)
    return MotionState(views, turned_frames), False


def _has_turned(views: tuple[View, ...], current: View, policy: MotionPolicy) -> bool:
    """Compare with the view that the head has turned away from most."""
    farthest = max(views, key=lambda view: _rotation_deg(view, current))
    return (
        _rotation_deg(farthest, current) >= policy.min_rotation_deg
        and nonplanar_residual(farthest.rigid_px, current.rigid_px) >= policy.min_residual
    )


def _rotation_deg(first: View, second: View) -> float:
    return math.hypot(first.yaw_deg - second.yaw_deg, first.pitch_deg - second.pitch_deg)
