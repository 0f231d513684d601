"""The AsyncAPI document as what a page shows of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from frapi.apps.reference.asyncapi import CHANNEL
from frapi.apps.verification.wire import MAX_SAFE_INTEGER

Schema = Mapping[str, Any]
Schemas = Mapping[str, Schema]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of prose: text, or a name of the code."""

    text: str
    is_code: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a message.

    Attributes:
        path: its name, after those of the objects it is in.
        type: for people.
        words: the only values there are; empty when there are others.
    """

    path: str
    type: str
    is_required: bool
    meaning: Sequence[Span]
    words: Sequence[str]


@dataclass(frozen=True, slots=True)
class Example:
    name: str
    json: str


@dataclass(frozen=True, slots=True)
class MessageSection:
    """One message.

    Attributes:
        name: its key in the document, and its anchor on the page.
        close_code: with which the socket is closed after it; None when it goes on.
    """

    name: str
    title: str
    summary: Sequence[Span]
    description: Sequence[Span]
    close_code: int | None
    fields: Sequence[Field]
    examples: Sequence[Example]


@dataclass(frozen=True, slots=True)
class MessageGroup:
    title: str
    anchor: str
    messages: Sequence[MessageSection]


def page_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """What the template of the page needs."""
    channel, operations = document["channels"][CHANNEL], document["operations"].values()
    (server,) = document["servers"].values()
    received = _names(each for each in operations if each["action"] == "receive")
    errors = {name for name in channel["messages"] if "code" in _properties(document, name)}
    sent = channel["messages"].keys() - received - errors
    groups = (
        ("What clients send", "received", received),
        ("What the server sends", "sent", sent),
        ("Errors", "errors", errors),
    )
    return {
        "title": document["info"]["title"],
        "version": document["info"]["version"],
        "paragraphs": [prose(each) for each in document["info"]["description"].split("\n\n")],
        "address": f"{server['protocol']}://{server['host']}{server.get('pathname', '')}{channel['address']}",
        "groups": [
            MessageGroup(title, anchor, [_section(document, name) for name in channel["messages"] if name in names])
            for title, anchor, names in groups
        ],
        "closes": channel["x-close-codes"],
    }


def prose(text: str) -> list[Span]:
    """Text in which backticks enclose names."""
    return [Span(part, number % 2 == 1) for number, part in enumerate(text.split("`")) if part]


def _names(operations: Iterator[Mapping[str, Any]]) -> set[str]:
    return {message["$ref"].rpartition("/")[2] for each in operations for message in each["messages"]}


def _section(document: Mapping[str, Any], name: str) -> MessageSection:
    message, schemas = document["components"]["messages"][name], document["components"]["schemas"]
    return MessageSection(
        name=name,
        title=message["title"],
        summary=prose(message["summary"]),
        description=prose(message.get("description") or message["payload"].get("description", "")),
        close_code=message.get("x-close-code"),
        fields=list(_fields(_resolved(message.get("x-jpeg-comment", message["payload"]), schemas), schemas)),
        examples=[
            Example(each["name"], json.dumps(each["payload"], indent=2, ensure_ascii=False))
            for each in message.get("examples", [])
        ],
    )


def _properties(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    payload = document["components"]["messages"][name]["payload"]
    properties: Mapping[str, Any] = _resolved(payload, document["components"]["schemas"]).get("properties", {})
    return properties


def _fields(schema: Schema, schemas: Schemas, prefix: str = "") -> Iterator[Field]:
    for name, declared in schema.get("properties", {}).items():
        resolved = _resolved(declared, schemas)
        yield Field(
            path=prefix + name,
            type=_type(resolved, schemas),
            is_required=name in schema.get("required", ()),
            meaning=prose(declared.get("description") or _described(resolved)),
            words=_words(resolved, schemas),
        )
        yield from _fields(resolved, schemas, f"{prefix}{name}.")


def _resolved(schema: Schema, schemas: Schemas) -> Schema:
    if "$ref" not in schema:
        return schema
    target = schemas[schema["$ref"].rpartition("/")[2]]
    return {**target, **{key: value for key, value in schema.items() if key != "$ref"}}


def _described(schema: Schema) -> str:
    """An object's own description; an enumeration's is made for those who read the code."""
    return str(schema.get("description", "")) if schema.get("type") == "object" else ""


def _words(schema: Schema, schemas: Schemas) -> Sequence[str]:
    if "items" in schema:
        return _words(_resolved(schema["items"], schemas), schemas)
    words: Sequence[str] = schema.get("enum") or schema.get("propertyNames", {}).get("enum", ())
    return words


def _type(schema: Schema, schemas: Schemas) -> str:
    if "const" in schema:
        return json.dumps(schema["const"])
    if "anyOf" in schema:
        return " or ".join(_type(_resolved(each, schemas), schemas) for each in schema["anyOf"])
    if "items" in schema:
        length = f"{schema['minItems']} × " if schema.get("minItems") == schema.get("maxItems", -1) else ""
        return f"array of {length}{_type(_resolved(schema['items'], schemas), schemas)}"
    if isinstance(schema.get("additionalProperties"), Mapping):
        return f"object: name → {_type(schema['additionalProperties'], schemas)}"
    return f"{schema['type']}{_bounds(schema)}"


def _bounds(schema: Schema) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is None:
        return ""
    return f" ≥ {low}" if high is None or high >= MAX_SAFE_INTEGER else f" {low}…{high}"
