"""Holds what the server sends to the AsyncAPI document's schemas, closed to fields that they don't name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from frapi_client import messages, stream
from jsonschema import Draft202012Validator

from frapi.apps.reference.asyncapi import asyncapi_document


def assert_declared(message: Mapping[str, Any]) -> None:
    """The message is one of those that the document says the server sends, to the last field."""
    kind = (message["type"], message.get("code"))
    candidates = _sent().get(kind, ())
    assert candidates, f"undeclared: {kind}"
    problems = [[f"{each.json_path}: {each.message}" for each in one.iter_errors(message)] for one in candidates]
    assert any(not each for each in problems), f"{kind} isn't as declared: {problems}"


def check_clients(patch: pytest.MonkeyPatch) -> None:
    """Hold what the Python client receives to it, too."""

    def parse(raw: Mapping[str, Any]) -> messages.Message:
        assert_declared(raw)
        return messages.parse_message(raw)

    patch.setattr(stream, "parse_message", parse)


def validator(name: str) -> Draft202012Validator:
    """Of one of the document's messages."""
    return Draft202012Validator({"$ref": _messages()[name]["payload"]["$ref"], "components": _closed_components()})


@cache
def document() -> dict[str, Any]:
    return asyncapi_document("ws://127.0.0.1:8000")


@cache
def _sent() -> Mapping[tuple[str, int | None], list[Draft202012Validator]]:
    """By type, and by code where it is an error."""
    validators: dict[tuple[str, int | None], list[Draft202012Validator]] = {}
    for name, message in _messages().items():
        if name not in {"frame", "binaryFrame", "ping"}:
            fields = document()["components"]["schemas"][message["payload"]["$ref"].rpartition("/")[2]]["properties"]
            kind = (fields["type"]["const"], fields.get("code", {}).get("const"))
            validators.setdefault(kind, []).append(validator(name))
    return validators


def _messages() -> Mapping[str, Any]:
    messages: Mapping[str, Any] = document()["components"]["messages"]
    return messages


@cache
def _closed_components() -> Any:
    return {"schemas": _closed(document()["components"]["schemas"])}


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    return (
        {**closed, "additionalProperties": False}
        if schema.get("type") == "object" and "properties" in schema
        else closed
    )
