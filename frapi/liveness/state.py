"""What a session knows, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field

from frapi.liveness.blink import BlinkPolicy, BlinkState
from frapi.liveness.challenge import ChallengePolicy, ChallengeState
from frapi.liveness.continuity import ContinuityPolicy, FaceTrack, Sample
from frapi.liveness.injection import InjectionPolicy, InjectionState, is_watched, standing
from frapi.liveness.likelihood import probability_of_life
from frapi.liveness.motion import MotionPolicy, MotionState
from frapi.liveness.presentation import Presentation, PresentationPolicy, PresentationState, judge_presentation
from frapi.liveness.rigidity import RigidityPolicy, RigidityState
from frapi.liveness.steadiness import SteadinessPolicy, SteadinessState
from frapi.liveness.types import Counters, LivenessRule, SessionPolicy


@dataclass(frozen=True, slots=True)
class MachinePolicy:
    """How the machine works, the same for every session.

    Attributes:
        open_eye_ratio: an accepted frame's eyes are open to this share of their baseline: with closing lids the
            embedding's distance to the open-eyed one doubles.
        min_open_ear: the same before there is a baseline; under 0.12 an eye is closed on every clip measured.
        max_samples: accepted frames kept as samples, the best by quality.
        embed_every_ms, embed_every_frames: how often identity is checked once there are enough samples; the client's
            clock alone is not trusted with it.
        fps_window_ms: over which ``effective_fps`` is measured.
        low_fps: below it one blink in six is missed; clients are warned.
        min_blink_fps: below it half of them are; none is counted.
    """

    blink: BlinkPolicy = field(default_factory=BlinkPolicy)
    motion: MotionPolicy = field(default_factory=MotionPolicy)
    continuity: ContinuityPolicy = field(default_factory=ContinuityPolicy)
    steadiness: SteadinessPolicy = field(default_factory=SteadinessPolicy)
    rigidity: RigidityPolicy = field(default_factory=RigidityPolicy)
    presentation: PresentationPolicy = field(default_factory=PresentationPolicy)
    injection: InjectionPolicy = field(default_factory=InjectionPolicy)
    challenge: ChallengePolicy = field(default_factory=ChallengePolicy)
    open_eye_ratio: float = 0.7
    min_open_ear: float = 0.12
    max_samples: int = 10
    embed_every_ms: int = 1000
    embed_every_frames: int = 15
    fps_window_ms: int = 3000
    low_fps: float = 7.0
    min_blink_fps: float = 4.0


MACHINE = MachinePolicy()


@dataclass(frozen=True, slots=True, repr=False)
class SessionState:
    """Everything a session knows. Opaque to callers; keep it between calls, persist it with ``session.dump``.

    Attributes:
        frame_times_ms: when recent frames were taken.
        embedded_ms, embedded_frame: when an embedding last confirmed the person, by time (None before the first) and by
            ``frame_counter``.
        evidence_count: how often EvidenceReady was sent.
    """

    policy: SessionPolicy
    frames_processed: int = 0
    frame_counter: int = 0
    blinks: int = 0
    motion_events: int = 0
    samples: tuple[Sample, ...] = ()
    track: FaceTrack | None = None
    blink_state: BlinkState = field(default_factory=BlinkState)
    motion_state: MotionState = field(default_factory=MotionState)
    steadiness: SteadinessState = field(default_factory=SteadinessState)
    rigidity: RigidityState = field(default_factory=RigidityState)
    presentation: PresentationState = field(default_factory=PresentationState)
    injection: InjectionState = field(default_factory=InjectionState)
    challenge: ChallengeState = field(default_factory=ChallengeState)
    frame_times_ms: tuple[int, ...] = ()
    embedded_ms: int | None = None
    embedded_frame: int = 0
    evidence_count: int = 0
    last_ms: int = 0


def counters(state: SessionState) -> Counters:
    """What the session has counted so far."""
    return Counters(
        frames_processed=state.frames_processed,
        frame_counter=state.frame_counter,
        blinks=state.blinks,
        motion_events=state.motion_events,
        liveness_score=_liveness_score(state),
        liveness_verified=is_live(state),
        effective_fps=round(effective_fps(state), 1),
        live_face_score=state.presentation.mean_score,
        injection_signals={signal.value: count for signal, count in state.injection.counts.items()},
        challenge_passed=is_challenge_passed(state) if state.policy.challenge else None,
    )


def effective_fps(state: SessionState) -> float:
    """Frames looked at per second, lately; 0 until known."""
    span_ms = state.frame_times_ms[-1] - state.frame_times_ms[0] if len(state.frame_times_ms) > 1 else 0
    return (len(state.frame_times_ms) - 1) * 1000 / span_ms if span_ms else 0.0


def is_slower_than(state: SessionState, fps: float) -> bool:
    """Whether frames come slower than ``fps``; False until a second of them has been seen."""
    times = state.frame_times_ms
    return len(times) > 1 and times[-1] - times[0] >= 1000 and effective_fps(state) < fps


def is_live(state: SessionState) -> bool:
    """Whether the policy's rule is met and nothing vetoes it.

    A relying party may ask for no blinks, or for no motion: under ALL that part is met, under ANY it is no alternative.
    Without liveness nothing is asked and nothing vetoed.
    """
    policy = state.policy
    blinked, moved = state.blinks >= policy.required_blinks, state.motion_events >= policy.required_motion
    match policy.rule:
        case LivenessRule.ALL:
            shown = blinked and moved
        case LivenessRule.ANY:
            shown = (blinked and policy.required_blinks > 0) or (moved and policy.required_motion > 0)
        case LivenessRule.NONE:
            return True
    return shown and not is_injected(state) and _is_presentation_good(state) and is_challenge_passed(state)


def is_injected(state: SessionState) -> bool:
    """Whether a sign stands that no camera is behind the stream."""
    return bool(standing(state.injection, now_ms=state.last_ms, policy=MACHINE.injection))


def is_challenge_passed(state: SessionState) -> bool:
    """Whether every move of the challenge was made; True without one."""
    return state.challenge.failure is None and state.challenge.index >= len(state.policy.challenge)


def _is_presentation_good(state: SessionState) -> bool:
    presentation = judge_presentation(state.presentation, MACHINE.presentation)
    if state.policy.require_passive_pad:
        return presentation is Presentation.LIVE
    return presentation is not Presentation.ATTACK


def is_confirmed(state: SessionState) -> bool:
    """Whether the face now tracked is known to be that of the samples."""
    return state.track is not None and state.track.confirmed


def is_satisfied(state: SessionState) -> bool:
    """Whether everything the policy asks for has been shown, and the stream was watched for long enough."""
    watched = is_watched(state.injection, now_ms=state.last_ms, policy=MACHINE.injection)
    return (
        is_live(state)
        and (watched or state.policy.rule is LivenessRule.NONE)
        and is_confirmed(state)
        and state.frames_processed >= state.policy.target_frames
        and len(state.samples) >= min(state.policy.target_frames, MACHINE.max_samples)
    )


def min_open_ear(state: SessionState) -> float:
    """Least eye aspect ratio of an accepted frame."""
    baseline = state.blink_state.baseline
    if baseline is None:
        return MACHINE.min_open_ear
    return max(MACHINE.min_open_ear, MACHINE.open_eye_ratio * min(baseline.right, baseline.left))


def _liveness_score(state: SessionState) -> float:
    injected = bool(state.injection.counts) and is_injected(state)
    score = probability_of_life(
        blinks=state.blinks,
        motion_events=state.motion_events,
        live_face_score=state.presentation.mean_score,
        injected=injected,
        challenge_passed=bool(state.policy.challenge) and is_challenge_passed(state),
    )
    return round(score, 3)
