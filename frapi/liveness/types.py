"""The session machine's vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from frapi.liveness.challenge import ChallengeFailure, ChallengeStep
from frapi.liveness.injection import InjectionSignal
from frapi.vision.types import Embedding, FaceBox, Obstacle


class SessionKind(StrEnum):
    ENROLLMENT = "enrollment"
    VERIFICATION = "verification"
    IDENTIFICATION = "identification"


class LivenessRule(StrEnum):
    """How blinks and motion combine."""

    ALL = "all"  # enrolment: blinks AND motion
    ANY = "any"  # authentication: blinks OR motion
    NONE = "none"  # the relying party was granted sessions without liveness


class Instruction(StrEnum):
    """The machine-readable hint in every answer to a frame."""

    BLINK_REQUIRED = "blink_required"
    MOTION_REQUIRED = "motion_required"
    OBSTACLE_DETECTED = "obstacle_detected"
    LOOK_STRAIGHT = "look_straight"
    MOVE_CLOSER = "move_closer"
    MOVE_BACK = "move_back"
    CENTER_FACE = "center_face"
    MORE_LIGHT = "more_light"
    LESS_LIGHT = "less_light"
    HOLD_STILL = "hold_still"
    NO_FACE = "no_face"
    MULTIPLE_FACES = "multiple_faces"
    NONE = "none"


class FrameWarning(StrEnum):
    """What isn't wrong with a frame, but with how frames come."""

    LOW_FRAME_RATE = "low_frame_rate"  # blinks are missed


class RejectReason(StrEnum):
    """Why a frame did not count as an accepted sample."""

    NO_FACE = "no_face"
    MULTIPLE_FACES = "multiple_faces"
    FACE_TOO_SMALL = "face_too_small"
    FACE_CUT_OFF = "face_cut_off"
    LOW_QUALITY = "low_quality"
    EYES_CLOSED = "eyes_closed"
    IDENTITY_CHANGED = "identity_changed"


DEFAULT_OBSTACLE_THRESHOLDS: Mapping[Obstacle, float] = {
    Obstacle.GLASSES: 0.50,
    Obstacle.MASK: 0.30,
    Obstacle.HAT: 0.30,
    Obstacle.HAND_COVERING: 0.30,
}


@dataclass(frozen=True, slots=True)
class SessionPolicy:
    """What a session must show before it completes. JSON-able through ``dataclasses.asdict``.

    Attributes:
        kind: what the session is for.
        target_frames: accepted frames needed (``target_samples`` / ``min_frames_required``).
        required_blinks: blinks needed.
        required_motion: motion events needed.
        rule: how blinks and motion combine.
        quality_threshold: least ``quality_score`` of an accepted frame.
        obstacle_thresholds: an obstacle whose score is above this rejects the frame.
        extra_frames: further accepted frames an authentication may use when its score is too low (guide: 3 + 2).
        require_passive_pad: passive presentation attack detection must have taken the face for a living one; otherwise
            it only must not have taken it for an attack.
        challenge: the moves that will be asked for; empty without a challenge.
    """

    kind: SessionKind
    target_frames: int = 3
    required_blinks: int = 1
    required_motion: int = 1
    rule: LivenessRule = LivenessRule.ALL
    quality_threshold: float = 0.65
    obstacle_thresholds: Mapping[Obstacle, float] = field(default_factory=lambda: dict(DEFAULT_OBSTACLE_THRESHOLDS))
    extra_frames: int = 2
    require_passive_pad: bool = False
    challenge: tuple[ChallengeStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Counters:
    """What the session has counted so far; every answer carries it.

    Attributes:
        frames_processed: accepted frames.
        frame_counter: frames looked at.
        blinks: blinks since continuity last began.
        motion_events: head rotations since then.
        liveness_score: probability that a living person is before the camera, given the evidence so far and even odds
            before it.
        liveness_verified: whether the policy's rule is met and nothing vetoes it.
        effective_fps: frames looked at per second, over the last seconds; 0 until known.
        live_face_score: mean score of passive presentation attack detection; None without it.
        injection_signals: signs that no camera is behind the stream, by name, and how often each arose.
        challenge_passed: None without a challenge.
    """

    frames_processed: int = 0
    frame_counter: int = 0
    blinks: int = 0
    motion_events: int = 0
    liveness_score: float = 0.0
    liveness_verified: bool = False
    effective_fps: float = 0.0
    live_face_score: float | None = None
    injection_signals: Mapping[str, int] = field(default_factory=dict)
    challenge_passed: bool | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed and no frame came."""


@dataclass(frozen=True, slots=True)
class FrameProcessed:
    """A frame was looked at and no obstacle was in the way.

    Attributes:
        accepted: the frame counts towards ``target_frames``.
        reason: why it does not; None when accepted.
        quality_score: of this frame; 0 without a usable face.
        quality_components: ISO/IEC 29794-5 name -> 0..1.
        ear: mean eye aspect ratio; None without a usable face.
        box: the face; None without one.
        warnings: what isn't this frame's fault.
    """

    counters: Counters
    accepted: bool
    reason: RejectReason | None
    instruction: Instruction
    quality_score: float
    quality_components: Mapping[str, float]
    ear: float | None
    box: FaceBox | None
    obstacle_scores: Mapping[Obstacle, float]
    warnings: tuple[FrameWarning, ...] = ()

    @property
    def success(self) -> bool:
        """One usable face was seen (the wire's ``success``)."""
        return self.reason not in {
            RejectReason.NO_FACE,
            RejectReason.MULTIPLE_FACES,
            RejectReason.FACE_TOO_SMALL,
            RejectReason.FACE_CUT_OFF,
        }


@dataclass(frozen=True, slots=True)
class FrameObstructed:
    """A frame was rejected because something covers the face.

    Attributes:
        obstacles: those over their thresholds, with their scores.
    """

    counters: Counters
    obstacles: Mapping[Obstacle, float]
    instruction: Instruction = Instruction.OBSTACLE_DETECTED


@dataclass(frozen=True, slots=True)
class ContinuityBroken:
    """The face was lost or became another one: liveness counters started again."""

    why: str


@dataclass(frozen=True, slots=True)
class InjectionNoticed:
    """The stream doesn't look like a camera's: liveness counters started again, and count nothing while it lasts."""

    signal: InjectionSignal


@dataclass(frozen=True, slots=True)
class ChallengeIssued:
    """The person must be asked for a move.

    Attributes:
        index: of the step, from 0.
        total: how many there are.
        deadline_ms: how long the person has.
    """

    step: ChallengeStep
    index: int
    total: int
    deadline_ms: int


@dataclass(frozen=True, slots=True)
class ChallengeFailed:
    """The session must be ended without a result.

    Attributes:
        index: of the step at which it failed.
    """

    counters: Counters
    failure: ChallengeFailure
    index: int


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceReady:
    """Everything the policy asks for has been shown.

    Enrolment: store ``template``. Authentication: compare ``template`` (the probe), then tell
    :func:`frapi.liveness.decision.decide`.

    Attributes:
        template: quality-weighted mean of the samples, a unit vector.
        sample_count: frames it was made from.
        quality_score: mean quality of those samples.
        final: no further evidence will be taken: the caller must accept or reject now.
        previous_template: the same under the previous recogniser's contract, while its templates are being replaced.
    """

    counters: Counters
    template: Embedding
    sample_count: int
    quality_score: float
    final: bool
    previous_template: Embedding | None = None

    @property
    def probes(self) -> tuple[tuple[Embedding, bool], ...]:
        """The template under each contract, and whether that is the previous recogniser's."""
        previous = () if self.previous_template is None else ((self.previous_template, True),)
        return ((self.template, False), *previous)


Event = (
    FrameProcessed
    | FrameObstructed
    | ContinuityBroken
    | InjectionNoticed
    | ChallengeIssued
    | ChallengeFailed
    | EvidenceReady
)
