"""What clients send over the WebSocket: a message becomes a :class:`Frame`, a :class:`Ping` or an error.

:mod:`frapi.apps.verification.wire` declares the same, ``docs/websocket.md`` describes it for people. What the server
sends is made in :mod:`frapi.apps.verification.messages`.
"""

from __future__ import annotations

import binascii
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import pybase64

from frapi.apps.verification.jpeg_comment import read_comment
from frapi.apps.verification.wire import MAX_SAFE_INTEGER
from frapi.errors import InvalidImage, InvalidInput, InvalidMessage

IMAGE_MEDIA_TYPES = frozenset({"image/jpeg", "image/jpg", "image/png", "image/webp"})
MAX_DATA_URI_PREFIX = 64  # `data:image/jpeg;base64,` has 23 characters


@dataclass(frozen=True, slots=True, repr=False)
class Frame:
    """An image to look at.

    Attributes:
        image_bytes: encoded, not yet decoded or checked beyond its size.
        seq: the client's own number of it, echoed in the answer.
        timestamp_ms: when it was captured by the client's clock, whose zero is unknown.
    """

    image_bytes: bytes
    seq: int | None = None
    timestamp_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Ping:
    """Keeps the connection from being idle."""


def parse_client_message(data: str | bytes, *, max_image_bytes: int) -> Frame | Ping:
    """Parse one WebSocket message: text is JSON, binary is an encoded image, which may have a comment.

    Args:
        max_image_bytes: limit on the encoded image, held against the base64 text before it is decoded.
    Raises:
        InvalidMessage: not JSON, or a field is missing or of the wrong type; ``details.field`` names it.
        InvalidImage: no base64, or over the limit.
    """
    if isinstance(data, bytes):
        return _parse_fields(read_comment(data), lambda: _within_limit(data, max_image_bytes))
    try:
        message = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise InvalidMessage("Message is not JSON", field="message") from None
    if not isinstance(message, dict):
        raise InvalidMessage("Message is not a JSON object", field="message")
    match message.get("type"):
        case "frame":
            return _parse_fields(message, lambda: _parse_image(message.get("image"), max_image_bytes))
        case "ping":
            return Ping()
        case None:
            raise InvalidMessage("Message has no type", field="type")
        case _:
            raise InvalidMessage("Unknown message type", field="type")


def _parse_fields(fields: Mapping[str, Any], take_image: Callable[[], bytes]) -> Frame:
    seq = _parse_seq(fields.get("seq"))
    try:
        timestamp_ms = _parse_timestamp(fields.get("timestamp_ms"))
        return Frame(take_image(), seq, timestamp_ms)
    except InvalidInput as error:
        if seq is not None:
            error.details["seq"] = seq
        raise


def _parse_seq(value: Any) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= MAX_SAFE_INTEGER:
        raise InvalidMessage("seq must be a whole number from 0 to 2^53 - 1", field="seq")
    return value


def _parse_timestamp(value: Any) -> float | None:
    if value is None:
        return None
    if type(value) not in {int, float} or not math.isfinite(value) or not 0 <= value <= MAX_SAFE_INTEGER:
        raise InvalidMessage("timestamp_ms must be a number of milliseconds, 0 or more", field="timestamp_ms")
    return float(value)


def _parse_image(value: Any, max_image_bytes: int) -> bytes:
    if value is None:
        raise InvalidMessage("Frame has no image", field="image")
    if not isinstance(value, str):
        raise InvalidMessage("image must be a string", field="image")
    encoded = _strip_data_uri(value)
    if len(encoded) > _base64_length(max_image_bytes):
        raise _over_limit(max_image_bytes)
    try:
        decoded = pybase64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidImage("not base64") from None
    return _within_limit(decoded, max_image_bytes)


def _strip_data_uri(value: str) -> str:
    """The base64 part of a ``data:`` URI; a bare base64 string is returned as it is."""
    if value[:5].lower() != "data:":
        return value
    comma = value.find(",", 0, MAX_DATA_URI_PREFIX)
    media_type, _, encoding = value[5 : max(comma, 5)].lower().partition(";")
    if media_type not in IMAGE_MEDIA_TYPES or encoding != "base64":
        raise InvalidImage("expected a base64 data URI of a JPEG, PNG or WebP")
    return value[comma + 1 :]


def _base64_length(byte_count: int) -> int:
    return 4 * math.ceil(byte_count / 3)


def _within_limit(image_bytes: bytes, max_image_bytes: int) -> bytes:
    if not image_bytes:
        raise InvalidImage("empty")
    if len(image_bytes) > max_image_bytes:
        raise _over_limit(max_image_bytes)
    return image_bytes


def _over_limit(max_image_bytes: int) -> InvalidImage:
    return InvalidImage(f"over {max_image_bytes} bytes", details={"max_bytes": max_image_bytes})


class CaptureClock:
    """Maps one connection's ``timestamp_ms`` to the session's time.

    The client's clock has an unknown zero: its first timestamp is taken to mean "now". From then on intervals are the
    client's, so that blinks are timed as they were filmed and not as the network delivered them.
    """

    def __init__(self) -> None:
        self._zero_ms: float | None = None
        self._last_timestamp_ms = 0.0

    def to_session_ms(self, timestamp_ms: float, now_ms: int) -> int:
        """When a frame was captured.

        Args:
            timestamp_ms: the client's word.
            now_ms: the session's age.
        Raises:
            InvalidMessage: the client's clock ran backwards, or moved away from ours by more than the session's age.
        """
        if self._zero_ms is None:
            self._zero_ms = now_ms - timestamp_ms
        elif timestamp_ms < self._last_timestamp_ms:
            raise InvalidMessage("timestamp_ms runs backwards", field="timestamp_ms")
        captured_ms = self._zero_ms + timestamp_ms
        if abs(captured_ms - now_ms) > now_ms:
            raise InvalidMessage("timestamp_ms drifts by more than the session's age", field="timestamp_ms")
        self._last_timestamp_ms = timestamp_ms
        return round(captured_ms)
