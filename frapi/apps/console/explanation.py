"""Why a session stands as it does, in plain words. Pure: a row in, sentences out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from frapi.apps.verification.models import OPEN_STATUSES, Session, SessionStatus
from frapi.apps.verification.outcome import OutcomeReason
from frapi.liveness.challenge import ChallengeAction
from frapi.liveness.injection import InjectionSignal
from frapi.liveness.types import LivenessRule, SessionKind

MANY_FRAMES_SEEN = 15  # at ten a second: who is seen for longer and has no frame accepted does something wrong


class Tone(StrEnum):
    """What colour and sign a session is shown with."""

    GOOD = "good"
    BAD = "bad"
    OPEN = "open"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Attributes:
    headline: what came of it.
    sentences: why, each complete by itself.
    missing: what is, or was, still wanted.
    """

    tone: Tone
    headline: str
    sentences: tuple[str, ...]
    missing: tuple[str, ...] = ()


KIND_NAMES: Mapping[str, str] = {
    SessionKind.ENROLLMENT: "Enrolment",
    SessionKind.VERIFICATION: "Verification",
    SessionKind.IDENTIFICATION: "Identification",
}

SIGNAL_WORDS: Mapping[str, str] = {
    InjectionSignal.STATIC_INPUT: "the very same picture for seconds",
    InjectionSignal.REPEATED_FRAMES: "pictures of before came again, as in a film that starts over",
    InjectionSignal.SHUFFLED_FRAMES: "pictures in an order that no head can move in",
    InjectionSignal.IMPOSSIBLE_TIMESTAMPS: "capture times that can't be true",
}

MOVE_WORDS: Mapping[str, str] = {
    ChallengeAction.TURN_LEFT: "turn left",
    ChallengeAction.TURN_RIGHT: "turn right",
    ChallengeAction.LOOK_UP: "look up",
    ChallengeAction.LOOK_DOWN: "look down",
    ChallengeAction.BLINK_TWICE: "blink twice",
    ChallengeAction.COME_CLOSER: "come closer",
}

_TONES: Mapping[str, Tone] = {
    SessionStatus.PENDING: Tone.OPEN,
    SessionStatus.ACTIVE: Tone.OPEN,
    SessionStatus.COMPLETED: Tone.GOOD,
    SessionStatus.FAILED: Tone.BAD,
    SessionStatus.EXPIRED: Tone.NEUTRAL,
    SessionStatus.CANCELLED: Tone.NEUTRAL,
}

_HEADLINES: Mapping[str, str] = {
    OutcomeReason.NOT_RECOGNIZED: "Not recognised",
    OutcomeReason.LOCKED: "Refused: this user was locked",
    OutcomeReason.DUPLICATE_FACE: "Refused: the face is another user's",
    OutcomeReason.CHALLENGE_FAILED: "The challenge wasn't met",
    OutcomeReason.MAX_FRAMES_EXCEEDED: "Its frames were used up",
    OutcomeReason.CANCELLED: "Cancelled",
    OutcomeReason.EXPIRED: "Time ran out",
}


def tone_of(session: Session) -> Tone:
    return _TONES[session.status]


def headline_of(session: Session) -> str:
    """One line for a list."""
    outcome = session.outcome or {}
    match outcome.get("reason"):
        case OutcomeReason.ENROLLED:
            return f"Enrolled as {outcome['user_id']}"
        case OutcomeReason.RECOGNIZED:
            return f"Recognised as {outcome['user_id']}"
        case None if session.status == SessionStatus.PENDING:
            return "Waiting for a camera"
        case None if session.status in OPEN_STATUSES:
            return "In progress" if session.epoch else "Waiting for a camera"
        case None:
            return "Its user was erased"
        case reason:
            return _HEADLINES[reason]


def explain(session: Session) -> Explanation:
    """Everything there is to say about where a session stands."""
    wanted = missing(session.policy, session.counters)
    ended_short = (session.outcome or {}).get("reason") in {
        OutcomeReason.MAX_FRAMES_EXCEEDED,
        OutcomeReason.EXPIRED,
        OutcomeReason.CANCELLED,
    }
    return Explanation(
        tone=tone_of(session),
        headline=headline_of(session),
        sentences=(*_why(session), *_frames_lost(session), *_signals(session)),
        missing=wanted if ended_short or session.status in OPEN_STATUSES else (),
    )


def missing(policy: Mapping[str, Any], counters: Mapping[str, Any]) -> tuple[str, ...]:
    """What a session still wants before it can be decided."""
    wanted = []
    frames = policy["target_frames"] - counters["frames_processed"]
    if frames > 0:
        wanted.append(_count(frames, "more accepted frame"))
    blinks = policy["required_blinks"] - counters["blinks"]
    turns = policy["required_motion"] - counters["motion_events"]
    signs = [
        *([_count(blinks, "blink")] if blinks > 0 else []),
        *([_count(turns, "turn") + " of the head"] if turns > 0 else []),
    ]
    if policy["rule"] == LivenessRule.ALL:
        wanted += signs
    elif policy["rule"] == LivenessRule.ANY and blinks > 0 and turns > 0:
        wanted.append(" or ".join(signs))
    if policy.get("challenge") and counters.get("challenge_passed") is not True:
        wanted.append("the challenge")
    return tuple(wanted)


def rule_words(policy: Mapping[str, Any]) -> str:
    """What a policy asks of a living person."""
    blinks = _count(policy["required_blinks"], "blink")
    turns = _count(policy["required_motion"], "turn") + " of the head"
    match policy["rule"]:
        case LivenessRule.NONE:
            return "No sign of life is asked for"
        case LivenessRule.ANY:
            return f"{blinks} or {turns}"
    asked = [
        *([blinks] if policy["required_blinks"] else []),
        *([turns] if policy["required_motion"] else []),
    ]
    return " and ".join(asked) or "Neither a blink nor a turn of the head is asked for"


def _why(session: Session) -> tuple[str, ...]:
    outcome = session.outcome or {}
    accepted = session.counters["frames_processed"]
    match outcome.get("reason"):
        case OutcomeReason.ENROLLED:
            return (
                f"{_count(accepted, 'frame')} counted, and the template made from them is stored, sealed. What this "
                "user had before is gone.",
                *_duplicate(outcome),
            )
        case OutcomeReason.RECOGNIZED:
            return (_recognized(session, outcome),)
        case OutcomeReason.NOT_RECOGNIZED:
            return _not_recognized(session, accepted)
        case OutcomeReason.LOCKED:
            return (
                "Too many verifications of this user failed while this one ran, so nothing was compared. The lock "
                "opens by itself, and each further failure doubles it.",
            )
        case OutcomeReason.DUPLICATE_FACE:
            return (
                f"The face is enrolled already, as {outcome.get('duplicate_of') or 'another user'}. Nothing was "
                "stored, for FRAPI_DUPLICATES is set to refuse.",
            )
        case OutcomeReason.CHALLENGE_FAILED:
            moves = ", ".join(MOVE_WORDS[step["action"]] for step in session.policy["challenge"])
            return (f"A move came wrong, too early, too late or not at all. Asked for, in this order: {moves}.",)
        case OutcomeReason.MAX_FRAMES_EXCEEDED:
            return (f"{session.counters['frame_counter']} frames were looked at, which is all that a session has.",)
        case OutcomeReason.CANCELLED:
            return ("The relying party, or somebody in this console, ended it.",)
        case OutcomeReason.EXPIRED if not session.epoch:
            return ("No camera ever connected to it before its time ran out.",)
        case OutcomeReason.EXPIRED:
            return ("It didn't come to a result before its time ran out.",)
    if session.status in OPEN_STATUSES:
        return () if session.epoch else ("It is open, and nobody has connected to its WebSocket yet.",)
    return ("Its outcome, its metadata and the user's name went when the user was erased.",)


def _recognized(session: Session, outcome: Mapping[str, Any]) -> str:
    confidence = outcome.get("confidence")
    shown = "" if confidence is None else f" The calibrated probability that it is the same person is {confidence:.2%}."
    if session.kind == SessionKind.IDENTIFICATION:
        return f"Of all users of this API client the face is most similar to this one, and similar enough.{shown}"
    return f"The face is similar enough to the template of the user who was claimed.{shown}"


def _not_recognized(session: Session, accepted: int) -> tuple[str, ...]:
    target = session.policy["target_frames"]
    if session.kind == SessionKind.IDENTIFICATION:
        first = "The face is similar enough to no user of this API client."
    else:
        first = "The face isn't similar enough to the template of the user who was claimed."
    return (
        first,
        f"It was decided after {_count(accepted, 'accepted frame')}, {target} asked for and up to "
        f"{session.policy.get('extra_frames', 0)} more taken before giving up.",
        "How similar it was is neither kept nor shown: that would tell an attacker which way to climb.",
    )


def _duplicate(outcome: Mapping[str, Any]) -> tuple[str, ...]:
    other = outcome.get("duplicate_of")
    if other is None:
        return ()
    return (
        f"The same face is already enrolled as {other}. One reason is one person enrolled twice, another a relative "
        "who looks alike: somebody should look.",
    )


def _frames_lost(session: Session) -> tuple[str, ...]:
    seen, accepted = session.counters["frame_counter"], session.counters["frames_processed"]
    if accepted or seen < MANY_FRAMES_SEEN:
        return ()
    return (
        f"{seen} frames were looked at and none was accepted: there was no face or more than one, something covered "
        "it, the eyes were closed, or the quality was too low.",
    )


def _signals(session: Session) -> tuple[str, ...]:
    signals = session.counters.get("injection_signals") or {}
    if not signals:
        return ()
    words = "; ".join(f"{SIGNAL_WORDS.get(name, name)} ({times}×)" for name, times in signals.items())
    return (f"The stream didn't look like a camera's: {words}. While that lasts nothing counts as a sign of life.",)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
