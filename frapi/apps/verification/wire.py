"""The messages of the WebSocket as types: field by field what goes over the wire, with what each field means.

:mod:`frapi.apps.verification.messages` makes those the server sends, and mypy holds it to these types, so a field that
isn't declared here can't be sent. :mod:`frapi.apps.reference` derives the AsyncAPI document from them. Nothing checks a
message against its type while the server runs: that would be paid for with every frame.
"""

from __future__ import annotations

from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,  # of the standard library's own, pydantic reads those of 3.12 on
)

from pydantic import Field
from typing_extensions import TypedDict

from frapi.liveness.challenge import ChallengeAction, ChallengeFailure
from frapi.liveness.types import FrameWarning, Instruction, LivenessRule, RejectReason, SessionKind
from frapi.vision.types import Obstacle

MAX_SAFE_INTEGER = 2**53 - 1  # what a JavaScript client can count to, and so what an echo can carry

Count = Annotated[int, Field(ge=0)]
Score = Annotated[float, Field(ge=0, le=1)]
Seq = Annotated[int, Field(ge=0, le=MAX_SAFE_INTEGER)]
SentSeq = Annotated[Seq | None, Field(description="The client's own number of it, given back in the answer.")]
TimestampMs = Annotated[
    Annotated[float, Field(ge=0, le=MAX_SAFE_INTEGER)] | None,
    Field(
        description=(
            "When the picture was taken, in milliseconds by any clock that doesn't run backwards, from any zero. Send "
            "it: blinks are then timed as they happened, not as the network delivered them."
        )
    ),
]
ObstacleScores = Annotated[
    dict[str, Score], Field(json_schema_extra={"propertyNames": {"enum": [each.value for each in Obstacle]}})
]
TargetSamples = Annotated[Count, Field(description="Accepted frames wanted; enrolments only.")]
MinFramesRequired = Annotated[Count, Field(description="Accepted frames wanted; authentications only.")]
FramesDropped = Annotated[
    Count, Field(description="Frames that gave way to newer ones since the last answer: one is looked at at a time.")
]
EchoedSeq = Annotated[Seq, Field(description="The frame's own; only when it had one.")]
MotionVerified = Annotated[bool, Field(description="The head was seen turning as often as asked, and at least once.")]
Text = Annotated[str, Field(description="For people.")]

# What clients send


class FrameMessage(TypedDict):
    """A picture of the person, about ten times a second."""

    type: Literal["frame"]
    image: Annotated[
        str,
        Field(
            description=(
                "A JPEG, PNG or WebP in base64, bare or as a `data:` URI. 640×480 is plenty; at most 2 MiB encoded and "
                "4 megapixels decoded, unless the operator set other limits."
            )
        ),
    ]
    seq: NotRequired[SentSeq]
    timestamp_ms: NotRequired[TimestampMs]


class FrameComment(TypedDict):
    """What a binary frame may say of itself, in a JPEG comment right after the picture's first marker."""

    seq: NotRequired[SentSeq]
    timestamp_ms: NotRequired[TimestampMs]


class PingMessage(TypedDict):
    """Keeps a socket without frames from being idle."""

    type: Literal["ping"]


# What the server sends


class SessionPolicyFields(TypedDict):
    """What this session asks for."""

    target_samples: NotRequired[TargetSamples]
    min_frames_required: NotRequired[MinFramesRequired]
    required_blinks: Count
    required_motion: Annotated[Count, Field(description="Turns of the head.")]
    liveness_rule: Annotated[
        LivenessRule,
        Field(description="`all` asks for blinks and motion, `any` for one of them, `none` for neither."),
    ]
    quality_threshold: Annotated[Score, Field(description="Least `quality_score` of an accepted frame.")]
    obstacle_thresholds: Annotated[
        ObstacleScores, Field(description="An obstacle whose score is above its threshold rejects the frame.")
    ]
    max_fps: Annotated[int, Field(description="Frames a second, sustained; more are refused with 429.")]
    max_frames: Annotated[int, Field(description="Frames that are looked at, over all connections of the session.")]
    expires_at: Annotated[
        str,
        Field(
            description="Then the session ends: ISO 8601 in UTC, with `Z`.", json_schema_extra={"format": "date-time"}
        ),
    ]
    challenge_steps: NotRequired[Annotated[int, Field(description="Moves to be asked for; only with a challenge.")]]
    passive_pad_required: NotRequired[
        Annotated[
            Literal[True],
            Field(description="Passive attack detection must take the face for a living one; only where asked."),
        ]
    ]


class ConnectionEstablishedMessage(TypedDict):
    """The first message on the socket of a session that can be used."""

    type: Literal["connection_established"]
    session_type: Annotated[
        SessionKind,
        Field(
            description=(
                "`enrollment` (a user's face becomes a template), `verification` (is it this user?) or "
                "`identification` (which user is it?)."
            )
        ),
    ]
    session_token: str
    resumed: Annotated[bool, Field(description="Whether an earlier connection of this session has counted something.")]
    policy: SessionPolicyFields
    frames_processed: Annotated[Count, Field(description="Accepted frames of earlier connections.")]
    blinks_detected: Annotated[Count, Field(description="Of earlier connections.")]
    motion_events: Annotated[Count, Field(description="Of earlier connections.")]
    message: Text


class LivenessIndicators(TypedDict):
    """What was seen of life."""

    ear: Annotated[float | None, Field(description="How open the eyes are (eye aspect ratio); null without a face.")]
    blinks: Count
    motion_events: Count
    frame_counter: Annotated[Count, Field(description="All frames looked at.")]


class VisualData(TypedDict):
    """What an overlay over the preview needs."""

    face_bbox: Annotated[
        Annotated[list[int], Field(min_length=4, max_length=4)] | None,
        Field(description="Left, top, right, bottom in pixels of the upright picture; null without a face."),
    ]
    liveness_indicators: LivenessIndicators


class FrameProcessedMessage(TypedDict):
    """The answer to a frame in which nothing covers the face, usable or not."""

    type: Literal["frame_processed"]
    success: Annotated[bool, Field(description="One usable face was seen.")]
    accepted: Annotated[bool, Field(description="The frame counts towards the target.")]
    frames_processed: Annotated[Count, Field(description="Accepted frames so far.")]
    target_samples: NotRequired[TargetSamples]
    min_frames_required: NotRequired[MinFramesRequired]
    quality_score: Annotated[Score, Field(description="Of this frame, cut to two decimals.")]
    quality_threshold: Annotated[Score, Field(description="What `quality_score` must reach for the frame to count.")]
    quality: Annotated[dict[str, Score], Field(description="Its components, named after ISO/IEC 29794-5.")]
    liveness_score: Annotated[
        Score,
        Field(
            description=(
                "Probability that a living person is before the camera, from all that was seen so far, at even odds "
                "beforehand."
            )
        ),
    ]
    liveness_verified: Annotated[bool, Field(description="The liveness rule is met, and nothing speaks against it.")]
    blinks_detected: Count
    blinks_required: Count
    blinks_ok: Annotated[bool, Field(description="There were enough.")]
    motion_events: Annotated[Count, Field(description="Turns of the head; moving a photograph is none.")]
    motion_required: Count
    motion_ok: Annotated[bool, Field(description="There were enough.")]
    no_obstacles: Annotated[Literal[True], Field(description="Always `true` here.")]
    obstacles: Annotated[list[Obstacle], Field(max_length=0, description="Always empty here.")]
    instruction: Annotated[Instruction, Field(description="What to ask the person for, for programs.")]
    message: Text
    visual_data: VisualData
    effective_fps: Annotated[
        float, Field(ge=0, description="Frames looked at per second, lately; well under 10 and fast blinks are missed.")
    ]
    reason: NotRequired[Annotated[RejectReason, Field(description="Why the frame doesn't count; absent when it does.")]]
    warnings: NotRequired[
        Annotated[
            list[FrameWarning],
            Field(description="`low_frame_rate`: frames come slower than 7 a second, and blinks are missed."),
        ]
    ]
    obstacle_confidence: NotRequired[
        Annotated[ObstacleScores, Field(description="Scores by obstacle; absent without an obstacle network.")]
    ]
    frames_dropped: FramesDropped
    seq: NotRequired[EchoedSeq]


class FrameRejectedMessage(TypedDict):
    """The answer to a frame in which something covers the face."""

    type: Literal["frame_rejected"]
    reason: Annotated[str, Field(description="For people.")]
    obstacles: Annotated[list[Obstacle], Field(min_length=1, description="Those over their thresholds.")]
    obstacle_confidence: Annotated[ObstacleScores, Field(description="Their scores.")]
    instruction: Annotated[Instruction, Field(description="What to ask the person for, for programs.")]
    message: Text
    effective_fps: Annotated[float, Field(ge=0, description="Frames looked at per second, lately.")]
    frames_dropped: FramesDropped
    seq: NotRequired[EchoedSeq]


class ChallengeMessage(TypedDict):
    """Asks the person for one move; only in sessions with a challenge.

    There is nothing to answer: go on sending frames.
    """

    type: Literal["challenge"]
    nonce: Annotated[str, Field(description="Names this step.")]
    index: Annotated[Count, Field(description="From 0 to `total` − 1.")]
    total: int
    action: Annotated[ChallengeAction, Field(description="Left and right are the person's own.")]
    deadline_ms: Annotated[int, Field(description="So long the person has.")]
    message: Text


class EncryptedData(TypedDict):
    """The result for the holder of the API key, who checks `mac` before decrypting."""

    encrypted_payload: Annotated[
        str,
        Field(
            description=(
                "Base64 of a 16-byte IV and the AES-256-CBC ciphertext (PKCS #7) of a JSON object; the key is the "
                "SHA-256 digest of the API key."
            )
        ),
    ]
    algorithm: Literal["AES-256-CBC"]
    mac: Annotated[
        str,
        Field(
            description=(
                "Base64 of the HMAC-SHA256 over IV and ciphertext, under the key that HKDF-SHA256 derives from the API "
                "key (no salt, info `frapi payload mac v1`, 32 bytes)."
            )
        ),
    ]


class EnrollmentCompleteMessage(TypedDict):
    """The template is stored and the session over; close 1000 follows."""

    type: Literal["enrollment_complete"]
    success: Literal[True]
    enrollment_id: str
    frames_processed: Count
    liveness_verified: bool
    blinks_detected: Count
    motion_verified: Annotated[
        bool, Field(description="The head was seen turning as often as asked, and at least once.")
    ]
    quality_score: Annotated[Score, Field(description="Mean of the samples.")]
    encrypted_data: EncryptedData
    message: Text


class AuthenticationCompleteMessage(TypedDict):
    """The user was recognised and the session is over; close 1000 follows."""

    type: Literal["authentication_complete"]
    success: Literal[True]
    authenticated: Literal[True]
    user_id: str
    confidence: Annotated[
        Score, Field(description="Probability that it is this user, at even odds beforehand. Told once and only here.")
    ]
    frames_processed: Count
    liveness_verified: bool
    blinks_detected: Count
    motion_verified: Annotated[
        bool, Field(description="The head was seen turning as often as asked, and at least once.")
    ]
    encrypted_data: EncryptedData
    message: Text


class AuthenticationFailedMessage(TypedDict):
    """Nobody was recognised and the session is over; close 1000 follows. It says no more: an attacker reads it too."""

    type: Literal["authentication_complete"]
    success: Literal[False]
    authenticated: Literal[False]
    frames_processed: Count
    message: Text


class PongMessage(TypedDict):
    """The answer to a ping."""

    type: Literal["pong"]


class ErrorMessage(TypedDict):
    """Something went wrong; the code says what, and whether the socket is closed next."""

    type: Literal["error"]
    error: Annotated[str, Field(description="For people.")]
    code: int
    details: dict[str, Any]


Message = (
    ConnectionEstablishedMessage
    | FrameProcessedMessage
    | FrameRejectedMessage
    | ChallengeMessage
    | EnrollmentCompleteMessage
    | AuthenticationCompleteMessage
    | AuthenticationFailedMessage
    | ErrorMessage
    | PongMessage
)

# What `details` of an error holds, by its kind


class FrameDetails(TypedDict):
    """Which frame it was; nothing more."""

    seq: NotRequired[EchoedSeq]


class InvalidInputDetails(FrameDetails):
    """What can't be used, and why."""

    field: Annotated[
        Literal["message", "type", "image", "seq", "timestamp_ms", "comment"], Field(description="What was wrong.")
    ]
    reason: NotRequired[Annotated[str, Field(description="In which way, of an image; for people.")]]
    max_bytes: NotRequired[Annotated[int, Field(description="The limit that the image is over.")]]
    max_pixels: NotRequired[Annotated[int, Field(description="The limit that the image is over.")]]


class EndedDetails(FrameDetails):
    """How the session ended."""

    status: Literal["completed", "failed", "expired", "cancelled"]


class ChallengeDetails(FrameDetails):
    """Which move wasn't made, and why."""

    reason: ChallengeFailure
    index: Annotated[Count, Field(description="The move's number, from 0.")]


class RateDetails(FrameDetails):
    """How long to wait."""

    retry_after_ms: Annotated[int, Field(ge=1, description="Send no frame for so long.")]
