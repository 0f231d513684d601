"""Holds ``docs/websocket.md`` and ``docs/rest.md`` to the code: their examples are what the code makes."""

from __future__ import annotations

import json
import re
from random import SystemRandom
from typing import Any

import pytest
from django.urls import Resolver404, resolve

from frapi.apps.accounts.policy import PolicyFloor
from frapi.apps.reference.endings import CLOSES, ERRORS
from frapi.apps.reference.examples import SENT_BY_CLIENTS, SENT_BY_SERVER
from frapi.apps.verification.examples import (
    AUTHENTICATION_CREATED,
    ENROLLMENT_CREATED,
    ENROLLMENT_REQUEST,
    IDENTIFICATION_REQUEST,
    RECOGNIZED_SESSION,
    VERIFICATION_REQUEST,
)
from frapi.apps.verification.incoming import Frame, Ping, parse_client_message
from frapi.apps.verification.models import SessionStatus
from frapi.apps.verification.outcome import OutcomeReason
from frapi.apps.verification.policy import Demands, enrollment_policy
from frapi.apps.verification.serializers import ErasureReceiptSerializer
from frapi.errors import PolicyViolation
from frapi.liveness.challenge import ChallengeAction, ChallengeFailure
from frapi.liveness.injection import InjectionSignal
from frapi.liveness.types import FrameWarning, Instruction, LivenessRule, RejectReason, SessionKind, SessionPolicy
from frapi.vision.types import Obstacle
from tests.documentation import blocks, text_of

ENROLL = SessionPolicy(SessionKind.ENROLLMENT)
ERROR_EXAMPLES = {f"error_{each.kind.code}": each.example for each in reversed(ERRORS)}
SHOWN_ERRORS = ("error_400", "error_404", "error_410", "error_422", "error_429", "error_4429")
WEBSOCKET_EXAMPLES: dict[str, Any] = {
    **SENT_BY_CLIENTS,
    **SENT_BY_SERVER,
    **{name: ERROR_EXAMPLES[name] for name in SHOWN_ERRORS},
}
REST_EXAMPLES: dict[str, Any] = {
    "enrollment_request": ENROLLMENT_REQUEST.value,
    "enrollment_created": ENROLLMENT_CREATED.value,
    "verification_request": VERIFICATION_REQUEST.value,
    "identification_request": IDENTIFICATION_REQUEST.value,
    "authentication_created": AUTHENTICATION_CREATED.value,
    "session_result": RECOGNIZED_SESSION.value,
}


@pytest.mark.parametrize("example", WEBSOCKET_EXAMPLES)
def test_websocket_examples_are_those_of_the_asyncapi_document(example: str) -> None:
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
    assert set(blocks("websocket.md")) == set(WEBSOCKET_EXAMPLES)
    assert set(blocks("rest.md")) == {*REST_EXAMPLES, "access_token_request", "erasure_receipt", "error"}
    for name in ("websocket.md", "rest.md"):
        assert text_of(name).count("```json") == len(blocks(name)), "an example without its marker"


@pytest.mark.parametrize(
    ("title", "codes"),
    [("Close codes", {close.code for close in CLOSES}), ("Errors", {each.kind.code for each in ERRORS})],
)
def test_the_codes_are_complete(title: str, codes: set[int]) -> None:
    section = text_of("websocket.md").split(f"## {title}\n")[1].split("\n## ")[0]
    assert {int(code) for code in re.findall(r"^\| (\d{3,4}) \|", section, re.M)} == codes


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
