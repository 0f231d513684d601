from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest

from frapi.apps.console.explanation import Tone, explain, missing, rule_words
from frapi.apps.verification.models import Session, SessionStatus
from frapi.apps.verification.outcome import Outcome, OutcomeReason
from frapi.liveness.challenge import ChallengeAction, ChallengeStep
from frapi.liveness.codec import policy_to_json
from frapi.liveness.types import Counters, LivenessRule, SessionKind, SessionPolicy

ENROLMENT = SessionPolicy(kind=SessionKind.ENROLLMENT)
VERIFICATION = SessionPolicy(kind=SessionKind.VERIFICATION, rule=LivenessRule.ANY)
IDENTIFICATION = SessionPolicy(kind=SessionKind.IDENTIFICATION, rule=LivenessRule.ANY)


def session(
    policy: SessionPolicy = ENROLMENT,
    status: SessionStatus = SessionStatus.COMPLETED,
    outcome: Outcome | None = None,
    *,
    epoch: int = 1,
    **counters: Any,
) -> Session:
    return Session(
        kind=policy.kind.value,
        status=status,
        policy=policy_to_json(policy),
        counters=asdict(Counters(**counters)),
        outcome=outcome.to_json() if outcome else {},
        epoch=epoch,
    )


def said(of: Session) -> str:
    told = explain(of)
    return " ".join([told.headline, *told.sentences, *told.missing])


def failed(reason: OutcomeReason, policy: SessionPolicy = VERIFICATION, **counters: Any) -> Session:
    return session(policy, SessionStatus.FAILED, Outcome(False, reason, False), **counters)


def test_every_reason_has_words() -> None:
    for reason in OutcomeReason:
        outcome = Outcome(True, reason, user_id="ada", confidence=0.999)
        for policy in (ENROLMENT, VERIFICATION, IDENTIFICATION):
            told = explain(session(policy, SessionStatus.COMPLETED, outcome))
            assert told.headline
            assert told.sentences
            assert reason.value not in (told.headline, *told.sentences)


def test_an_enrolment() -> None:
    outcome = Outcome(True, OutcomeReason.ENROLLED, user_id="ada", duplicate_of="eve")
    told = explain(session(outcome=outcome, frames_processed=3))
    assert (told.tone, told.headline) == (Tone.GOOD, "Enrolled as ada")
    assert told.sentences[0].startswith("3 frames counted")
    assert "already enrolled as eve" in told.sentences[1]
    assert told.missing == ()


def test_a_recognition_says_how_sure_it_is() -> None:
    outcome = Outcome(True, OutcomeReason.RECOGNIZED, True, "ada", 0.9987)
    assert "99.87%" in said(session(VERIFICATION, outcome=outcome))
    assert "Of all users of this API client" in said(session(IDENTIFICATION, outcome=outcome))


def test_a_refusal_says_after_how_much_and_no_similarity() -> None:
    text = said(failed(OutcomeReason.NOT_RECOGNIZED, frames_processed=5))
    assert "5 accepted frames, 3 asked for and up to 2 more" in text
    assert "neither kept nor shown" in text
    assert "the user who was claimed" in text
    assert "no user of this API client" in said(failed(OutcomeReason.NOT_RECOGNIZED, IDENTIFICATION))


def test_a_refused_duplicate_names_the_other() -> None:
    outcome = replace(Outcome(False, OutcomeReason.DUPLICATE_FACE), duplicate_of="eve")
    assert "as eve" in said(session(ENROLMENT, SessionStatus.FAILED, outcome))
    erased = Outcome(False, OutcomeReason.DUPLICATE_FACE)
    assert "as another user" in said(session(ENROLMENT, SessionStatus.FAILED, erased))


def test_a_failed_challenge_names_its_moves() -> None:
    moves = tuple(
        ChallengeStep(action, "n", 500) for action in (ChallengeAction.TURN_LEFT, ChallengeAction.BLINK_TWICE)
    )
    text = said(failed(OutcomeReason.CHALLENGE_FAILED, replace(VERIFICATION, challenge=moves)))
    assert "turn left, blink twice" in text


def test_who_ran_out_of_time_is_told_what_was_wanting() -> None:
    expired = session(ENROLMENT, SessionStatus.EXPIRED, Outcome(False, OutcomeReason.EXPIRED), frames_processed=1)
    assert explain(expired).missing == ("2 more accepted frames", "1 blink", "1 turn of the head")
    nobody = session(ENROLMENT, SessionStatus.EXPIRED, Outcome(False, OutcomeReason.EXPIRED), epoch=0)
    assert "No camera ever connected" in said(nobody)


def test_frames_that_were_all_in_vain() -> None:
    text = said(failed(OutcomeReason.MAX_FRAMES_EXCEEDED, frame_counter=600))
    assert "600 frames were looked at and none was accepted" in text
    assert "none was accepted" not in said(failed(OutcomeReason.EXPIRED, frame_counter=3))


def test_a_stream_that_is_no_camera_s() -> None:
    text = said(failed(OutcomeReason.EXPIRED, injection_signals={"static_input": 2, "something_new": 1}))
    assert "the very same picture for seconds (2×); something_new (1×)" in text


def test_open_sessions() -> None:
    waiting = explain(session(status=SessionStatus.PENDING, epoch=0))
    assert (waiting.tone, waiting.headline) == (Tone.OPEN, "Waiting for a camera")
    busy = explain(session(VERIFICATION, SessionStatus.ACTIVE, frames_processed=3))
    assert busy.headline == "In progress"
    assert busy.missing == ("1 blink or 1 turn of the head",)


def test_an_erased_user_s_session_says_no_more_than_that() -> None:
    told = explain(session(VERIFICATION, SessionStatus.COMPLETED))
    assert told.headline == "Its user was erased"


@pytest.mark.parametrize(
    ("policy", "counters", "wanted"),
    [
        (ENROLMENT, {"frames_processed": 3, "blinks": 1, "motion_events": 1}, ()),
        (replace(ENROLMENT, required_motion=0), {"frames_processed": 2}, ("1 more accepted frame", "1 blink")),
        (VERIFICATION, {"frames_processed": 3, "blinks": 1}, ()),
        (replace(VERIFICATION, rule=LivenessRule.NONE), {"frames_processed": 3}, ()),
        (
            replace(VERIFICATION, challenge=(ChallengeStep(ChallengeAction.LOOK_UP, "n", 500),)),
            {"frames_processed": 3, "blinks": 1, "challenge_passed": False},
            ("the challenge",),
        ),
    ],
)
def test_what_is_missing(policy: SessionPolicy, counters: dict[str, Any], wanted: tuple[str, ...]) -> None:
    assert missing(policy_to_json(policy), asdict(Counters(**counters))) == wanted


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (ENROLMENT, "1 blink and 1 turn of the head"),
        (replace(ENROLMENT, required_blinks=2, required_motion=0), "2 blinks"),
        (
            replace(ENROLMENT, required_blinks=0, required_motion=0),
            "Neither a blink nor a turn of the head is asked for",
        ),
        (VERIFICATION, "1 blink or 1 turn of the head"),
        (replace(VERIFICATION, rule=LivenessRule.NONE), "No sign of life is asked for"),
    ],
)
def test_the_rule_in_words(policy: SessionPolicy, words: str) -> None:
    assert rule_words(policy_to_json(policy)) == words
