"""What the server says on the stream, typed.

Fields this version doesn't know stay in ``raw``; nothing secret stands in a repr.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from frapi_client.errors import UnexpectedAnswer

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """Base of all messages, and itself any type that this version doesn't know.

    Attributes:
        type: the message's type on the wire.
        raw: the whole message.
    """

    type: str
    raw: Json = field(repr=False)


@dataclass(frozen=True, slots=True)
class ConnectionEstablished(Message):
    """The first message.

    Attributes:
        session_type: ``enrollment``, ``verification`` or ``identification``.
        resumed: whether the session already has frames from an earlier connection.
        policy: targets, limits and thresholds of the session.
    """

    session_type: str
    resumed: bool
    policy: Json


@dataclass(frozen=True, slots=True)
class FrameProcessed(Message):
    """The answer to a frame in which nothing covered the face.

    Attributes:
        success: one usable face was seen.
        accepted: the frame counts.
        reason: why it does not; None when it does.
        instruction: machine-readable hint; ``none`` when there is nothing to do but go on.
        message: hint for people.
        target_frames: accepted frames the session needs.
        face_bbox: left, top, right, bottom in pixels; None without a face.
        warnings: such as ``low_frame_rate``.
        seq: of the frame, where it had one.
    """

    success: bool
    accepted: bool
    reason: str | None
    instruction: str
    message: str
    frames_processed: int
    target_frames: int
    quality_score: float
    liveness_score: float
    liveness_verified: bool
    blinks_detected: int
    blinks_required: int
    blinks_ok: bool
    motion_events: int
    motion_required: int
    motion_ok: bool
    face_bbox: tuple[int, int, int, int] | None
    effective_fps: float
    warnings: tuple[str, ...]
    frames_dropped: int
    seq: int | None


@dataclass(frozen=True, slots=True)
class FrameRejected(Message):
    """The answer to a frame in which something covers the face.

    Attributes:
        obstacles: name -> confidence.
    """

    reason: str
    obstacles: Mapping[str, float]
    instruction: str
    message: str
    frames_dropped: int
    seq: int | None


@dataclass(frozen=True, slots=True)
class Challenge(Message):
    """The person must be asked for one move; only in sessions with a challenge. Go on sending frames.

    Attributes:
        nonce: names this step.
        index: from 0 to ``total`` - 1.
        action: ``turn_left``, ``turn_right``, ``look_up``, ``look_down``, ``blink_twice`` or ``come_closer``; left and
            right are the person's own.
        deadline_ms: so long the person has.
        message: the same for people.
    """

    nonce: str
    index: int
    total: int
    action: str
    deadline_ms: int
    message: str


@dataclass(frozen=True, slots=True)
class Completed(Message):
    """The session is decided.

    Attributes:
        success: enrolled, or authenticated.
        user_id: who was authenticated; None otherwise.
        confidence: calibrated probability that it is he; None unless authenticated.
        encrypted_data: for :func:`frapi_client.decrypt_payload`; None on failure.
    """

    success: bool
    message: str
    user_id: str | None
    confidence: float | None
    frames_processed: int
    encrypted_data: Json | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class ErrorMessage(Message):
    """Something was wrong with what we sent; the stream goes on unless a close follows.

    Attributes:
        retry_after_ms: how long to send nothing, after a 429.
    """

    error: str
    code: int
    details: Json

    @property
    def retry_after_ms(self) -> int:
        return int(self.details.get("retry_after_ms", 0))


def parse_message(raw: Json) -> Message:
    """Type one message of the server.

    Raises:
        UnexpectedAnswer: it lacks a field.
    """
    kind = str(raw.get("type"))
    make = _PARSERS.get(kind)
    try:
        return make(raw) if make else Message(kind, raw)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnexpectedAnswer(f"A message {kind!r} of the server isn't of the known form") from error


def _connection_established(raw: Json) -> Message:
    return ConnectionEstablished(
        raw["type"],
        raw,
        session_type=raw["session_type"],
        resumed=bool(raw.get("resumed", False)),
        policy=raw.get("policy", {}),
    )


def _frame_processed(raw: Json) -> Message:
    return FrameProcessed(
        raw["type"],
        raw,
        success=raw["success"],
        accepted=raw.get("accepted", raw["success"] and raw.get("reason") is None),
        reason=raw.get("reason"),
        instruction=raw.get("instruction", "none"),
        message=raw["message"],
        frames_processed=raw["frames_processed"],
        target_frames=raw.get("target_samples", raw.get("min_frames_required", 0)),
        quality_score=raw["quality_score"],
        liveness_score=raw["liveness_score"],
        liveness_verified=raw["liveness_verified"],
        blinks_detected=raw["blinks_detected"],
        blinks_required=raw["blinks_required"],
        blinks_ok=raw["blinks_ok"],
        motion_events=raw["motion_events"],
        motion_required=raw["motion_required"],
        motion_ok=raw["motion_ok"],
        face_bbox=_box(raw.get("visual_data", {}).get("face_bbox")),
        effective_fps=raw.get("effective_fps", 0.0),
        warnings=tuple(raw.get("warnings", ())),
        frames_dropped=raw.get("frames_dropped", 0),
        seq=raw.get("seq"),
    )


def _frame_rejected(raw: Json) -> Message:
    confidences = raw.get("obstacle_confidence", {})
    return FrameRejected(
        raw["type"],
        raw,
        reason=raw["reason"],
        obstacles={name: confidences.get(name, 0.0) for name in raw["obstacles"]},
        instruction=raw.get("instruction", "obstacle_detected"),
        message=raw["message"],
        frames_dropped=raw.get("frames_dropped", 0),
        seq=raw.get("seq"),
    )


def _box(edges: Sequence[int] | None) -> tuple[int, int, int, int] | None:
    if edges is None:
        return None
    left, top, right, bottom = edges
    return left, top, right, bottom


def _challenge(raw: Json) -> Message:
    return Challenge(
        raw["type"],
        raw,
        nonce=raw["nonce"],
        index=raw["index"],
        total=raw["total"],
        action=raw["action"],
        deadline_ms=raw["deadline_ms"],
        message=raw["message"],
    )


def _completed(raw: Json) -> Message:
    return Completed(
        raw["type"],
        raw,
        success=raw["success"] and raw.get("authenticated", True),
        message=raw["message"],
        user_id=raw.get("user_id"),
        confidence=raw.get("confidence"),
        frames_processed=raw["frames_processed"],
        encrypted_data=raw.get("encrypted_data"),
    )


def _error(raw: Json) -> Message:
    return ErrorMessage(raw["type"], raw, error=raw["error"], code=raw["code"], details=raw.get("details") or {})


_PARSERS = {
    "connection_established": _connection_established,
    "frame_processed": _frame_processed,
    "frame_rejected": _frame_rejected,
    "challenge": _challenge,
    "enrollment_complete": _completed,
    "authentication_complete": _completed,
    "error": _error,
}
