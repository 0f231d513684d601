"""The AsyncAPI document of the WebSocket, made from the types of its messages.

It describes this server: what it ``receives`` is what a client sends.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import orjson

from frapi import __version__
from frapi.apps.reference import examples
from frapi.apps.reference.endings import CLOSES, ERRORS, SocketError
from frapi.apps.verification import wire
from frapi.apps.verification.routing import websocket_path

ASYNCAPI_VERSION = "3.0.0"
CHANNEL = "session"
REF_TEMPLATE = "#/components/schemas/{model}"

_DESCRIPTION = """\
One socket serves one session: the client shows a face, the server says with every frame what it saw and what it still \
wants, and in the end what came of it. A session is made over REST; the answer's `websocket_url` is the address.

The unguessable token in the address is the only authority: no cookie and no header is asked for. Every handshake is \
accepted, because a browser can't read why one was refused; when a session can't be used, an `error` and a close follow.

Fields may be added: ignore those you don't know. The server only ever sends text."""

_BINARY_FRAME = {
    "type": "string",
    "format": "binary",
    "description": (
        "Just the picture's bytes. A JPEG may carry `seq` and `timestamp_ms` all the same, in a comment after its "
        "first marker: the bytes `FF D8`, then `FF FE`, the length of what follows in two bytes (themselves counted, "
        "the highest first), then `frapi`, a blank and a JSON object, 256 bytes at most; then the rest of the picture."
    ),
}


@dataclass(frozen=True, slots=True)
class _Entry:
    """One message of the document.

    Attributes:
        name: its key.
        title: its type on the wire, and what tells it from others of that type.
        type: how it is declared.
        examples: keys of its examples.
    """

    name: str
    title: str
    type: Any
    examples: tuple[str, ...]


_RECEIVED = (
    _Entry("frame", "frame", wire.FrameMessage, ("send_frame",)),
    _Entry("ping", "ping", wire.PingMessage, ("send_ping",)),
)
_SENT = (
    _Entry(
        "connectionEstablished",
        "connection_established",
        wire.ConnectionEstablishedMessage,
        ("connection_established",),
    ),
    _Entry(
        "frameProcessed", "frame_processed", wire.FrameProcessedMessage, ("frame_processed", "frame_processed_no_face")
    ),
    _Entry("frameRejected", "frame_rejected", wire.FrameRejectedMessage, ("frame_rejected",)),
    _Entry("challenge", "challenge", wire.ChallengeMessage, ("challenge",)),
    _Entry("enrollmentComplete", "enrollment_complete", wire.EnrollmentCompleteMessage, ("enrollment_complete",)),
    _Entry(
        "authenticationComplete",
        "authentication_complete: success",
        wire.AuthenticationCompleteMessage,
        ("authentication_complete",),
    ),
    _Entry(
        "authenticationFailed",
        "authentication_complete: failure",
        wire.AuthenticationFailedMessage,
        ("authentication_failed",),
    ),
    _Entry("pong", "pong", wire.PongMessage, ("pong",)),
)


def asyncapi_document(websocket_origin: str) -> dict[str, Any]:
    """The document, for clients that reach the server at an address.

    Args:
        websocket_origin: scheme, host and perhaps a path, such as ``wss://faces.example.com``.
    """
    address = urlsplit(websocket_origin)
    server = {"host": address.netloc, "protocol": address.scheme}
    if address.path:
        server["pathname"] = address.path
    return {**deepcopy(_lasting()), "servers": {"this": server}}


@cache
def _lasting() -> dict[str, Any]:
    """What is the same for everybody."""
    document = {
        "asyncapi": ASYNCAPI_VERSION,
        "info": {
            "title": "frapi: the WebSocket of a session",
            "version": __version__,
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {CHANNEL: _channel()},
        "operations": _operations(),
        "components": {"messages": _messages(), "schemas": _schemas()},
    }
    plain: dict[str, Any] = orjson.loads(orjson.dumps(document))  # enumerations become their values
    return plain


def _channel() -> dict[str, Any]:
    return {
        "address": websocket_path("{session_token}"),
        "title": "A session",
        "description": "Where the frames of one session go.",
        "parameters": {"session_token": {"description": "Of the session, as REST gave it; part of `websocket_url`."}},
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _messages()},
        "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
        "x-close-codes": [asdict(close) for close in CLOSES],
    }


def _operations() -> dict[str, Any]:
    errors = [_error_name(each) for each in ERRORS]
    answers = ["frameProcessed", "frameRejected"]
    outcomes = ["enrollmentComplete", "authenticationComplete", "authenticationFailed"]
    channel = {"$ref": f"#/channels/{CHANNEL}"}

    def operation(action: str, summary: str, names: list[str], **further: Any) -> dict[str, Any]:
        return {"action": action, "channel": channel, "summary": summary, "messages": _refs(names), **further}

    return {
        "receiveFrame": operation(
            "receive",
            "A client shows a picture. Each that is looked at gets one answer.",
            ["frame", "binaryFrame"],
            reply={"channel": channel, "messages": _refs([*answers, *errors])},
        ),
        "receivePing": operation(
            "receive",
            "A client without frames keeps its socket open.",
            ["ping"],
            reply={"channel": channel, "messages": _refs(["pong"])},
        ),
        "sendGreeting": operation("send", "First of all, what the session asks for.", ["connectionEstablished"]),
        "sendChallenge": operation("send", "One move of a challenge is asked for.", ["challenge"]),
        "sendOutcome": operation("send", "The session is decided.", outcomes),
        "sendError": operation("send", "Something went wrong.", errors),
    }


def _ref(name: str) -> dict[str, str]:
    """A reference to a schema."""
    return {"$ref": REF_TEMPLATE.format(model=name)}


def _refs(names: list[str]) -> list[dict[str, str]]:
    return [{"$ref": f"#/channels/{CHANNEL}/messages/{name}"} for name in names]


def _messages() -> dict[str, Any]:
    binary = {
        "name": "binaryFrame",
        "title": "binary frame",
        "summary": "A picture of the person, a quarter smaller than in base64.",
        "contentType": "image/jpeg",
        "payload": _BINARY_FRAME,
        "x-jpeg-comment": _ref(wire.FrameComment.__name__),
    }
    return {
        "frame": _message(_RECEIVED[0], examples.SENT_BY_CLIENTS),
        "binaryFrame": binary,
        "ping": _message(_RECEIVED[1], examples.SENT_BY_CLIENTS),
        **{entry.name: _message(entry, examples.SENT_BY_SERVER) for entry in _SENT},
        **{_error_name(each): _error_message(each) for each in ERRORS},
    }


def _message(entry: _Entry, shown: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": entry.name,
        "title": entry.title,
        "summary": " ".join((entry.type.__doc__ or "").split()),
        "payload": _ref(entry.type.__name__),
        "examples": [{"name": name, "payload": shown[name]} for name in entry.examples],
    }


def _error_message(each: SocketError) -> dict[str, Any]:
    message = {
        "name": _error_name(each),
        "title": f"error {each.kind.code}: {each.kind.default_message}",
        "summary": each.when,
        "description": each.then,
        "payload": _ref(_error_schema_name(each)),
        "examples": [{"name": _error_name(each), "payload": each.example}],
    }
    return message if each.kind.close_code is None else {**message, "x-close-code": each.kind.close_code}


def _schemas() -> dict[str, Any]:
    from frapi.apps.reference.schemas import schemas_of  # late: see there

    declared = [entry.type for entry in (*_RECEIVED, *_SENT)]
    details = dict.fromkeys(each.details for each in ERRORS)
    schemas = schemas_of([*declared, wire.FrameComment, wire.ErrorMessage, *details], ref_template=REF_TEMPLATE)
    any_error = schemas.pop("ErrorMessage")
    return schemas | {_error_schema_name(each): _error_schema(each, any_error) for each in ERRORS}


def _error_schema(each: SocketError, any_error: Mapping[str, Any]) -> dict[str, Any]:
    """The one error shape, with this error's code and details."""
    properties = {
        **any_error["properties"],
        "code": {"const": each.kind.code, "type": "integer"},
        "details": _ref(each.details.__name__),
    }
    return {**any_error, "title": _error_schema_name(each), "description": each.when, "properties": properties}


def _error_schema_name(each: SocketError) -> str:
    return f"{'InternalError' if each.kind.__name__ == 'FrapiError' else each.kind.__name__}Message"


def _error_name(each: SocketError) -> str:
    name = _error_schema_name(each).removesuffix("Message")
    return name[0].lower() + name[1:]
