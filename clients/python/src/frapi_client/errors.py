"""Every error this package raises.

::

    FrapiClientError
    ├── ServerUnreachable   nothing answers at the address
    ├── ApiError            the server refused a request
    │   └── Unauthorized    it doesn't know these credentials
    ├── UnexpectedAnswer    what answers isn't a frapi server, or not one that this version understands
    ├── StreamClosed        the server ended the stream before the session was decided
    ├── NotCompleted        the frames, or the session's time, ran out first
    ├── SourceError         a camera, video or picture can't be read
    └── PayloadError        an encrypted payload that isn't what the server sealed

Messages are made for people; none holds a key, a secret, a token or an image.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from frapi_client.messages import ErrorMessage


class FrapiClientError(Exception):
    """Base of the tree."""


class ServerUnreachable(FrapiClientError):
    """Nothing answers.

    Attributes:
        is_temporary: it may answer later; False when the address is none.
        was_sent: the request may have reached the server all the same.
    """

    def __init__(self, message: str, *, is_temporary: bool = True, was_sent: bool = False) -> None:
        self.is_temporary, self.was_sent = is_temporary, was_sent
        super().__init__(message)


class ApiError(FrapiClientError):
    """The server's one error shape.

    Attributes:
        code: as in the error's body; the HTTP status where there was no such body.
        details: what the server says about it, such as the ``field`` at fault.
        status: of HTTP.
        retry_after_s: how long the server asks to wait; None where it doesn't.
    """

    def __init__(
        self,
        message: str,
        *,
        code: int,
        details: Mapping[str, Any] | None = None,
        status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        self.code = code
        self.details = dict(details or {})
        self.status = code if status is None else status
        self.retry_after_s = retry_after_s
        named = f" ({self.details['field']})" if "field" in self.details else ""
        super().__init__(f"{message}{named} [{code}]")


class Unauthorized(ApiError):
    pass


class UnexpectedAnswer(FrapiClientError):
    pass


_CLOSE_MEANINGS = {
    1000: "the session ended without a result",
    1001: "the server is going away",
    1006: "the connection broke",
    1008: "too many invalid messages in a row",
    1009: "a message was too big",
    1011: "the server could not open the session",
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
        last_error: the server's error that came before, which says more; None when there was none.
    """

    def __init__(self, code: int, reason: str = "", *, last_error: ErrorMessage | None = None) -> None:
        self.code, self.reason, self.last_error = code, reason, last_error
        meaning = _CLOSE_MEANINGS.get(code) or reason or "no reason given"
        said = f" ({last_error.error}{_particulars(last_error)})" if last_error else ""
        super().__init__(f"The stream was closed with code {code}: {meaning}{said}")


def _particulars(error: ErrorMessage) -> str:
    said = error.details.get("reason") or error.details.get("status")
    return f": {said}" if said else ""


class NotCompleted(FrapiClientError):
    pass


class SourceError(FrapiClientError):
    pass


class PayloadError(FrapiClientError):
    pass
