"""What the server sends over the WebSocket: each function makes one message, as :mod:`frapi.apps.verification.wire`
declares it.

``docs/websocket.md`` describes the same for people, and a test holds its examples to this module. What clients send is
read in :mod:`frapi.apps.verification.incoming`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NotRequired

import orjson
from typing_extensions import TypedDict

from frapi.apps.verification.wire import (
    AuthenticationCompleteMessage,
    AuthenticationFailedMessage,
    ChallengeMessage,
    ConnectionEstablishedMessage,
    EncryptedData,
    EnrollmentCompleteMessage,
    ErrorMessage,
    FrameProcessedMessage,
    FrameRejectedMessage,
    Message,
    PongMessage,
)
from frapi.errors import FrapiError
from frapi.liveness.challenge import ChallengeAction
from frapi.liveness.types import (
    ChallengeIssued,
    Counters,
    EvidenceReady,
    FrameObstructed,
    FrameProcessed,
    FrameWarning,
    Instruction,
    LivenessRule,
    RejectReason,
    SessionKind,
    SessionPolicy,
)
from frapi.vision.types import FaceBox, Obstacle

# Scores are coarse on purpose: fine ones would tell an attacker which way to climb.
SCORE_DECIMALS = 2
_SCORE_TOLERANCE = 1e-4  # of the last decimal: 0.29 as a float is a little less than 0.29
EAR_DECIMALS = 3
CONFIDENCE_DECIMALS = 4

MET = " ✓"

_REASON_TEXTS: Mapping[RejectReason, str] = {
    RejectReason.NO_FACE: "No face detected",
    RejectReason.MULTIPLE_FACES: "Multiple faces detected",
    RejectReason.FACE_TOO_SMALL: "Move closer to the camera",
    RejectReason.FACE_CUT_OFF: "Center your face in the picture",
    RejectReason.IDENTITY_CHANGED: "Another face appeared, liveness starts again",
}

_LOW_QUALITY_TEXTS: Mapping[Instruction, str] = {
    Instruction.LOOK_STRAIGHT: "Look straight at the camera",
    Instruction.MOVE_CLOSER: "Move closer to the camera",
    Instruction.MOVE_BACK: "Move back from the camera",
    Instruction.CENTER_FACE: "Center your face in the picture",
    Instruction.MORE_LIGHT: "More light needed",
    Instruction.LESS_LIGHT: "Less light needed",
    Instruction.HOLD_STILL: "Hold still",
}

_CHALLENGE_TEXTS: Mapping[ChallengeAction, str] = {
    ChallengeAction.TURN_LEFT: "Turn your head to your left and back",
    ChallengeAction.TURN_RIGHT: "Turn your head to your right and back",
    ChallengeAction.LOOK_UP: "Look up and back",
    ChallengeAction.LOOK_DOWN: "Look down and back",
    ChallengeAction.BLINK_TWICE: "Blink twice",
    ChallengeAction.COME_CLOSER: "Come closer and go back",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a session is told about its own bounds.

    Attributes:
        max_fps: sustained frames per second.
        max_frames: frames looked at in all.
        expires_at: when the session ends by itself.
    """

    max_fps: int
    max_frames: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class FrameContext:
    """What an answer says about its frame besides what was seen.

    Attributes:
        seq: the client's number of the frame; None when it gave none.
        frames_dropped: frames that gave way to newer ones since the last answer.
    """

    seq: int | None = None
    frames_dropped: int = 0


class _Target(TypedDict, total=False):
    target_samples: int
    min_frames_required: int


class _Demands(TypedDict, total=False):
    challenge_steps: int
    passive_pad_required: Literal[True]


class _Remarks(TypedDict, total=False):
    reason: RejectReason
    warnings: list[FrameWarning]
    obstacle_confidence: dict[str, float]


class _Context(TypedDict):
    frames_dropped: int
    seq: NotRequired[int]


def encode(message: Message) -> str:
    """A message as the text of a WebSocket frame."""
    return orjson.dumps(message).decode()


def utc_timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC, whole seconds, with ``Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def connection_established(
    *, session_token: str, policy: SessionPolicy, limits: Limits, counters: Counters, resumed: bool
) -> ConnectionEstablishedMessage:
    """The first message on every socket whose session is open.

    Args:
        counters: what earlier connections counted.
        resumed: whether there was one.
    """
    return {
        "type": "connection_established",
        "session_type": policy.kind,
        "session_token": session_token,
        "resumed": resumed,
        "policy": {
            **_target(policy),
            "required_blinks": policy.required_blinks,
            "required_motion": policy.required_motion,
            "liveness_rule": policy.rule,
            "quality_threshold": policy.quality_threshold,
            "obstacle_thresholds": {name.value: score for name, score in policy.obstacle_thresholds.items()},
            "max_fps": limits.max_fps,
            "max_frames": limits.max_frames,
            "expires_at": utc_timestamp(limits.expires_at),
            **_optional_demands(policy),
        },
        "frames_processed": counters.frames_processed,
        "blinks_detected": counters.blinks,
        "motion_events": counters.motion_events,
        "message": "WebSocket connection established",
    }


def frame_processed(event: FrameProcessed, policy: SessionPolicy, context: FrameContext) -> FrameProcessedMessage:
    """The answer to a frame in which nothing covers the face, usable or not."""
    counters = event.counters
    return {
        "type": "frame_processed",
        "success": event.success,
        "accepted": event.accepted,
        "frames_processed": counters.frames_processed,
        **_target(policy),
        "quality_score": coarse_score(event.quality_score),
        "quality_threshold": policy.quality_threshold,
        "quality": {name: coarse_score(score) for name, score in event.quality_components.items()},
        "liveness_score": coarse_score(counters.liveness_score),
        "liveness_verified": counters.liveness_verified,
        "blinks_detected": counters.blinks,
        "blinks_required": policy.required_blinks,
        "blinks_ok": counters.blinks >= policy.required_blinks,
        "motion_events": counters.motion_events,
        "motion_required": policy.required_motion,
        "motion_ok": counters.motion_events >= policy.required_motion,
        "no_obstacles": True,
        "obstacles": [],
        "instruction": event.instruction,
        "message": _frame_text(event, policy),
        "visual_data": {
            "face_bbox": _face_bbox(event.box),
            "liveness_indicators": {
                "ear": None if event.ear is None else round(float(event.ear), EAR_DECIMALS),
                "blinks": counters.blinks,
                "motion_events": counters.motion_events,
                "frame_counter": counters.frame_counter,
            },
        },
        "effective_fps": round(float(counters.effective_fps), 1),
        **_remarks(event),
        **_context(context),
    }


def frame_rejected(event: FrameObstructed, context: FrameContext) -> FrameRejectedMessage:
    """The answer to a frame in which something covers the face."""
    return {
        "type": "frame_rejected",
        "reason": "Obstacles detected blocking face capture",
        "obstacles": list(event.obstacles),
        "obstacle_confidence": _obstacle_confidence(event.obstacles),
        "instruction": event.instruction,
        "message": "Remove obstacles and try again",
        "effective_fps": round(float(event.counters.effective_fps), 1),
        **_context(context),
    }


def challenge(event: ChallengeIssued) -> ChallengeMessage:
    """Asks for one move; only in sessions that were made with a challenge."""
    return {
        "type": "challenge",
        "nonce": event.step.nonce,
        "index": event.index,
        "total": event.total,
        "action": event.step.action,
        "deadline_ms": event.deadline_ms,
        "message": _CHALLENGE_TEXTS[event.step.action],
    }


def enrollment_complete(
    evidence: EvidenceReady, policy: SessionPolicy, *, enrollment_id: str, encrypted_data: EncryptedData
) -> EnrollmentCompleteMessage:
    """The last message of an enrolment: the template is stored."""
    counters = evidence.counters
    return {
        "type": "enrollment_complete",
        "success": True,
        "enrollment_id": enrollment_id,
        "frames_processed": counters.frames_processed,
        "liveness_verified": counters.liveness_verified,
        "blinks_detected": counters.blinks,
        "motion_verified": motion_verified(counters, policy),
        "quality_score": coarse_score(evidence.quality_score),
        "encrypted_data": encrypted_data,
        "message": "Enrollment completed successfully",
    }


def authentication_complete(
    counters: Counters, policy: SessionPolicy, *, user_id: str, confidence: float, encrypted_data: EncryptedData
) -> AuthenticationCompleteMessage:
    """The last message of an authentication that recognised the user."""
    return {
        "type": "authentication_complete",
        "success": True,
        "authenticated": True,
        "user_id": user_id,
        "confidence": coarse_confidence(confidence),
        "frames_processed": counters.frames_processed,
        "liveness_verified": counters.liveness_verified,
        "blinks_detected": counters.blinks,
        "motion_verified": motion_verified(counters, policy),
        "encrypted_data": encrypted_data,
        "message": "Authentication successful",
    }


def authentication_failed(counters: Counters) -> AuthenticationFailedMessage:
    """The last message of an authentication that recognised nobody. It says no more: an attacker reads it too."""
    return {
        "type": "authentication_complete",
        "success": False,
        "authenticated": False,
        "frames_processed": counters.frames_processed,
        "message": "Face not recognized",
    }


def error(problem: FrapiError, *, seq: int | None = None) -> ErrorMessage:
    """Something went wrong; whether the socket stays open is up to ``problem.close_code``."""
    details = problem.details if seq is None else {**problem.details, "seq": seq}
    return {"type": "error", "error": problem.message, "code": problem.code, "details": details}


def pong() -> PongMessage:
    """The answer to a ping."""
    return {"type": "pong"}


def progress_text(policy: SessionPolicy, counters: Counters) -> str:
    """What is still asked for, for people."""
    motion = _requirement(counters.motion_events, policy.required_motion)
    blink = _requirement(counters.blinks, policy.required_blinks)
    if policy.rule is LivenessRule.ANY:
        return f"Need: Blink {blink} OR Motion {motion}"
    asked = []
    if policy.rule is LivenessRule.ALL:
        asked += [f"Motion required {motion}"] if policy.required_motion else []
        asked += [f"Blink required {blink}"] if policy.required_blinks else []
    return " | ".join(asked) or f"Frames {_requirement(counters.frames_processed, policy.target_frames)}"


def motion_verified(counters: Counters, policy: SessionPolicy) -> bool:
    """Whether the head was seen turning as often as asked, and at least once."""
    return counters.motion_events >= max(1, policy.required_motion)


def coarse_score(score: float) -> float:
    """A score as it is told to anybody. Cut, not rounded: a score under its threshold must not read as if it met it."""
    scale = 10.0**SCORE_DECIMALS
    return math.floor(float(score) * scale + _SCORE_TOLERANCE) / scale


def coarse_or_none(score: float | None) -> float | None:
    """The same for a score that may be absent."""
    return None if score is None else coarse_score(score)


def coarse_confidence(confidence: float) -> float:
    """A confidence as it is told to anybody. Cut, not rounded: nobody is certain."""
    scale = 10.0**CONFIDENCE_DECIMALS
    return math.floor(confidence * scale) / scale


def _optional_demands(policy: SessionPolicy) -> _Demands:
    """What only sessions that were made so ask for; other clients never see it."""
    demands: _Demands = {}
    if policy.challenge:
        demands["challenge_steps"] = len(policy.challenge)
    if policy.require_passive_pad:
        demands["passive_pad_required"] = True
    return demands


def _remarks(event: FrameProcessed) -> _Remarks:
    """What is said only when there is something to say."""
    remarks: _Remarks = {}
    if event.reason is not None:
        remarks["reason"] = event.reason
    if event.warnings:
        remarks["warnings"] = list(event.warnings)
    if event.obstacle_scores:
        remarks["obstacle_confidence"] = _obstacle_confidence(event.obstacle_scores)
    return remarks


def _frame_text(event: FrameProcessed, policy: SessionPolicy) -> str:
    if event.reason is RejectReason.LOW_QUALITY:
        return _LOW_QUALITY_TEXTS.get(event.instruction, "Image quality too low")
    text = _REASON_TEXTS.get(event.reason) if event.reason is not None else None
    return text or progress_text(policy, event.counters)


def _requirement(count: int, required: int) -> str:
    return f"({count}/{required}){MET if count >= required else ''}"


def _target(policy: SessionPolicy) -> _Target:
    if policy.kind is SessionKind.ENROLLMENT:
        return {"target_samples": policy.target_frames}
    return {"min_frames_required": policy.target_frames}


def _face_bbox(box: FaceBox | None) -> list[int] | None:
    return None if box is None else [round(edge) for edge in (box.x_min, box.y_min, box.x_max, box.y_max)]


def _obstacle_confidence(scores: Mapping[Obstacle, float]) -> dict[str, float]:
    return {name.value: coarse_score(score) for name, score in scores.items()}


def _context(context: FrameContext) -> _Context:
    if context.seq is None:
        return {"frames_dropped": context.frames_dropped}
    return {"frames_dropped": context.frames_dropped, "seq": context.seq}
