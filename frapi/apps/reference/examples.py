"""Examples of the WebSocket's messages, made by the code that makes the real ones.

Those of errors stand beside the errors, in :mod:`frapi.apps.reference.endings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np

from frapi.apps.verification import messages
from frapi.apps.verification.messages import FrameContext, Limits
from frapi.apps.verification.wire import EncryptedData, FrameMessage, Message, PingMessage
from frapi.liveness.challenge import ChallengeAction, ChallengeStep
from frapi.liveness.types import (
    ChallengeIssued,
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

_TOKEN = "sess_V5oN3yHcVw0zqk1m2p4rT6uY8iO0aS2dF4gH6jK8lZ0"  # noqa: S105  # opens nothing
_ENROLL = SessionPolicy(SessionKind.ENROLLMENT)
_VERIFY = SessionPolicy(SessionKind.VERIFICATION, rule=LivenessRule.ANY)
_SEEN = Counters(frames_processed=2, frame_counter=17, blinks=1, liveness_score=0.8, effective_fps=9.8)
_MISSED = Counters(frame_counter=3, liveness_score=0.5, effective_fps=9.8)
_DONE = Counters(
    frames_processed=9, frame_counter=31, blinks=1, motion_events=1, liveness_score=0.92, liveness_verified=True
)
_EVIDENCE = EvidenceReady(_DONE, Embedding(np.zeros(4, np.float32), "example/1"), 9, 0.86, final=True)
_ENCRYPTED: EncryptedData = {
    "encrypted_payload": "pMUHQ/maIQna…",
    "algorithm": "AES-256-CBC",
    "mac": "E+G5+yv1cJPc…",
}


def _processed(counters: Counters, reason: RejectReason | None, instruction: Instruction) -> FrameProcessed:
    face = reason is not RejectReason.NO_FACE
    return FrameProcessed(
        counters=counters,
        accepted=reason is None,
        reason=reason,
        instruction=instruction,
        quality_score=0.84 if face else 0.0,
        quality_components={"sharpness": 0.91, "illumination_uniformity": 0.88} if face else {},
        ear=0.291 if face else None,
        box=FaceBox(212, 96, 428, 371, 0.98) if face else None,
        obstacle_scores={},
    )


SENT_BY_CLIENTS: Mapping[str, FrameMessage | PingMessage] = {
    "send_frame": {
        "type": "frame",
        "image": "data:image/jpeg;base64,/9j/4AAQSkZJRg==",
        "seq": 17,
        "timestamp_ms": 1893499200123,
    },
    "send_ping": {"type": "ping"},
}

SENT_BY_SERVER: Mapping[str, Message] = {
    "connection_established": messages.connection_established(
        session_token=_TOKEN,
        policy=_ENROLL,
        limits=Limits(15, 600, datetime(2030, 1, 1, 12, 10, tzinfo=UTC)),
        counters=Counters(),
        resumed=False,
    ),
    "frame_processed": messages.frame_processed(
        _processed(_SEEN, None, Instruction.MOTION_REQUIRED), _ENROLL, FrameContext(seq=17, frames_dropped=0)
    ),
    "frame_processed_no_face": messages.frame_processed(
        _processed(_MISSED, RejectReason.NO_FACE, Instruction.NO_FACE), _VERIFY, FrameContext(seq=3, frames_dropped=2)
    ),
    "frame_rejected": messages.frame_rejected(
        FrameObstructed(_SEEN, {Obstacle.GLASSES: 0.81, Obstacle.HAT: 0.44}), FrameContext(seq=18)
    ),
    "challenge": messages.challenge(
        ChallengeIssued(ChallengeStep(ChallengeAction.TURN_LEFT, "6f0b5f6d2a118a3c", 500), 0, 3, 4000)
    ),
    "enrollment_complete": messages.enrollment_complete(
        _EVIDENCE, _ENROLL, enrollment_id="0b8f6a52-8a3c-4a53-9f6e-6f0b5f6d2a11", encrypted_data=_ENCRYPTED
    ),
    "authentication_complete": messages.authentication_complete(
        _DONE, _VERIFY, user_id="ada", confidence=0.9987, encrypted_data=_ENCRYPTED
    ),
    "authentication_failed": messages.authentication_failed(Counters(frames_processed=5)),
    "pong": messages.pong(),
}
