"""The AsyncAPI document: valid, complete, and what the code does."""

from __future__ import annotations

import base64
import json
import typing
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from jsonschema.validators import validator_for

from frapi import errors
from frapi.apps.reference import asyncapi
from frapi.apps.reference.asyncapi import asyncapi_document
from frapi.apps.reference.endings import CLOSES, ERRORS
from frapi.apps.verification import consumers, driver, messages, wire
from frapi.apps.verification.incoming import parse_client_message
from frapi.errors import FrapiError, InvalidInput
from tests.documentation import blocks
from tests.wire import assert_declared, document, validator

SPECIFICATION = Path(__file__).parent / "node_modules/@asyncapi/specs/schemas/3.0.0.json"
PIXEL = base64.b64encode(b"picture").decode()


def test_it_is_an_asyncapi_document() -> None:
    if not SPECIFICATION.is_file():
        pytest.skip("AsyncAPI's schema isn't installed: npm ci --prefix tests/apps/reference")
    schema = json.loads(SPECIFICATION.read_text(encoding="utf-8"))
    own = asyncapi_document("wss://faces.example.com/behind/a/path")
    assert [f"{each.json_path}: {each.message}" for each in Draft7Validator(schema).iter_errors(own)] == []
    own["operations"]["sendError"]["action"] = "shout"
    assert not Draft7Validator(schema).is_valid(own)


def test_its_schemas_are_schemas() -> None:
    for schema in document()["components"]["schemas"].values():
        validator_for({"$schema": "https://json-schema.org/draft/2020-12/schema"}).check_schema(schema)


def test_every_reference_leads_somewhere() -> None:
    def references(node: Any) -> list[str]:
        if isinstance(node, list):
            return [each for item in node for each in references(item)]
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [each for item in node.values() for each in references(item)]
        return []

    for reference in references(document()):
        target: Any = document()
        for step in reference.removeprefix("#/").split("/"):
            assert step in target, reference
            target = target[step]


@pytest.mark.parametrize(
    ("origin", "server"),
    [
        ("ws://127.0.0.1:8000", {"host": "127.0.0.1:8000", "protocol": "ws"}),
        ("wss://faces.example.com/a", {"host": "faces.example.com", "protocol": "wss", "pathname": "/a"}),
    ],
)
def test_it_names_the_server_that_was_asked(origin: str, server: dict[str, str]) -> None:
    assert asyncapi_document(origin)["servers"] == {"this": server}


def test_what_one_caller_does_to_it_no_other_sees() -> None:
    asyncapi_document("ws://a")["channels"].clear()
    assert asyncapi_document("ws://a")["channels"]


def test_every_message_that_can_be_sent_is_in_it() -> None:
    declared = {entry.type for entry in asyncapi._SENT} | {wire.ErrorMessage}
    assert set(typing.get_args(wire.Message)) == declared


def test_every_error_of_the_socket_is_in_it() -> None:
    def kinds(base: type[FrapiError]) -> set[type[FrapiError]]:
        return {base, *(each for child in base.__subclasses__() for each in kinds(child))}

    closing = {kind for kind in kinds(FrapiError) if kind.close_code is not None}
    assert closing <= {each.kind for each in ERRORS}
    staying_open = {errors.InvalidInput, errors.RateLimited, errors.FrapiError, errors.Unavailable}
    assert {each.kind for each in ERRORS} == closing | staying_open
    for each in ERRORS:
        assert each.kind.close_code is None or f"closes with {each.kind.close_code}" in each.then


def test_close_codes_are_complete() -> None:
    own = {driver.CLOSE_FINISHED, driver.CLOSE_GOING_AWAY, driver.CLOSE_BAD_MESSAGES, driver.CLOSE_IDLE}
    raised = {each.kind.close_code for each in ERRORS if each.kind.close_code is not None}
    of_the_web_server = {1009}
    codes = [close.code for close in CLOSES]
    assert codes == sorted(own | raised | of_the_web_server | {consumers.CLOSE_INTERNAL_ERROR})
    assert [close["code"] for close in document()["channels"]["session"]["x-close-codes"]] == codes


def test_its_examples_are_as_declared() -> None:
    for name, message in document()["components"]["messages"].items():
        for example in message.get("examples", ()):
            assert validator(name).is_valid(example["payload"]), example


@pytest.mark.parametrize("example", blocks("websocket.md"))
def test_the_examples_of_the_docs_are_as_declared(example: str) -> None:
    message = json.loads(blocks("websocket.md")[example])
    if example.startswith("send_"):
        validator(example.removeprefix("send_")).validate(message)
    else:
        assert_declared(message)


def test_a_field_that_is_not_declared_is_noticed() -> None:
    frame = json.loads(blocks("websocket.md")["frame_processed"])
    assert_declared(frame)
    for changed in (
        frame | {"similarity": 0.5},
        frame | {"visual_data": frame["visual_data"] | {"landmarks": []}},
        frame | {"success": 1},
        frame | {"instruction": "dance"},
        frame | {"obstacle_confidence": {"beard": 0.5}},
        {name: value for name, value in frame.items() if name != "frames_dropped"},
        {"type": "surprise"},
        messages.error(errors.SessionEnded(details={"status": "bored"})),
        {"type": "error", "error": "Teapot", "code": 418, "details": {}},
    ):
        with pytest.raises(AssertionError):
            assert_declared(changed)


@pytest.mark.parametrize(
    "message",
    [
        {"type": "ping"},
        {"type": "frame", "image": PIXEL},
        {"type": "frame", "image": PIXEL, "seq": None, "timestamp_ms": None},
        {"type": "frame", "image": PIXEL, "seq": 0, "timestamp_ms": 0},
        {"type": "frame", "image": PIXEL, "seq": wire.MAX_SAFE_INTEGER, "timestamp_ms": 12.5},
        {"type": "frame"},
        {"type": "frame", "image": None},
        {"type": "frame", "image": 5},
        {"type": "frame", "image": PIXEL, "seq": -1},
        {"type": "frame", "image": PIXEL, "seq": "1"},
        {"type": "frame", "image": PIXEL, "seq": 1.5},
        {"type": "frame", "image": PIXEL, "seq": wire.MAX_SAFE_INTEGER + 1},
        {"type": "frame", "image": PIXEL, "timestamp_ms": -1},
        {"type": "frame", "image": PIXEL, "timestamp_ms": "now"},
        {"type": "frame", "image": PIXEL, "timestamp_ms": wire.MAX_SAFE_INTEGER + 1},
        {"type": "dance"},
        {},
    ],
)
def test_the_server_reads_what_is_declared_and_nothing_else(message: dict[str, Any]) -> None:
    declared = any(validator(name).is_valid(message) for name in ("frame", "ping"))
    try:
        parse_client_message(json.dumps(message), max_image_bytes=1000)
    except InvalidInput:
        assert not declared
    else:
        assert declared
