"""Holds ``docs/websocket.md`` and ``docs/rest.md`` to the code: their examples are what the code makes."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom
from typing import Any

import numpy as np
import pytest
from django.urls import Resolver404, resolve

from frapi import errors
from frapi.apps.accounts.policy import PolicyFloor
from frapi.apps.verification import consumers, driver, messages
from frapi.apps.verification.examples import (
    AUTHENTICATION_CREATED,
    ENROLLMENT_CREATED,
    ENROLLMENT_REQUEST,
    IDENTIFICATION_REQUEST,
    RECOGNIZED_SESSION,
    VERIFICATION_REQUEST,
)
from frapi.apps.verification.incoming import Frame, Ping, parse_client_message
from frapi.apps.verification.messages import FrameContext, Limits
from frapi.apps.verification.models import SessionStatus
from frapi.apps.verification.outcome import OutcomeReason
from frapi.apps.verification.policy import Demands, enrollment_policy
from frapi.apps.verification.serializers import ErasureReceiptSerializer
from frapi.errors import (
    ChallengeNotMet,
    FrapiError,
    InvalidImage,
    PolicyViolation,
    RateLimited,
    SessionEnded,
    SessionNotFound,
    TooManyFrames,
)
from frapi.liveness.challenge import ChallengeAction, ChallengeFailure, ChallengeStep
from frapi.liveness.injection import InjectionSignal
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
from frapi.vision.types import Embedding, FaceBox, Obstacle

DOCS = Path(__file__).resolve().parents[3] / "docs"
MARKED_BLOCK = re.compile(r"<!-- example: ([a-z0-9_]+) -->\n```json\n(.*?)```", re.S)

ENROLL = SessionPolicy(SessionKind.ENROLLMENT)
VERIFY = SessionPolicy(SessionKind.VERIFICATION, rule=LivenessRule.ANY)
SEEN = Counters(
    frames_processed=2, frame_counter=17, blinks=1, liveness_score=0.8, liveness_verified=False, effective_fps=9.8
)
MISSED = Counters(frame_counter=3, liveness_score=0.5, effective_fps=9.8)
DONE = Counters(
    frames_processed=9, frame_counter=31, blinks=1, motion_events=1, liveness_score=0.92, liveness_verified=True
)
ENCRYPTED = {"encrypted_payload": "pMUHQ/maIQna…", "algorithm": "AES-256-CBC", "mac": "E+G5+yv1cJPc…"}
TOKEN = "sess_V5oN3yHcVw0zqk1m2p4rT6uY8iO0aS2dF4gH6jK8lZ0"


def frame(counters: Counters, reason: RejectReason | None, instruction: Instruction) -> FrameProcessed:
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


EVIDENCE = EvidenceReady(DONE, Embedding(np.zeros(4, np.float32), "test/1"), 9, 0.86, final=True)
WEBSOCKET_EXAMPLES: dict[str, Any] = {
    "connection_established": messages.connection_established(
        session_token=TOKEN,
        policy=ENROLL,
        limits=Limits(15, 600, datetime(2030, 1, 1, 12, 10, tzinfo=UTC)),
        counters=Counters(),
        resumed=False,
    ),
    "frame_processed": messages.frame_processed(
        frame(SEEN, None, Instruction.MOTION_REQUIRED), ENROLL, FrameContext(seq=17, frames_dropped=0)
    ),
    "frame_processed_no_face": messages.frame_processed(
        frame(MISSED, RejectReason.NO_FACE, Instruction.NO_FACE), VERIFY, FrameContext(seq=3, frames_dropped=2)
    ),
    "frame_rejected": messages.frame_rejected(
        FrameObstructed(SEEN, {Obstacle.GLASSES: 0.81, Obstacle.HAT: 0.44}), FrameContext(seq=18)
    ),
    "enrollment_complete": messages.enrollment_complete(
        EVIDENCE, ENROLL, enrollment_id="0b8f6a52-8a3c-4a53-9f6e-6f0b5f6d2a11", encrypted_data=ENCRYPTED
    ),
    "authentication_complete": messages.authentication_complete(
        DONE, VERIFY, user_id="ada", confidence=0.9987, encrypted_data=ENCRYPTED
    ),
    "authentication_failed": messages.authentication_failed(Counters(frames_processed=5)),
    "pong": messages.pong(),
    "error_400": messages.error(InvalidImage("not base64"), seq=19),
    "error_404": messages.error(SessionNotFound()),
    "error_410": messages.error(SessionEnded(details={"status": "completed"})),
    "challenge": messages.challenge(
        ChallengeIssued(ChallengeStep(ChallengeAction.TURN_LEFT, "6f0b5f6d2a118a3c", 500), 0, 3, 4000)
    ),
    "error_422": messages.error(ChallengeNotMet(details={"reason": "too_late", "index": 1})),
    "error_429": messages.error(RateLimited(retry_after_ms=67), seq=44),
    "error_4429": messages.error(TooManyFrames()),
}
REST_EXAMPLES: dict[str, Any] = {
    "enrollment_request": ENROLLMENT_REQUEST.value,
    "enrollment_created": ENROLLMENT_CREATED.value,
    "verification_request": VERIFICATION_REQUEST.value,
    "identification_request": IDENTIFICATION_REQUEST.value,
    "authentication_created": AUTHENTICATION_CREATED.value,
    "session_result": RECOGNIZED_SESSION.value,
}


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(name: str) -> dict[str, str]:
    return dict(MARKED_BLOCK.findall(text_of(name)))


@pytest.mark.parametrize("example", WEBSOCKET_EXAMPLES)
def test_websocket_examples_are_what_the_server_sends(example: str) -> None:
    assert json.loads(blocks("websocket.md")[example]) == WEBSOCKET_EXAMPLES[example]


@pytest.mark.parametrize("example", REST_EXAMPLES)
def test_rest_examples_are_those_of_the_schema(example: str) -> None:
    assert json.loads(blocks("rest.md")[example]) == REST_EXAMPLES[example]


@pytest.mark.parametrize(("example", "kind"), [("send_frame", Frame), ("send_ping", Ping)])
def test_what_clients_are_told_to_send_is_understood(example: str, kind: type[Frame | Ping]) -> None:
    message = parse_client_message(blocks("websocket.md")[example], max_image_bytes=1000)
    assert isinstance(message, kind)


def test_the_erasure_receipt_has_its_fields() -> None:
    assert set(json.loads(blocks("rest.md")["erasure_receipt"])) == set(ErasureReceiptSerializer().fields)


def test_the_error_is_one_of_ours() -> None:
    with pytest.raises(PolicyViolation) as caught:
        enrollment_policy(
            Demands(target_frames=4), floor=PolicyFloor(target_samples=5), defaults=ENROLL, rng=SystemRandom()
        )
    assert json.loads(blocks("rest.md")["error"]) == caught.value.body()


def test_every_example_is_checked() -> None:
    assert set(blocks("websocket.md")) == {*WEBSOCKET_EXAMPLES, "send_frame", "send_ping"}
    assert set(blocks("rest.md")) == {*REST_EXAMPLES, "access_token_request", "erasure_receipt", "error"}
    for name in ("websocket.md", "rest.md"):
        assert text_of(name).count("```json") == len(blocks(name)), "an example without its marker"


def test_close_codes_are_complete() -> None:
    own = {driver.CLOSE_FINISHED, driver.CLOSE_GOING_AWAY, driver.CLOSE_BAD_MESSAGES, driver.CLOSE_IDLE}
    raised = {
        kind.close_code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, FrapiError) and kind.close_code is not None
    }
    too_big = {1009}  # the server's own, before a message reaches us
    section = text_of("websocket.md").split("## Close codes")[1].split("\n## ")[0]
    listed = {int(code) for code in re.findall(r"^\| (\d{4}) \|", section, re.M)}
    assert listed == own | raised | too_big | {consumers.CLOSE_INTERNAL_ERROR}


@pytest.mark.parametrize(
    "kind",
    [
        RejectReason,
        Instruction,
        Obstacle,
        LivenessRule,
        SessionKind,
        FrameWarning,
        ChallengeAction,
        ChallengeFailure,
    ],
)
def test_every_word_of_the_socket_is_explained(kind: type[Any]) -> None:
    assert {word.value for word in kind if f"`{word.value}`" not in text_of("websocket.md")} == set()


@pytest.mark.parametrize("kind", [SessionStatus, OutcomeReason, InjectionSignal])
def test_every_word_of_a_result_is_explained(kind: type[Any]) -> None:
    assert {word.value for word in kind if f"`{word.value}`" not in text_of("rest.md")} == set()


def test_every_address_exists() -> None:
    for path in set(re.findall(r"`(?:GET|POST|DELETE) (/[^` ?]+)`", text_of("rest.md"))):
        try:
            resolve(re.sub(r"<[a-z_]+>", "x", path))
        except Resolver404:
            pytest.fail(f"{path} leads nowhere")
