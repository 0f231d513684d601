"""The session machine: observations in, events out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from frapi.errors import IllegalTransition
from frapi.liveness.blink import BlinkState, observe_eyes
from frapi.liveness.challenge import ChallengeFailure, HeadPlace, fail, observe_move
from frapi.liveness.codec import dump, load
from frapi.liveness.continuity import Continuity, Sample, agreeing, follow, fuse, fuse_previous, is_same_person
from frapi.liveness.guidance import instruct
from frapi.liveness.injection import forget_stream, observe_stream, refuse_timestamp, standing
from frapi.liveness.motion import MotionState, observe_head
from frapi.liveness.presentation import PresentationState, observe_presentation
from frapi.liveness.rigidity import RigidityState, observe_face
from frapi.liveness.state import (
    MACHINE,
    SessionState,
    counters,
    is_confirmed,
    is_injected,
    is_live,
    is_satisfied,
    is_slower_than,
    min_open_ear,
)
from frapi.liveness.steadiness import SteadinessState, is_due, observe_obstacles
from frapi.liveness.types import (
    ChallengeFailed,
    ChallengeIssued,
    ContinuityBroken,
    Event,
    EvidenceReady,
    FrameObstructed,
    FrameProcessed,
    FrameWarning,
    InjectionNoticed,
    Instruction,
    RejectReason,
    SessionKind,
    SessionPolicy,
    Tick,
)
from frapi.vision.relief import Surface
from frapi.vision.types import EmbeddingRequest, FrameObservation, Obstacle

__all__ = [
    "SessionState",
    "advance",
    "counters",
    "dump",
    "embedding_request",
    "load",
    "note_refused_timestamp",
    "obstacles_due",
    "resume",
    "start",
]


def start(policy: SessionPolicy, now_ms: int) -> SessionState:
    """A session that has seen nothing yet."""
    return SessionState(policy, last_ms=now_ms)


def resume(state: SessionState, now_ms: int) -> SessionState:
    """The stream was interrupted: keep the counters, but the next face must match the session's earlier samples."""
    return replace(
        _forget_moves(state),
        track=None,
        steadiness=SteadinessState(),
        injection=forget_stream(state.injection),
        challenge=fail(state.challenge, ChallengeFailure.INTERRUPTED, state.policy.challenge),
        frame_times_ms=(),
        embedded_ms=None,
        last_ms=max(now_ms, state.last_ms),
    )


def embedding_request(state: SessionState, now_ms: int) -> EmbeddingRequest | None:
    """What to ask of the analyzer for the next frame; None when no embedding is needed."""
    needs_sample = len(state.samples) < state.policy.target_frames
    unconfirmed = state.track is None or not state.track.confirmed or state.embedded_ms is None
    due = (
        state.embedded_ms is not None and now_ms - state.embedded_ms >= MACHINE.embed_every_ms
    ) or state.frame_counter - state.embedded_frame >= MACHINE.embed_every_frames
    if needs_sample or unconfirmed or due or is_satisfied(state):
        policy = state.policy
        return EmbeddingRequest(
            policy.quality_threshold, min_open_ear(state), max_obstacle_scores=policy.obstacle_thresholds
        )
    return None


def obstacles_due(state: SessionState, now_ms: int) -> bool:
    """Whether to look for obstacles in the next frame, beside those that an embedding is asked of."""
    return is_due(state.steadiness, state.policy.obstacle_thresholds, now_ms=now_ms, policy=MACHINE.steadiness)


def advance(
    state: SessionState, observation: FrameObservation | Tick, now_ms: int
) -> tuple[SessionState, tuple[Event, ...]]:
    """Take one observation in.

    Each FrameObservation yields exactly one FrameProcessed or FrameObstructed, after any ContinuityBroken or
    InjectionNoticed and before any ChallengeIssued, ChallengeFailed or EvidenceReady. After ChallengeFailed end the
    session.

    Args:
        now_ms: when the frame was taken, in milliseconds since the session was created; never runs backwards.
    Raises:
        IllegalTransition: time ran backwards.
    """
    if now_ms < state.last_ms:
        raise IllegalTransition(expected=f"now_ms >= {state.last_ms}", actual=str(now_ms))
    if isinstance(observation, Tick):
        return replace(state, last_ms=now_ms), ()
    times = (*(at for at in state.frame_times_ms if now_ms - at <= MACHINE.fps_window_ms), now_ms)
    state = replace(state, last_ms=now_ms, frame_counter=state.frame_counter + 1, frame_times_ms=times)
    state, noticed = _watch_stream(state, observation, now_ms)
    if observation.reason is not None:
        state, events = _without_face(state, observation, RejectReason(observation.reason.value))
    else:
        state, events = _with_face(state, observation, now_ms)
    return state, (*noticed, *events)


def note_refused_timestamp(state: SessionState, now_ms: int) -> SessionState:
    """A frame never came to :func:`advance`, because its capture time was impossible."""
    injection = refuse_timestamp(state.injection, now_ms=max(now_ms, state.last_ms), policy=MACHINE.injection)
    return replace(state, injection=injection)


def _watch_stream(
    state: SessionState, observation: FrameObservation, now_ms: int
) -> tuple[SessionState, tuple[Event, ...]]:
    """Whether a camera is behind the stream; while a sign stands that none is, nothing is a sign of life."""
    before = standing(state.injection, now_ms=now_ms, policy=MACHINE.injection)
    injection = observe_stream(state.injection, observation, now_ms=now_ms, policy=MACHINE.injection)
    state = replace(state, injection=injection)
    now = standing(injection, now_ms=now_ms, policy=MACHINE.injection)
    if not now:
        return state, ()
    challenge = fail(state.challenge, ChallengeFailure.NO_CAMERA, state.policy.challenge)
    state = replace(_forget_moves(state), blinks=0, motion_events=0, challenge=challenge)
    return state, tuple(InjectionNoticed(signal) for signal in sorted(now - before))


def _forget_moves(state: SessionState) -> SessionState:
    """No blink and no turn spans what has just happened."""
    return replace(state, blink_state=BlinkState(), motion_state=MotionState(), rigidity=RigidityState())


def _without_face(
    state: SessionState, observation: FrameObservation, reason: RejectReason
) -> tuple[SessionState, tuple[Event, ...]]:
    """No usable face: a lid or a turn half seen is forgotten. A face too small or cut off is still being followed."""
    state = _forget_moves(state)
    track = state.track
    if track is not None:
        if observation.box is not None and track.track_id == observation.track.track_id:
            track = replace(track, seen_ms=state.last_ms, box=observation.box)
        else:
            track = replace(track, missed=True)
        state = replace(state, track=track)
    return state, (_processed(state, observation, reason),)


def _with_face(
    state: SessionState, observation: FrameObservation, now_ms: int
) -> tuple[SessionState, tuple[Event, ...]]:
    assert observation.view is not None  # noqa: S101  an observation without a reason has a face
    face = Surface(observation.view)
    state, events = _follow(state, observation, face, now_ms)
    steadiness, sighting = observe_obstacles(
        state.steadiness,
        observation.obstacle_scores,
        state.policy.obstacle_thresholds,
        now_ms=now_ms,
        policy=MACHINE.steadiness,
    )
    state = replace(state, steadiness=steadiness)
    if sighting.obstacles:
        state = _forget_moves(state)
        return state, (*events, FrameObstructed(counters(state), sighting.obstacles))
    eyes_open = _eyes_open(state, observation)
    state, asked = _observe_liveness(state, observation, face, now_ms, eyes_open=eyes_open)
    reason = _why_not_accepted(state, observation, eyes_open=eyes_open)
    if sighting.doubtful:
        reason = reason or RejectReason.LOW_QUALITY
    embedding = observation.embedding
    if embedding is not None and not is_same_person(state.samples, embedding, MACHINE.continuity):
        state = _begin_anew(state, keep_samples=False)
        events = (*events, ContinuityBroken("another face"))
        reason = RejectReason.IDENTITY_CHANGED
    elif embedding is not None and reason is None:
        state = _add_sample(state, observation, now_ms)
    elif reason is None and not is_confirmed(state):
        reason = RejectReason.LOW_QUALITY
    if reason is None:
        state = replace(state, frames_processed=state.frames_processed + 1)
    events = (*events, _processed(state, observation, reason), *asked, *_challenge_over(state))
    if reason is None and is_satisfied(state):
        state, ready = _evidence(state)
        events = (*events, ready)
    return state, events


def _follow(
    state: SessionState, observation: FrameObservation, face: Surface, now_ms: int
) -> tuple[SessionState, tuple[Event, ...]]:
    """Where the face went; counters start again when it was lost."""
    assert observation.box is not None  # noqa: S101
    track, continuity = follow(
        state.track,
        track_id=observation.track.track_id,
        box=observation.box,
        texture=face.texture,
        now_ms=now_ms,
        policy=MACHINE.continuity,
    )
    first = state.track is None
    state = replace(state, track=track)
    if continuity is Continuity.UNBROKEN:
        return state, ()
    state = replace(_forget_moves(state), steadiness=SteadinessState())
    if first or (continuity is Continuity.UNCERTAIN and state.samples):
        return state, ()
    return _begin_anew(state, keep_samples=True), (ContinuityBroken("face lost"),)


def _begin_anew(state: SessionState, *, keep_samples: bool) -> SessionState:
    """Liveness is about one person seen without a break; accepted frames outlive a gap, but not a change of person."""
    state = replace(
        _forget_moves(state),
        blinks=0,
        motion_events=0,
        presentation=PresentationState(),
        challenge=fail(state.challenge, ChallengeFailure.FACE_LOST, state.policy.challenge),
    )
    if keep_samples:
        return state
    track = replace(state.track, confirmed=False) if state.track else None
    return replace(state, samples=(), frames_processed=0, track=track, embedded_ms=None, evidence_count=0)


def _observe_liveness(
    state: SessionState, observation: FrameObservation, face: Surface, now_ms: int, *, eyes_open: bool
) -> tuple[SessionState, tuple[Event, ...]]:
    assert observation.ears is not None  # noqa: S101
    assert observation.pose is not None  # noqa: S101
    assert observation.landmarks is not None  # noqa: S101
    state = replace(state, presentation=observe_presentation(state.presentation, observation.live_face_score))
    if is_injected(state):
        return state, ()
    blink_state, blinked = observe_eyes(
        state.blink_state, observation.ears, yaw_deg=observation.pose.yaw_deg, now_ms=now_ms, policy=MACHINE.blink
    )
    motion_state, moved = observe_head(
        state.motion_state,
        observation.landmarks,
        face,
        observation.pose,
        now_ms=now_ms,
        policy=MACHINE.motion,
    )
    # Until its embedding has told whose it is, a face may blink and turn: it counts for nobody.
    blinked, moved = blinked and is_confirmed(state), moved and is_confirmed(state)
    rigidity, blinks = observe_face(
        state.rigidity,
        face,
        observation.pose,
        blinked=blinked and not is_slower_than(state, MACHINE.min_blink_fps),
        moved=moved,
        eyes_open=eyes_open,
        now_ms=now_ms,
        policy=MACHINE.rigidity,
    )
    state = replace(
        state,
        blink_state=blink_state,
        motion_state=motion_state,
        rigidity=rigidity,
        blinks=state.blinks + blinks,
        motion_events=state.motion_events + moved,
    )
    return _observe_challenge(state, observation, now_ms, blinks=blinks, moved=moved)


def _observe_challenge(
    state: SessionState, observation: FrameObservation, now_ms: int, *, blinks: int, moved: bool
) -> tuple[SessionState, tuple[Event, ...]]:
    """Follow the challenge, once the person is known whose it is."""
    steps, box, pose = state.policy.challenge, observation.box, observation.pose
    if not steps or not is_confirmed(state) or box is None or pose is None:
        return state, ()
    place = HeadPlace(now_ms, pose.yaw_deg, pose.pitch_deg, box.width_px)
    challenge, asks = observe_move(state.challenge, steps, place, blinks=blinks, turned=moved, policy=MACHINE.challenge)
    state = replace(state, challenge=challenge)
    if not asks:
        return state, ()
    step = steps[challenge.index]
    return state, (ChallengeIssued(step, challenge.index, len(steps), MACHINE.challenge.deadline_ms),)


def _challenge_over(state: SessionState) -> tuple[Event, ...]:
    challenge = state.challenge
    return () if challenge.failure is None else (ChallengeFailed(counters(state), challenge.failure, challenge.index),)


def _why_not_accepted(state: SessionState, observation: FrameObservation, *, eyes_open: bool) -> RejectReason | None:
    if not eyes_open:
        return RejectReason.EYES_CLOSED
    if observation.quality is None or observation.quality.score < state.policy.quality_threshold:
        return RejectReason.LOW_QUALITY
    return None


def _eyes_open(state: SessionState, observation: FrameObservation) -> bool:
    ears = observation.ears
    return ears is not None and min(ears.right, ears.left) >= min_open_ear(state)


def _add_sample(state: SessionState, observation: FrameObservation, now_ms: int) -> SessionState:
    assert observation.embedding is not None  # noqa: S101
    assert observation.quality is not None  # noqa: S101
    assert state.track is not None  # noqa: S101
    sample = Sample(observation.embedding, observation.quality.score, observation.previous_embedding)
    samples = (*state.samples, sample)
    best = sorted(samples, key=lambda sample: -sample.quality_score)[: MACHINE.max_samples]
    return replace(
        state,
        samples=tuple(best),
        embedded_ms=now_ms,
        embedded_frame=state.frame_counter,
        track=replace(state.track, confirmed=True),
    )


def _evidence(state: SessionState) -> tuple[SessionState, EvidenceReady]:
    count = state.evidence_count + 1
    final = state.policy.kind is SessionKind.ENROLLMENT or count > state.policy.extra_frames
    samples = agreeing(state.samples, MACHINE.continuity)
    event = EvidenceReady(
        counters(state),
        fuse(samples),
        len(samples),
        sum(sample.quality_score for sample in samples) / len(samples),
        final,
        fuse_previous(samples),
    )
    return replace(state, evidence_count=count), event


def _last_scores(state: SessionState) -> Mapping[Obstacle, float]:
    return state.steadiness.recent[-1].scores if state.steadiness.recent else {}


def _processed(state: SessionState, observation: FrameObservation, reason: RejectReason | None) -> FrameProcessed:
    quality = observation.quality
    return FrameProcessed(
        counters=counters(state),
        accepted=reason is None,
        reason=reason,
        instruction=_instruction(state, observation, reason),
        quality_score=quality.score if quality else 0.0,
        quality_components=quality.components if quality else {},
        ear=observation.ears.mean if observation.ears else None,
        box=observation.box,
        obstacle_scores=observation.obstacle_scores or _last_scores(state),
        warnings=(FrameWarning.LOW_FRAME_RATE,) if is_slower_than(state, MACHINE.low_fps) else (),
    )


def _instruction(state: SessionState, observation: FrameObservation, reason: RejectReason | None) -> Instruction:
    hint = instruct(observation, reason)
    if hint is not Instruction.NONE or is_live(state):
        return hint
    if state.blinks < state.policy.required_blinks:
        return Instruction.BLINK_REQUIRED
    return Instruction.MOTION_REQUIRED
