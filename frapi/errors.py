"""Every error that frapi raises on purpose.

::

    FrapiError
    ├── InvalidInput            400  what a caller sent can't be used
    │   ├── InvalidMessage           a WebSocket message
    │   ├── InvalidImage             bytes that are no acceptable image
    │   └── PolicyViolation          a request below the API client's own floor
    ├── Unauthorized            401  no, wrong or expired credentials
    │   └── ClientRevoked            a session's API client was revoked; closes 4404
    ├── Forbidden               403  known, but not allowed
    │   └── OriginNotAllowed         closes 4401
    ├── NotFound                404
    │   └── SessionNotFound          closes 4404
    ├── SessionEnded            410  existed once; closes 4404
    ├── ChallengeNotMet         422  what was asked for wasn't done; the session has failed, closes 1000
    ├── EnrollmentRefused       422  the face may not be enrolled; the session has failed, closes 1000
    ├── RateLimited             429  carries retry_after_ms
    ├── TooManyFrames          4429  over the session's frame budget; closes 4429
    ├── SessionTakenOver        409  a newer socket holds the session; closes 4409
    ├── IllegalTransition       500  a programming error: expected and actual state are named
    ├── DegenerateLandmarks     500  points that determine no transform
    ├── IntegrityError          500  sealed or signed data that doesn't verify
    └── Unavailable             503  infrastructure is missing or overloaded
        ├── ModelPackError           weights can't be had
        │   ├── ArchiveUnavailable   the package index doesn't serve the pinned archive
        │   ├── DigestMismatch       bytes differ from their pinned digest
        │   └── ConversionError      an original can't be converted to ONNX
        ├── ModelMissing             a model isn't in the cache
        └── GalleryMisconfigured     the database can't search faces

A bad *face* is data (a reason code in the observation), never an exception.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class FrapiError(Exception):
    """Base of the tree.

    Attributes:
        code: the ``code`` of the error body on REST and WebSocket.
        http_status: status of the REST answer.
        close_code: WebSocket close code, or None when the socket stays open.
        details: JSON-able, safe to show to the client.
    """

    code: ClassVar[int] = 500
    http_status: ClassVar[int] = 500
    close_code: ClassVar[int | None] = None
    default_message: ClassVar[str] = "Internal error"

    def __init__(self, message: str | None = None, *, details: Mapping[str, Any] | None = None) -> None:
        self.message = message or self.default_message
        self.details: dict[str, Any] = dict(details or {})
        super().__init__(self.message)

    def body(self) -> dict[str, Any]:
        """The one error shape of every interface."""
        return {"type": "error", "error": self.message, "code": self.code, "details": self.details}


class InvalidInput(FrapiError):
    code = http_status = 400
    default_message = "Invalid input"

    def __init__(
        self, message: str | None = None, *, field: str | None = None, details: Mapping[str, Any] | None = None
    ) -> None:
        merged = dict(details or {})
        if field is not None:
            merged.setdefault("field", field)
        super().__init__(message, details=merged)


class InvalidMessage(InvalidInput):
    default_message = "Invalid message"


class InvalidImage(InvalidInput):
    """Says the same for every image; ``details.reason`` says what is wrong with this one."""

    default_message = "Invalid image data"

    def __init__(
        self,
        reason: str = "can't be decoded",
        *,
        field: str | None = "image",
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self.reason = reason
        super().__init__(field=field, details={"reason": reason, **(details or {})})

    def __str__(self) -> str:
        return f"{self.message}: {self.reason}"


class PolicyViolation(InvalidInput):
    default_message = "Below the API client's policy"


class Unauthorized(FrapiError):
    """Says the same for every refusal; ``details.reason`` says why, as far as a stranger may know."""

    code = http_status = 401
    default_message = "Unauthorized"


class ClientRevoked(Unauthorized):
    close_code = 4404


class Forbidden(FrapiError):
    code = http_status = 403
    default_message = "Forbidden"


class OriginNotAllowed(Forbidden):
    close_code = 4401
    default_message = "Origin not allowed"


class NotFound(FrapiError):
    code = http_status = 404
    default_message = "Not found"


class SessionNotFound(NotFound):
    close_code = 4404
    default_message = "Session not found"


class SessionEnded(FrapiError):
    code = http_status = 410
    close_code = 4404
    default_message = "Session has ended"


class ChallengeNotMet(FrapiError):
    code = http_status = 422
    close_code = 1000
    default_message = "Challenge not met"


class EnrollmentRefused(FrapiError):
    code = http_status = 422
    close_code = 1000
    default_message = "Enrollment refused"


class RateLimited(FrapiError):
    code = http_status = 429
    default_message = "Frame rate too high"

    def __init__(self, message: str | None = None, *, retry_after_ms: int) -> None:
        self.retry_after_ms = retry_after_ms
        super().__init__(message, details={"retry_after_ms": retry_after_ms})


class TooManyFrames(FrapiError):
    code = 4429
    http_status = 429
    close_code = 4429
    default_message = "Maximum frames exceeded"


class SessionTakenOver(FrapiError):
    code = http_status = 409
    close_code = 4409
    default_message = "Session was taken over by another connection"


class IllegalTransition(FrapiError):
    def __init__(self, *, expected: str, actual: str) -> None:
        super().__init__(f"expected state {expected}, got {actual}")


class DegenerateLandmarks(FrapiError):
    default_message = "Points determine no transform"


class IntegrityError(FrapiError):
    default_message = "Sealed data does not verify"


class Unavailable(FrapiError):
    code = http_status = 503
    default_message = "Service unavailable"


class ModelPackError(Unavailable):
    default_message = "Model pack unavailable"


class ArchiveUnavailable(ModelPackError):
    pass


class DigestMismatch(ModelPackError):
    pass


class ConversionError(ModelPackError):
    pass


class GalleryMisconfigured(Unavailable):
    default_message = "Gallery misconfigured"


class ModelMissing(Unavailable):
    default_message = "Model missing"
