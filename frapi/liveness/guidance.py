"""What to tell the person in front of the camera."""

from __future__ import annotations

from dataclasses import dataclass

from frapi.liveness.types import Instruction, RejectReason
from frapi.vision.types import FrameObservation


@dataclass(frozen=True, slots=True)
class GuidancePolicy:
    """Below which component value a hint is given, and when a face is too near.

    Attributes:
        dark, bright: share of the face's pixels that are not under- or over-exposed.
        turned: head pose components; 0.8 is 17 degrees of the mesh.
        small: inter-eye distance component.
        near_ratio: face width over image width from which the person should move back.
    """

    dark: float = 0.8
    bright: float = 0.8
    turned: float = 0.8
    small: float = 0.85
    near_ratio: float = 0.8


GUIDANCE = GuidancePolicy()

_BY_REASON = {
    RejectReason.NO_FACE: Instruction.NO_FACE,
    RejectReason.MULTIPLE_FACES: Instruction.MULTIPLE_FACES,
    RejectReason.FACE_TOO_SMALL: Instruction.MOVE_CLOSER,
    RejectReason.IDENTITY_CHANGED: Instruction.HOLD_STILL,
}


def instruct(observation: FrameObservation, reason: RejectReason | None) -> Instruction:
    """The hint that would get this frame accepted; NONE when it was, or when only the eyes are closed."""
    if reason in _BY_REASON:
        return _BY_REASON[reason]
    if reason is RejectReason.FACE_CUT_OFF:
        return Instruction.MOVE_BACK if _is_near(observation) else Instruction.CENTER_FACE
    if reason is RejectReason.LOW_QUALITY and observation.quality is not None:
        return _improve(observation)
    return Instruction.NONE


def _improve(observation: FrameObservation) -> Instruction:
    """Name the component that is to blame, the easiest to mend first."""
    assert observation.quality is not None  # noqa: S101
    components = observation.quality.components
    if components["under_exposure_prevention"] < GUIDANCE.dark:
        return Instruction.MORE_LIGHT
    if components["over_exposure_prevention"] < GUIDANCE.bright:
        return Instruction.LESS_LIGHT
    if min(components["head_pose_yaw"], components["head_pose_pitch"], components["head_pose_roll"]) < GUIDANCE.turned:
        return Instruction.LOOK_STRAIGHT
    if components["inter_eye_distance"] < GUIDANCE.small:
        return Instruction.MOVE_CLOSER
    return Instruction.HOLD_STILL


def _is_near(observation: FrameObservation) -> bool:
    box = observation.box
    return box is not None and box.width_px >= GUIDANCE.near_ratio * observation.image_width_px
