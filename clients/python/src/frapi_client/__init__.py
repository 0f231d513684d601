"""Async client of frapi: enrol, verify and identify people's faces."""

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
)
from frapi_client.messages import (
    Completed,
    ConnectionEstablished,
    ErrorMessage,
    FrameProcessed,
    FrameRejected,
    Message,
)
from frapi_client.payload import decrypt_payload
from frapi_client.session import Outcome
from frapi_client.sources import frames, open_source, webcam
from frapi_client.stream import FrameStream

__all__ = [
    "ApiError",
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
    "ServerUnreachable",
    "SessionTicket",
    "SourceError",
    "StreamClosed",
    "Unauthorized",
    "decrypt_payload",
    "frames",
    "open_source",
    "webcam",
]
