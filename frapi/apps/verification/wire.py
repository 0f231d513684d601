"""The messages of the WebSocket as types: field by field what goes over the wire, with what each field means.

:mod:`frapi.apps.verification.messages` makes those the server sends, and mypy holds it to these types, so a field that
isn't declared here can't be sent. :mod:`frapi.apps.reference` derives the AsyncAPI document from them. Nothing checks a
message against its type while the server runs: that would be paid for with every frame.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, NotRequired

from annotated_types import Ge, Interval, Len, MaxLen, MinLen
from typing_extensions import TypedDict  # the standard library's own has, before 3.12, not all that pydantic needs

from frapi.liveness.challenge import ChallengeAction, ChallengeFailure
from frapi.liveness.types import FrameWarning, Instruction, LivenessRule, RejectReason, SessionKind
from frapi.vision.types import Obstacle

Schema = dict[str, Any]

MAX_SAFE_INTEGER = 2**53 - 1  # what a JavaScript client can count to, and so what an echo can carry


class About:
    """What a field means, for whoever derives a JSON Schema.

    pydantic, which does, finds it by its method's name; where nobody asks for a schema it needn't be imported.
    """

    def __init__(self, description: str | None = None, **keywords: Any) -> None:
        """
        Args:
            keywords: further ones of JSON Schema.
        """
        self._keywords = keywords if description is None else {"description": description, **keywords}

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Callable[[Any], Schema]) -> Schema:
        schema: Schema = {**handler(core_schema), **self._keywords}
        return schema


Count = Annotated[int, Ge(0)]
Score = Annotated[float, Interval(ge=0, le=1)]
Seq = Annotated[int, Interval(ge=0, le=MAX_SAFE_INTEGER)]
SentSeq = Annotated[Seq | None, About("The client's own number of it, given back in the answer.")]
TimestampMs = Annotated[
    Annotated[float, Interval(ge=0, le=MAX_SAFE_INTEGER)] | None,
    About(
        "When the picture was taken, in milliseconds by any clock that doesn't run backwards, from any zero. Send "
        "it: blinks are then timed as they happened, not as the network delivered them."
    ),
]
ObstacleScores = Annotated[dict[str, Score], About(propertyNames={"enum": [each.value for each in Obstacle]})]
TargetSamples = Annotated[Count, About("Accepted frames wanted; enrolments only.")]
MinFramesRequired = Annotated[Count, About("Accepted frames wanted; authentications only.")]
FramesDropped = Annotated[Count, About("Frames that gave way to newer ones since the last answer.")]
EchoedSeq = Annotated[Seq, About("The frame's own; only when it had one.")]
MotionVerified = Annotated[bool, About("The head was seen turning as often as asked, and at least once.")]
Text = Annotated[str, About("For people.")]

# What clients send


class FrameMessage(TypedDict):
    """A picture of the person, about ten times a second."""

    type: Literal["frame"]
    image: Annotated[
        str,
        About(
            "A JPEG, PNG or WebP in base64, bare or as a `data:` URI. 640×480 is plenty; at most 2 MiB encoded and "
            "4 megapixels decoded, unless the operator set other limits."
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
    required_motion: Annotated[Count, About("Turns of the head.")]
    liveness_rule: Annotated[
        LivenessRule,
        About("`all` asks for blinks and motion, `any` for one of them, `none` for neither."),
    ]
    quality_threshold: Annotated[Score, About("Least `quality_score` of an accepted frame.")]
    obstacle_thresholds: Annotated[
        ObstacleScores, About("An obstacle whose score is above its threshold rejects the frame.")
    ]
    max_fps: Annotated[int, About("Frames a second, sustained; more are refused with 429.")]
    max_frames: Annotated[int, About("Frames that are looked at, over all connections of the session.")]
    expires_at: Annotated[
        str,
        About("Then the session ends: ISO 8601 in UTC, with `Z`.", format="date-time"),
    ]
    challenge_steps: NotRequired[Annotated[int, About("Moves to be asked for; only with a challenge.")]]
    passive_pad_required: NotRequired[
        Annotated[
            Literal[True],
            About("Passive attack detection must take the face for a living one; only where asked."),
        ]
    ]


class ConnectionEstablishedMessage(TypedDict):
    """The first message on the socket of a session that can be used."""

    type: Literal["connection_established"]
    session_type: Annotated[
        SessionKind,
        About(
            "`enrollment` (a user's face becomes a template), `verification` (is it this user?) or "
            "`identification` (which user is it?)."
        ),
    ]
    session_token: str
    resumed: Annotated[bool, About("Whether an earlier connection of this session has counted something.")]
    policy: SessionPolicyFields
    frames_processed: Annotated[Count, About("Accepted frames of earlier connections.")]
    blinks_detected: Annotated[Count, About("Of earlier connections.")]
    motion_events: Annotated[Count, About("Of earlier connections.")]
    message: Text


class LivenessIndicators(TypedDict):
    """What was seen of life."""

    ear: Annotated[float | None, About("How open the eyes are (eye aspect ratio); null without a face.")]
    blinks: Count
    motion_events: Count
    frame_counter: Annotated[Count, About("All frames looked at.")]


class VisualData(TypedDict):
    """What an overlay over the preview needs."""

    face_bbox: Annotated[
        Annotated[list[int], Len(4, 4)] | None,
        About("Left, top, right, bottom in pixels of the upright picture; null without a face."),
    ]
    liveness_indicators: LivenessIndicators


class FrameProcessedMessage(TypedDict):
    """The answer to a frame in which nothing covers the face, usable or not."""

    type: Literal["frame_processed"]
    success: Annotated[bool, About("One usable face was seen.")]
    accepted: Annotated[bool, About("The frame counts towards the target.")]
    frames_processed: Annotated[Count, About("Accepted frames so far.")]
    target_samples: NotRequired[TargetSamples]
    min_frames_required: NotRequired[MinFramesRequired]
    quality_score: Annotated[Score, About("Of this frame, cut to two decimals.")]
    quality_threshold: Annotated[Score, About("What `quality_score` must reach for the frame to count.")]
    quality: Annotated[dict[str, Score], About("Its components, named after ISO/IEC 29794-5.")]
    liveness_score: Annotated[
        Score,
        About(
            "Probability that a living person is before the camera, from all that was seen so far, at even odds "
            "beforehand."
        ),
    ]
    liveness_verified: Annotated[bool, About("The liveness rule is met, and nothing speaks against it.")]
    blinks_detected: Count
    blinks_required: Count
    blinks_ok: Annotated[bool, About("There were enough.")]
    motion_events: Annotated[Count, About("Turns of the head; moving a photograph is none.")]
    motion_required: Count
    motion_ok: Annotated[bool, About("There were enough.")]
    no_obstacles: Annotated[Literal[True], About("Always `true` here.")]
    obstacles: Annotated[list[Obstacle], MaxLen(0), About("Always empty here.")]
    instruction: Annotated[Instruction, About("What to ask the person for, for programs.")]
    message: Text
    visual_data: VisualData
    effective_fps: Annotated[
        float, Ge(0), About("Frames looked at per second, lately; well under 10 and fast blinks are missed.")
    ]
    reason: NotRequired[Annotated[RejectReason, About("Why the frame doesn't count; absent when it does.")]]
    warnings: NotRequired[
        Annotated[
            list[FrameWarning],
            About("`low_frame_rate`: frames come slower than 7 a second, and blinks are missed."),
        ]
    ]
    obstacle_confidence: NotRequired[
        Annotated[ObstacleScores, About("Scores by obstacle; absent without an obstacle network.")]
    ]
    frames_dropped: FramesDropped
    seq: NotRequired[EchoedSeq]


class FrameRejectedMessage(TypedDict):
    """The answer to a frame in which something covers the face."""

    type: Literal["frame_rejected"]
    reason: Annotated[str, About("For people.")]
    obstacles: Annotated[list[Obstacle], MinLen(1), About("Those over their thresholds.")]
    obstacle_confidence: Annotated[ObstacleScores, About("Their scores.")]
    instruction: Annotated[Instruction, About("What to ask the person for, for programs.")]
    message: Text
    effective_fps: Annotated[float, Ge(0), About("Frames looked at per second, lately.")]
    frames_dropped: FramesDropped
    seq: NotRequired[EchoedSeq]


class ChallengeMessage(TypedDict):
    """Asks the person for one move; only in sessions with a challenge.

    There is nothing to answer: go on sending frames.
    """

    type: Literal["challenge"]
    nonce: Annotated[str, About("Names this step.")]
    index: Annotated[Count, About("From 0 to `total` − 1.")]
    total: int
    action: Annotated[ChallengeAction, About("Left and right are the person's own.")]
    deadline_ms: Annotated[int, About("So long the person has.")]
    message: Text


class EncryptedData(TypedDict):
    """The result for the holder of the API key, who checks `mac` before decrypting."""

    encrypted_payload: Annotated[
        str,
        About(
            "Base64 of a 16-byte IV and the AES-256-CBC ciphertext (PKCS #7) of a JSON object; the key is the "
            "SHA-256 digest of the API key."
        ),
    ]
    algorithm: Literal["AES-256-CBC"]
    mac: Annotated[
        str,
        About(
            "Base64 of the HMAC-SHA256 over IV and ciphertext, under the key that HKDF-SHA256 derives from the API "
            "key (no salt, info `frapi payload mac v1`, 32 bytes)."
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
    motion_verified: Annotated[bool, About("The head was seen turning as often as asked, and at least once.")]
    quality_score: Annotated[Score, About("Mean of the samples.")]
    encrypted_data: EncryptedData
    message: Text


class AuthenticationCompleteMessage(TypedDict):
    """The user was recognised and the session is over; close 1000 follows."""

    type: Literal["authentication_complete"]
    success: Literal[True]
    authenticated: Literal[True]
    user_id: str
    confidence: Annotated[
        Score, About("Probability that it is this user, at even odds beforehand. Told once and only here.")
    ]
    frames_processed: Count
    liveness_verified: bool
    blinks_detected: Count
    motion_verified: Annotated[bool, About("The head was seen turning as often as asked, and at least once.")]
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
    error: Annotated[str, About("For people.")]
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

    field: Annotated[Literal["message", "type", "image", "seq", "timestamp_ms", "comment"], About("What was wrong.")]
    reason: NotRequired[Annotated[str, About("In which way, of an image; for people.")]]
    max_bytes: NotRequired[Annotated[int, About("The limit that the image is over.")]]
    max_pixels: NotRequired[Annotated[int, About("The limit that the image is over.")]]


class EndedDetails(FrameDetails):
    """How the session ended."""

    status: Literal["completed", "failed", "expired", "cancelled"]


class ChallengeDetails(FrameDetails):
    """Which move wasn't made, and why."""

    reason: ChallengeFailure
    index: Annotated[Count, About("The move's number, from 0.")]


class RateDetails(FrameDetails):
    """How long to wait."""

    retry_after_ms: Annotated[int, Ge(1), About("Send no frame for so long.")]
