"""What a binary frame says about itself: a JSON object in a JPEG comment, for those who want no base64.

A binary message is a JPEG and nothing else, so there is no room beside the picture. In it there is: the format has
comments, which every decoder skips.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from frapi.errors import InvalidMessage

# Start of image, then the marker of a comment. Looked for right there only: nothing is searched, nothing costs.
_OPENING = b"\xff\xd8\xff\xfe"
_PREFIX = b"frapi "  # comments of other makers are theirs
_LENGTH_BYTES = 2
_MAX_COMMENT_BYTES = 256  # both fields at their longest need some 70


def read_comment(image_bytes: bytes) -> Mapping[str, Any]:
    """The fields of a frame's comment; empty when it has none of ours.

    Args:
        image_bytes: encoded; anything.
    Raises:
        InvalidMessage: a comment of ours that is no JSON object, or too long.
    """
    start = len(_OPENING) + _LENGTH_BYTES
    if image_bytes[: len(_OPENING)] != _OPENING or image_bytes[start : start + len(_PREFIX)] != _PREFIX:
        return {}
    length = int.from_bytes(image_bytes[len(_OPENING) : start], "big") - _LENGTH_BYTES
    if not len(_PREFIX) <= length <= _MAX_COMMENT_BYTES:
        raise InvalidMessage(f"A frame's comment has at most {_MAX_COMMENT_BYTES} bytes", field="comment")
    try:
        fields = orjson.loads(image_bytes[start + len(_PREFIX) : start + length])
    except orjson.JSONDecodeError:
        fields = None
    if not isinstance(fields, dict):
        raise InvalidMessage("A frame's comment must be a JSON object", field="comment")
    return fields
