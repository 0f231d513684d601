"""Every error this package raises.

::

    FrapiClientError
    ├── ServerUnreachable   nothing answers at the address
    ├── ApiError            the server refused a request
    │   └── Unauthorized    it doesn't know these credentials
    ├── StreamClosed        the server ended the stream before the session was decided
    ├── NotCompleted        the frames, or the session's time, ran out first
    ├── SourceError         a camera, video or picture can't be read
    └── PayloadError        an encrypted payload that isn't what the server sealed

Messages are made for people; none holds a key, a secret, a token or an image.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class FrapiClientError(Exception):
    """Base of the tree."""


class ServerUnreachable(FrapiClientError):
    pass


class ApiError(FrapiClientError):
    """The server's one error shape.

    Attributes:
        code: as in the error's body; the HTTP status where there was no such body.
        details: what the server says about it, such as the ``field`` at fault.
    """

    def __init__(self, message: str, *, code: int, details: Mapping[str, Any] | None = None) -> None:
        self.code = code
        self.details = dict(details or {})
        named = f" ({self.details['field']})" if "field" in self.details else ""
        super().__init__(f"{message}{named} [{code}]")


class Unauthorized(ApiError):
    pass


_CLOSE_MEANINGS = {
    1001: "the server is going away",
    1006: "the connection broke",
    1008: "too many invalid messages in a row",
    1009: "a message was too big",
    4401: "this origin is not allowed",
    4404: "the session is unknown, has ended or has expired",
    4408: "no frame came for too long",
    4409: "another connection took the session over",
    4429: "the session's frames are used up",
}


class StreamClosed(FrapiClientError):
    """The WebSocket was closed.

    Attributes:
        code: the WebSocket close code.
    """

    def __init__(self, code: int, reason: str = "") -> None:
        self.code = code
        meaning = _CLOSE_MEANINGS.get(code) or reason or "no reason given"
        super().__init__(f"The stream was closed with code {code}: {meaning}")


class NotCompleted(FrapiClientError):
    pass


class SourceError(FrapiClientError):
    pass


class PayloadError(FrapiClientError):
    pass
