"""Motion events: a head that turns in depth, not a picture that moves."""

from __future__ import annotations

import math
from dataclasses import dataclass

from frapi.vision.parallax import nonplanar_residual, rigid_points
from frapi.vision.relief import Surface, explain_movement
from frapi.vision.types import HeadPose, Landmarks, Points


@dataclass(frozen=True, slots=True)
class MotionPolicy:
    """Attributes:
    window_ms: a turn happens within this time.
    reference_every_ms: spacing of the earlier views that the current one is compared with.
    min_rotation_deg: least change of the mesh's yaw and pitch together (about 13 degrees of the head). Somebody who
        sat still before the camera swayed by up to 9.4, with an advantage of 0.025.
    min_residual: least RMS distance from any plane, over the inter-ocular distance. With the rotation it picks the
        frames worth the pixels' opinion: talking and small sways stay under both.
    min_head_correlation: the mesh must explain the movement at least so well. Where a photograph is tilted so far
        that the mesh loses it, neither explanation holds, and both stay under 0.5.
    min_advantage: by so much the head must explain the pixels better than any plane. Of nine people's turns the best
        two frames in a row have 0.052 to 0.53; of 120 films of photographs tilted by up to 45 degrees or bent, no frame
        has more than 0.009, but for a single one.
    confirming_frames: all must hold on so many frames in a row.
    """

    window_ms: int = 2500
    reference_every_ms: int = 150
    min_rotation_deg: float = 9.0
    min_residual: float = 0.03
    min_head_correlation: float = 0.6
    min_advantage: float = 0.03
    confirming_frames: int = 2


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class View:
    """The head as one frame saw it."""

    at_ms: int
    rigid_px: Points
    face: Surface
    yaw_deg: float
    pitch_deg: float


@dataclass(frozen=True, slots=True)
class MotionState:
    """Earlier views to compare with, and how many frames in a row showed a turn."""

    views: tuple[View, ...] = ()
    turned_frames: int = 0


def observe_head(
    state: MotionState, landmarks: Landmarks, face: Surface, pose: HeadPose, *, now_ms: int, policy: MotionPolicy
) -> tuple[MotionState, bool]:
    """Take in one frame.

    Returns:
        The next state, and whether this frame completes a motion event. An event starts the comparison anew, so that
        the next one needs another turn.
    """
    current = View(now_ms, rigid_points(landmarks.points_px), face, pose.yaw_deg, pose.pitch_deg)
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
    """Compare with the view that the head has turned away from most; the cheapest question comes first."""
    farthest = max(views, key=lambda view: _rotation_deg(view, current))
    if _rotation_deg(farthest, current) < policy.min_rotation_deg:
        return False
    if nonplanar_residual(farthest.rigid_px, current.rigid_px) < policy.min_residual:
        return False
    explanation = explain_movement(farthest.face, current.face, enough=lambda head: _refuting(head, policy))
    return (
        explanation is not None
        and explanation.head_correlation >= policy.min_head_correlation
        and explanation.head_correlation - explanation.plane_correlation >= policy.min_advantage
    )


def _refuting(head_correlation: float, policy: MotionPolicy) -> float:
    """A plane that explains more than this will not fall behind the head by :attr:`MotionPolicy.min_advantage`."""
    return head_correlation if head_correlation >= policy.min_head_correlation else -math.inf


def _rotation_deg(first: View, second: View) -> float:
    return math.hypot(first.yaw_deg - second.yaw_deg, first.pitch_deg - second.pitch_deg)
