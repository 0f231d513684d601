"""What can go wrong on the WebSocket: every error, every close code, and what a client does about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from frapi import errors
from frapi.apps.verification import messages, wire
from frapi.liveness.challenge import ChallengeFailure


@dataclass(frozen=True, slots=True)
class SocketError:
    """One ``error`` message.

    Attributes:
        kind: what is raised; gives code and close code.
        details: type of the message's ``details``.
        when: why it is sent.
        then: what follows.
        example: one of them.
    """

    kind: type[errors.FrapiError]
    details: Any
    when: str
    then: str
    example: wire.ErrorMessage


@dataclass(frozen=True, slots=True)
class Close:
    """One close code.

    Attributes:
        reconnect: whether the session goes on over a new connection.
    """

    code: int
    meaning: str
    reconnect: bool = False


ERRORS = (
    SocketError(
        errors.InvalidInput,
        wire.InvalidInputDetails,
        "No JSON, an unknown type, a field missing or of the wrong type, no base64, no picture, one over the limits, a "
        "timestamp that can't be.",
        "Go on. The 20th in a row, with no good frame between, closes with 1008.",
        messages.error(errors.InvalidImage("not base64"), seq=19),
    ),
    SocketError(
        errors.ClientRevoked,
        wire.FrameDetails,
        "The API client was revoked.",
        "The socket closes with 4404.",
        messages.error(errors.ClientRevoked()),
    ),
    SocketError(
        errors.OriginNotAllowed,
        wire.FrameDetails,
        "The page's origin isn't on the API client's list.",
        "The socket closes with 4401.",
        messages.error(errors.OriginNotAllowed()),
    ),
    SocketError(
        errors.SessionNotFound,
        wire.FrameDetails,
        "No session has this token.",
        "The socket closes with 4404.",
        messages.error(errors.SessionNotFound()),
    ),
    SocketError(
        errors.SessionTakenOver,
        wire.FrameDetails,
        "A newer connection took the session over.",
        "The socket closes with 4409. Don't connect again.",
        messages.error(errors.SessionTakenOver()),
    ),
    SocketError(
        errors.SessionEnded,
        wire.EndedDetails,
        "The session is over: decided, cancelled, or its time is up.",
        "The socket closes with 4404.",
        messages.error(errors.SessionEnded(details={"status": "completed"})),
    ),
    SocketError(
        errors.ChallengeNotMet,
        wire.ChallengeDetails,
        "A move of the challenge wasn't made as asked; the session has failed.",
        "The socket closes with 1000.",
        messages.error(errors.ChallengeNotMet(details={"reason": ChallengeFailure.TOO_LATE.value, "index": 1})),
    ),
    SocketError(
        errors.EnrollmentRefused,
        wire.FrameDetails,
        "The face may not be enrolled; the session has failed.",
        "The socket closes with 1000.",
        messages.error(errors.EnrollmentRefused()),
    ),
    SocketError(
        errors.RateLimited,
        wire.RateDetails,
        "Frames come too fast; this one wasn't looked at.",
        "Send no frame for `details.retry_after_ms`, then go on.",
        messages.error(errors.RateLimited(retry_after_ms=67), seq=44),
    ),
    SocketError(
        errors.FrapiError,
        wire.FrameDetails,
        "Something went wrong in the server; its log knows what.",
        "Go on. While a session is opened, the socket closes with 1011.",
        messages.error(errors.FrapiError()),
    ),
    SocketError(
        errors.Unavailable,
        wire.FrameDetails,
        "The frame can't be looked at just now.",
        "Go on. While a session is opened, the socket closes with 1011.",
        messages.error(errors.Unavailable()),
    ),
    SocketError(
        errors.TooManyFrames,
        wire.FrameDetails,
        "The session's frames are used up; it has failed.",
        "The socket closes with 4429.",
        messages.error(errors.TooManyFrames()),
    ),
)

# A test holds these to the code, which sends them.
CLOSES = (
    Close(1000, "Finished: the last message was the result."),
    Close(1001, "The server is going away; what was counted is kept.", reconnect=True),
    Close(1008, "Too many unusable messages in a row."),
    Close(1009, "A message over the size limit."),
    Close(1011, "The server could not open the session; an error 500 or 503 came before.", reconnect=True),
    Close(4401, "The origin is not allowed."),
    Close(4404, "No such session, or it is over: the error before says which."),
    Close(4408, "Idle: no message for too long.", reconnect=True),
    Close(4409, "Taken over by a newer connection."),
    Close(4429, "The session's frames are used up."),
)
