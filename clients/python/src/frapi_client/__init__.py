"""Client of frapi: enrol, verify and identify people's faces. Async here; :mod:`frapi_client.sync` has no ``await``."""

from frapi_client.api import FrapiClient, SessionTicket
from frapi_client.errors import (
    ApiError,
    FrapiClientError,
    NotCompleted,
    PayloadError,
    ServerUnreachable,
    SourceError,
    StreamClosed,
    Unauthorized,
    UnexpectedAnswer,
)
from frapi_client.messages import (
    Challenge,
    Completed,
    ConnectionEstablished,
    ErrorMessage,
    FrameProcessed,
    FrameRejected,
    Message,
)
from frapi_client.payload import decrypt_payload
from frapi_client.retry import Backoff, RetryPolicy
from frapi_client.session import Outcome
from frapi_client.sources import frames, open_source, webcam
from frapi_client.stream import FrameStream
from frapi_client.version import __version__

__all__ = [
    "ApiError",
    "Backoff",
    "Challenge",
    "Completed",
    "ConnectionEstablished",
    "ErrorMessage",
    "FrameProcessed",
    "FrameRejected",
    "FrameStream",
    "FrapiClient",
    "FrapiClientError",
    "Message",
    "NotCompleted",
    "Outcome",
    "PayloadError",
    "RetryPolicy",
    "ServerUnreachable",
    "SessionTicket",
    "SourceError",
    "StreamClosed",
    "Unauthorized",
    "UnexpectedAnswer",
    "__version__",
    "decrypt_payload",
    "frames",
    "open_source",
    "webcam",
]
