"""The package's types are those of the server: every field and every word, no more and no less."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any, NotRequired, get_origin, get_type_hints

import pytest

from frapi.apps.ops.child_server import PROJECT
from frapi.apps.verification import serializers, wire
from frapi.apps.verification.models import SessionStatus
from frapi.apps.verification.outcome import OutcomeReason
from frapi.liveness.challenge import ChallengeAction, ChallengeFailure
from frapi.liveness.types import Instruction, RejectReason, SessionKind
from frapi.vision.types import Obstacle

SOURCES = PROJECT / "clients" / "js" / "src"
TYPES = "\n".join((SOURCES / name).read_text() for name in ("messages.ts", "resources.ts"))

MESSAGES: dict[str, tuple[Any, ...]] = {
    "SessionPolicy": (wire.SessionPolicyFields,),
    "ConnectionEstablished": (wire.ConnectionEstablishedMessage,),
    "FrameProcessed": (wire.FrameProcessedMessage,),
    "FrameRejected": (wire.FrameRejectedMessage,),
    "Challenge": (wire.ChallengeMessage,),
    "EncryptedData": (wire.EncryptedData,),
    "EnrollmentComplete": (wire.EnrollmentCompleteMessage,),
    "AuthenticationComplete": (wire.AuthenticationCompleteMessage, wire.AuthenticationFailedMessage),
    "ErrorMessage": (wire.ErrorMessage,),
    "Pong": (wire.PongMessage,),
}
RESOURCES = {
    "SessionResult": serializers.SessionResultSerializer,
    "SessionOutcome": serializers.OutcomeSerializer,
    "User": serializers.UserSerializer,
    "ErasureReceipt": serializers.ErasureReceiptSerializer,
}
WORDS: dict[str, type[StrEnum]] = {
    "SessionType": SessionKind,
    "Obstacle": Obstacle,
    "Instruction": Instruction,
    "RejectReason": RejectReason,
    "ChallengeAction": ChallengeAction,
    "ChallengeFailure": ChallengeFailure,
    "OutcomeReason": OutcomeReason,
}


def interface(name: str) -> dict[str, bool]:
    """Fields of a TypeScript interface, and whether they are always there."""
    found = re.search(rf"^export interface {name} {{\n(.*?)^}}", TYPES, re.DOTALL | re.MULTILINE)
    assert found is not None, name
    return {field: mark == "" for field, mark in re.findall(r"^  (\w+)(\??):", found[1], re.MULTILINE)}


def union(name: str) -> set[str]:
    """Words of a TypeScript union."""
    found = re.search(rf"^export type {name} =(.*?);", TYPES, re.DOTALL | re.MULTILINE)
    assert found is not None, name
    return set(re.findall(r'"(\w+)"', found[1]))


def required(message: Any) -> set[str]:
    """Fields that a message always has."""
    hints = get_type_hints(message, include_extras=True)
    return {field for field, hint in hints.items() if get_origin(hint) is not NotRequired}


@pytest.mark.parametrize("name", MESSAGES)
def test_messages(name: str):
    declared = MESSAGES[name]
    every = set.union(*(set(each.__annotations__) for each in declared))
    always = set.intersection(*map(required, declared))
    fields = interface(name)
    assert set(fields) == every
    # `mac` is a promise of this server; the guide's own samples have none.
    assert {field for field, is_always in fields.items() if is_always} == always - {"mac"}


@pytest.mark.parametrize("name", RESOURCES)
def test_resources(name: str):
    assert set(interface(name)) == set(RESOURCES[name]().fields)


@pytest.mark.parametrize("name", WORDS)
def test_words(name: str):
    assert union(name) == {word.value for word in WORDS[name]}


def test_statuses():
    assert union("SessionStatus") == set(SessionStatus.values)
