"""The wire format, field by field: names and types are what integrations were written against."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import orjson
import pytest

from frapi.apps.verification import messages
from frapi.apps.verification.messages import FrameContext, Limits
from frapi.errors import InvalidImage, RateLimited, TooManyFrames
from frapi.liveness.types import (
    Counters,
    EvidenceReady,
    FrameObstructed,
    FrameProcessed,
    Instruction,
    LivenessRule,
    RejectReason,
    SessionKind,
    SessionPolicy,
)
from frapi.vision.types import Embedding, FaceBox, Obstacle

ENROLL = SessionPolicy(SessionKind.ENROLLMENT)
VERIFY = SessionPolicy(SessionKind.VERIFICATION, rule=LivenessRule.ANY)
COUNTERS = Counters(
    frames_processed=2,
    frame_counter=15,
    blinks=1,
    motion_events=0,
    liveness_score=0.8,
    liveness_verified=False,
    effective_fps=9.87,
)
ENCRYPTED = {"encrypted_payload": "AAAA", "algorithm": "AES-256-CBC", "mac": "BBBB"}
Shape = dict[str, Any]


def processed(**changes: Any) -> FrameProcessed:
    values: dict[str, Any] = {
        "counters": COUNTERS,
        "accepted": True,
        "reason": None,
        "instruction": Instruction.MOTION_REQUIRED,
        "quality_score": 0.8765,
        "quality_components": {"sharpness": 0.912},
        "ear": 0.28512,
        "box": FaceBox(120.4, 79.6, 520.0, 480.2, 0.99),
        "obstacle_scores": {},
    }
    return FrameProcessed(**values | changes)


def evidence(counters: Counters = COUNTERS) -> EvidenceReady:
    return EvidenceReady(counters, Embedding(np.zeros(4, np.float32), "test/1"), 3, 0.8999, final=True)


def answer(event: FrameProcessed | None = None, policy: SessionPolicy = ENROLL, **context: Any) -> Shape:
    return messages.frame_processed(event or processed(), policy, FrameContext(**context))


def assert_types(message: Shape, types: Shape) -> None:
    """Every field of ``types`` is there, with exactly that type."""
    for name, kind in types.items():
        if isinstance(kind, dict):
            assert_types(message[name], kind)
        else:
            assert type(message[name]) is kind, name


FRAME_FIELDS: Shape = {
    "type": str,
    "success": bool,
    "frames_processed": int,
    "quality_score": float,
    "liveness_score": float,
    "liveness_verified": bool,
    "blinks_detected": int,
    "blinks_required": int,
    "blinks_ok": bool,
    "motion_events": int,
    "motion_required": int,
    "motion_ok": bool,
    "no_obstacles": bool,
    "message": str,
    "visual_data": {
        "face_bbox": list,
        "liveness_indicators": {"ear": float, "blinks": int, "motion_events": int, "frame_counter": int},
    },
}


def test_frame_processed_of_an_enrollment() -> None:
    message = answer(seq=41, frames_dropped=3)
    assert_types(message, FRAME_FIELDS | {"target_samples": int, "quality_threshold": float, "obstacles": list})
    assert message == {
        "type": "frame_processed",
        "success": True,
        "accepted": True,
        "frames_processed": 2,
        "target_samples": 3,
        "quality_score": 0.87,
        "quality_threshold": 0.65,
        "quality": {"sharpness": 0.91},
        "liveness_score": 0.8,
        "liveness_verified": False,
        "blinks_detected": 1,
        "blinks_required": 1,
        "blinks_ok": True,
        "motion_events": 0,
        "motion_required": 1,
        "motion_ok": False,
        "no_obstacles": True,
        "obstacles": [],
        "instruction": "motion_required",
        "message": "Motion required (0/1) | Blink required (1/1) ✓",
        "visual_data": {
            "face_bbox": [120, 80, 520, 480],
            "liveness_indicators": {"ear": 0.285, "blinks": 1, "motion_events": 0, "frame_counter": 15},
        },
        "effective_fps": 9.9,
        "frames_dropped": 3,
        "seq": 41,
    }


def test_frame_processed_of_an_authentication() -> None:
    message = answer(policy=VERIFY)
    assert_types(message, FRAME_FIELDS | {"min_frames_required": int})
    assert message["min_frames_required"] == 3
    assert "target_samples" not in message
    assert "seq" not in message


@pytest.mark.parametrize(
    ("reason", "success", "text"),
    [
        (RejectReason.NO_FACE, False, "No face detected"),
        (RejectReason.MULTIPLE_FACES, False, "Multiple faces detected"),
        (RejectReason.FACE_TOO_SMALL, False, "Move closer to the camera"),
        (RejectReason.FACE_CUT_OFF, False, "Center your face in the picture"),
        (RejectReason.IDENTITY_CHANGED, True, "Another face appeared, liveness starts again"),
        (RejectReason.EYES_CLOSED, True, "Motion required (0/1) | Blink required (1/1) ✓"),
        (RejectReason.LOW_QUALITY, True, "Image quality too low"),
    ],
)
def test_a_frame_that_does_not_count_says_why(reason: RejectReason, success: bool, text: str) -> None:
    message = answer(processed(accepted=False, reason=reason, instruction=Instruction.NONE))
    assert (message["success"], message["accepted"], message["reason"]) == (success, False, reason.value)
    assert message["message"] == text


@pytest.mark.parametrize("instruction", sorted(set(Instruction) - {Instruction.NONE}))
def test_low_quality_tells_what_to_do(instruction: Instruction) -> None:
    message = answer(processed(accepted=False, reason=RejectReason.LOW_QUALITY, instruction=instruction))
    assert message["instruction"] == instruction.value
    assert message["message"]


def test_a_frame_without_a_face_keeps_the_shape() -> None:
    event = processed(accepted=False, reason=RejectReason.NO_FACE, ear=None, box=None, quality_components={})
    message = answer(event)
    assert message["visual_data"]["face_bbox"] is None
    assert message["visual_data"]["liveness_indicators"]["ear"] is None
    assert set(answer()) - set(message) == set()


def test_obstacle_scores_are_told_when_known() -> None:
    assert "obstacle_confidence" not in answer()
    known = answer(processed(obstacle_scores={Obstacle.GLASSES: 0.126}))
    assert known["obstacle_confidence"] == {"glasses": 0.12}
    assert (known["no_obstacles"], known["obstacles"]) == (True, [])


def test_frame_rejected() -> None:
    event = FrameObstructed(COUNTERS, {Obstacle.GLASSES: 0.85, Obstacle.HAND_COVERING: 0.72})
    assert messages.frame_rejected(event, FrameContext(seq=5, frames_dropped=1)) == {
        "type": "frame_rejected",
        "reason": "Obstacles detected blocking face capture",
        "obstacles": ["glasses", "hand_covering"],
        "obstacle_confidence": {"glasses": 0.85, "hand_covering": 0.72},
        "instruction": "obstacle_detected",
        "message": "Remove obstacles and try again",
        "effective_fps": 9.9,
        "frames_dropped": 1,
        "seq": 5,
    }


def test_connection_established() -> None:
    message = messages.connection_established(
        session_token="sess_x",
        policy=VERIFY,
        limits=Limits(15, 600, datetime(2030, 1, 1, 12, 0, 0, 999, tzinfo=UTC)),
        counters=COUNTERS,
        resumed=True,
    )
    assert message == {
        "type": "connection_established",
        "session_type": "verification",
        "session_token": "sess_x",
        "resumed": True,
        "policy": {
            "min_frames_required": 3,
            "required_blinks": 1,
            "required_motion": 1,
            "liveness_rule": "any",
            "quality_threshold": 0.65,
            "obstacle_thresholds": {"glasses": 0.5, "mask": 0.3, "hat": 0.3, "hand_covering": 0.3},
            "max_fps": 15,
            "max_frames": 600,
            "expires_at": "2030-01-01T12:00:00Z",
        },
        "frames_processed": 2,
        "blinks_detected": 1,
        "motion_events": 0,
        "message": "WebSocket connection established",
    }


def test_enrollment_complete() -> None:
    assert messages.enrollment_complete(evidence(), ENROLL, enrollment_id="some-id", encrypted_data=ENCRYPTED) == {
        "type": "enrollment_complete",
        "success": True,
        "enrollment_id": "some-id",
        "frames_processed": 2,
        "liveness_verified": False,
        "blinks_detected": 1,
        "motion_verified": False,
        "quality_score": 0.89,
        "encrypted_data": ENCRYPTED,
        "message": "Enrollment completed successfully",
    }


def test_authentication_complete() -> None:
    message = messages.authentication_complete(
        COUNTERS, VERIFY, user_id="ada", confidence=0.999_999, encrypted_data=ENCRYPTED
    )
    assert message == {
        "type": "authentication_complete",
        "success": True,
        "authenticated": True,
        "user_id": "ada",
        "confidence": 0.9999,
        "frames_processed": 2,
        "liveness_verified": False,
        "blinks_detected": 1,
        "motion_verified": False,
        "encrypted_data": ENCRYPTED,
        "message": "Authentication successful",
    }


def test_authentication_failed_says_nothing_more() -> None:
    assert messages.authentication_failed(COUNTERS) == {
        "type": "authentication_complete",
        "success": False,
        "authenticated": False,
        "frames_processed": 2,
        "message": "Face not recognized",
    }


@pytest.mark.parametrize(
    ("policy", "counters", "text"),
    [
        (ENROLL, Counters(), "Motion required (0/1) | Blink required (0/1)"),
        (ENROLL, Counters(blinks=1), "Motion required (0/1) | Blink required (1/1) ✓"),
        (ENROLL, Counters(blinks=2, motion_events=1), "Motion required (1/1) ✓ | Blink required (2/1) ✓"),
        (SessionPolicy(SessionKind.ENROLLMENT, required_motion=0), Counters(), "Blink required (0/1)"),
        (
            SessionPolicy(SessionKind.ENROLLMENT, required_motion=0, required_blinks=0),
            Counters(frames_processed=1),
            "Frames (1/3)",
        ),
        (VERIFY, Counters(motion_events=1), "Need: Blink (0/1) OR Motion (1/1) ✓"),
        (VERIFY, Counters(blinks=1), "Need: Blink (1/1) ✓ OR Motion (0/1)"),
        (
            SessionPolicy(SessionKind.IDENTIFICATION, rule=LivenessRule.NONE),
            Counters(frames_processed=3),
            "Frames (3/3) ✓",
        ),
    ],
)
def test_progress_text(policy: SessionPolicy, counters: Counters, text: str) -> None:
    assert messages.progress_text(policy, counters) == text


@pytest.mark.parametrize(
    ("score", "told"), [(0.6499, 0.64), (0.65, 0.65), (0.29, 0.29), (1.0, 1.0), (0.0, 0.0), (np.float32(0.65), 0.65)]
)
def test_scores_are_coarse_and_never_rounded_up(score: float, told: float) -> None:
    assert answer(processed(quality_score=score))["quality_score"] == told


def test_errors_have_the_one_shape() -> None:
    assert messages.error(InvalidImage("not base64")) == {
        "type": "error",
        "error": "Invalid image data",
        "code": 400,
        "details": {"field": "image", "reason": "not base64"},
    }
    assert messages.error(RateLimited(retry_after_ms=67), seq=9) == {
        "type": "error",
        "error": "Frame rate too high",
        "code": 429,
        "details": {"retry_after_ms": 67, "seq": 9},
    }
    assert messages.error(TooManyFrames())["code"] == 4429


def test_pong() -> None:
    assert messages.pong() == {"type": "pong"}


def test_messages_are_json() -> None:
    event = processed(ear=np.float32(0.3), quality_score=np.float32(0.9), quality_components={"pose": np.float32(0.5)})
    assert orjson.loads(messages.encode(answer(event)))["visual_data"]["liveness_indicators"]["ear"] == 0.3


def test_timestamps_are_utc() -> None:
    moment = datetime(2030, 6, 1, 14, 30, tzinfo=timezone(timedelta(hours=2)))
    assert messages.utc_timestamp(moment) == "2030-06-01T12:30:00Z"


def test_no_similarity_ever_leaves() -> None:
    everything = [
        answer(),
        answer(policy=VERIFY),
        messages.authentication_failed(COUNTERS),
        messages.frame_rejected(FrameObstructed(COUNTERS, {Obstacle.MASK: 0.9}), FrameContext()),
    ]
    for message in everything:
        text = messages.encode(message)
        assert "similarity" not in text
        assert "confidence" not in text.replace("obstacle_confidence", "")
