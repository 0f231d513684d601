from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from frapi.errors import IllegalTransition
from frapi.liveness import session
from frapi.liveness.challenge import ChallengeAction, ChallengeFailure, ChallengeStep
from frapi.liveness.injection import InjectionSignal
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
    LivenessRule,
    RejectReason,
    SessionKind,
    SessionPolicy,
    Tick,
)
from frapi.vision.types import FrameFingerprint, FrameObservation, FrameReason, Obstacle
from tests.faces import seen, unseen

ENROLL = SessionPolicy(SessionKind.ENROLLMENT)
VERIFY = SessionPolicy(SessionKind.VERIFICATION, rule=LivenessRule.ANY)
FRAMES_ONLY = SessionPolicy(SessionKind.VERIFICATION, rule=LivenessRule.NONE)

# A living face is never quite still.
REST = [seen(grimace=pull) for pull in (6, 6, 4, 4, 2, 0)]
BLINK = [seen(ear=0.05)] * 2 + [seen()] * 2
TURN = [seen(yaw_deg=yaw) for yaw in (5, 10, 15, 20, 20, 15, 10, 5, 0)]


class Run:
    """Feeds frames at 10 frames/s and keeps what came out."""

    def __init__(self, policy: SessionPolicy) -> None:
        self.state = session.start(policy, 0)
        self.events: list[Event] = []
        self.now_ms = 0

    def feed(self, frames: Iterable[FrameObservation], *, step_ms: int = 100) -> Run:
        for frame in frames:
            self.now_ms += step_ms
            self.state, events = session.advance(self.state, frame, self.now_ms)
            self.events.extend(events)
        return self

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def last(self) -> FrameProcessed:
        processed: FrameProcessed = self.of(FrameProcessed)[-1]
        return processed

    @property
    def counts(self) -> tuple[int, int, int]:
        now = session.counters(self.state)
        return now.frames_processed, now.blinks, now.motion_events


def test_enrolment_needs_blink_and_motion() -> None:
    assert Run(ENROLL).feed(REST).of(EvidenceReady) == []
    assert Run(ENROLL).feed([*REST, *BLINK, *REST]).of(EvidenceReady) == []
    assert Run(ENROLL).feed([*REST, *TURN, *REST]).of(EvidenceReady) == []
    both = Run(ENROLL).feed([*REST, *BLINK, *TURN, *REST]).of(EvidenceReady)
    assert both
    assert both[0].final
    assert both[0].counters.liveness_verified


@pytest.mark.parametrize("move", [BLINK, TURN])
def test_authentication_needs_blink_or_motion(move: Sequence[FrameObservation]) -> None:
    assert Run(VERIFY).feed(REST * 3).of(EvidenceReady) == []
    assert Run(VERIFY).feed([*REST, *move, *REST]).of(EvidenceReady)


def test_asking_for_no_motion_does_not_make_it_an_alternative() -> None:
    policy = SessionPolicy(SessionKind.VERIFICATION, rule=LivenessRule.ANY, required_motion=0)
    assert Run(policy).feed(REST * 3).of(EvidenceReady) == []
    assert Run(policy).feed([*REST, *BLINK, *REST]).of(EvidenceReady)


def test_without_liveness_frames_alone_decide() -> None:
    run = Run(FRAMES_ONLY).feed([seen()] * 3)
    assert len(run.of(EvidenceReady)) == 1
    assert run.counts == (3, 0, 0)


def test_an_authentication_gets_two_more_frames_as_further_evidence() -> None:
    ready = Run(FRAMES_ONLY).feed([seen()] * 5).of(EvidenceReady)
    assert [event.final for event in ready] == [False, False, True]
    assert [event.counters.frames_processed for event in ready] == [3, 4, 5]


@pytest.mark.parametrize(
    ("frame", "reason", "instruction"),
    [
        (unseen(), RejectReason.NO_FACE, Instruction.NO_FACE),
        (unseen(FrameReason.MULTIPLE_FACES), RejectReason.MULTIPLE_FACES, Instruction.MULTIPLE_FACES),
        (unseen(FrameReason.FACE_TOO_SMALL), RejectReason.FACE_TOO_SMALL, Instruction.MOVE_CLOSER),
        (unseen(FrameReason.FACE_CUT_OFF), RejectReason.FACE_CUT_OFF, Instruction.CENTER_FACE),
        (seen(ear=0.05, person=None), RejectReason.EYES_CLOSED, Instruction.BLINK_REQUIRED),
        (
            seen(quality=0.4, components={"under_exposure_prevention": 0.3}, person=None),
            RejectReason.LOW_QUALITY,
            Instruction.MORE_LIGHT,
        ),
        (
            seen(quality=0.4, components={"over_exposure_prevention": 0.3}, person=None),
            RejectReason.LOW_QUALITY,
            Instruction.LESS_LIGHT,
        ),
        (
            seen(quality=0.4, components={"head_pose_yaw": 0.3}, person=None),
            RejectReason.LOW_QUALITY,
            Instruction.LOOK_STRAIGHT,
        ),
        (
            seen(quality=0.4, components={"inter_eye_distance": 0.5}, person=None),
            RejectReason.LOW_QUALITY,
            Instruction.MOVE_CLOSER,
        ),
        (
            seen(quality=0.4, components={"sharpness": 0.3}, person=None),
            RejectReason.LOW_QUALITY,
            Instruction.HOLD_STILL,
        ),
    ],
)
def test_says_why_a_frame_does_not_count(
    frame: FrameObservation, reason: RejectReason, instruction: Instruction
) -> None:
    run = Run(ENROLL).feed(REST)
    before = run.counts[0]
    run.feed([frame])
    assert (run.last.reason, run.last.instruction, run.last.accepted) == (reason, instruction, False)
    assert run.counts[0] == before


def test_leads_from_blink_to_motion_to_nothing() -> None:
    run = Run(ENROLL).feed(REST)
    assert run.last.instruction is Instruction.BLINK_REQUIRED
    assert run.feed(BLINK).last.instruction is Instruction.MOTION_REQUIRED
    assert run.feed(TURN).last.instruction is Instruction.NONE


def test_an_obstacle_over_its_threshold_rejects_the_frame() -> None:
    scores = {Obstacle.GLASSES: 0.85, Obstacle.HAND_COVERING: 0.72, Obstacle.HAT: 0.30, Obstacle.MASK: 0.1}
    run = Run(ENROLL).feed([*REST, seen(obstacles=scores)])
    (rejected,) = run.of(FrameObstructed)
    assert rejected.obstacles == {Obstacle.GLASSES: 0.85, Obstacle.HAND_COVERING: 0.72}
    assert run.counts[0] == len(REST)


def test_one_frame_neither_rejects_a_clean_face_nor_is_used() -> None:
    clean, flicker = seen(obstacles={Obstacle.HAT: 0.02}), seen(obstacles={Obstacle.HAT: 0.9})
    run = Run(ENROLL).feed([clean] * 4)
    accepted = run.counts[0]
    run.feed([flicker])
    assert run.of(FrameObstructed) == []
    assert run.last.reason is RejectReason.LOW_QUALITY
    assert run.last.instruction is Instruction.HOLD_STILL
    assert run.feed([clean]).counts[0] == accepted + 1


def test_what_was_last_seen_is_told_of_frames_that_need_no_look() -> None:
    run = Run(ENROLL).feed([seen(obstacles={Obstacle.HAT: 0.02})] * 3)
    assert not session.obstacles_due(run.state, run.now_ms)
    assert run.feed([seen()]).last.obstacle_scores == {Obstacle.HAT: 0.02}


def test_a_new_face_is_looked_at_for_obstacles() -> None:
    run = Run(ENROLL).feed([seen(obstacles={Obstacle.HAT: 0.02})] * 3).feed([unseen(), seen(track_id=3)])
    assert session.obstacles_due(run.state, run.now_ms)


def test_one_clear_frame_does_not_let_an_obstacle_in() -> None:
    hat, gap = seen(obstacles={Obstacle.HAT: 0.9}), seen(obstacles={Obstacle.HAT: 0.02})
    run = Run(ENROLL).feed([hat, hat, gap, hat])
    assert len(run.of(FrameObstructed)) == 4
    assert run.counts[0] == 0


def test_scores_do_not_outlive_the_face_they_are_of() -> None:
    hat, bare = seen(obstacles={Obstacle.HAT: 0.9}), {Obstacle.HAT: 0.02}
    run = Run(ENROLL).feed([hat, hat, unseen(), seen(track_id=3, obstacles=bare)])
    assert len(run.of(FrameObstructed)) == 2


class TestContinuity:
    def test_counters_start_again_when_the_face_was_lost(self) -> None:
        run = Run(ENROLL).feed([*REST, *BLINK, *[unseen()] * 5, seen(track_id=3)])
        assert run.of(ContinuityBroken)
        assert run.counts[1:] == (0, 0)
        assert run.counts[0] > len(REST), "accepted frames outlive the gap"

    def test_a_glimpse_is_forgiven_when_the_same_face_is_back_in_place(self) -> None:
        run = Run(ENROLL).feed([*REST, *BLINK, unseen(), seen(track_id=3)])
        assert run.of(ContinuityBroken) == []
        assert run.counts[1] == 1

    def test_a_glimpse_is_not_forgiven_elsewhere(self) -> None:
        run = Run(ENROLL).feed([*REST, *BLINK, unseen(), seen(track_id=3, center_px=(520, 240))])
        assert run.counts[1] == 0

    def test_a_slow_server_breaks_nothing(self) -> None:
        run = Run(ENROLL).feed([*REST, *BLINK]).feed([seen()] * 3, step_ms=700)
        assert run.of(ContinuityBroken) == []
        assert run.counts[1] == 1

    def test_a_long_silence_breaks_it(self) -> None:
        run = Run(ENROLL).feed([*REST, *BLINK]).feed([seen()], step_ms=1500)
        assert run.of(ContinuityBroken)
        assert run.counts[1] == 0

    def test_another_face_starts_everything_again(self) -> None:
        run = Run(ENROLL).feed([*REST, *BLINK, *TURN[:-1], seen(person=1)])
        assert run.last.reason is RejectReason.IDENTITY_CHANGED
        assert run.counts == (0, 0, 0)

    def test_a_blink_by_one_person_does_not_serve_another(self) -> None:
        photo_of_other = [seen(person=1, track_id=3)] * 20
        assert Run(VERIFY).feed([*REST[:4], *BLINK[:3], *photo_of_other]).of(EvidenceReady) == []

    def test_nothing_counts_before_it_is_known_whose_it_is(self) -> None:
        dark = [seen(person=None, quality=0.3)] * 6
        blink_in_the_dark = [seen(person=None, quality=0.3, ear=0.05)] * 2
        run = Run(VERIFY).feed([*dark, *blink_in_the_dark, *dark])
        assert run.counts == (0, 0, 0)

    def test_a_cut_to_another_face_and_back_breaks_continuity(self) -> None:
        other = [seen(person=None, face=1)] * 2 + [seen(person=None, face=1, ear=0.05)] * 2
        run = Run(VERIFY).feed([*REST, *other, *REST])
        assert run.of(ContinuityBroken)
        assert run.counts[1] == 0
        assert run.of(EvidenceReady) == []

    def test_closed_eyes_of_another_face_are_no_blink(self) -> None:
        run = Run(VERIFY).feed([*REST, *[seen(person=None, face=1, ear=0.05)] * 2, *REST])
        assert run.counts[1] == 0

    def test_a_blink_after_a_reconnect_counts_only_for_the_person_of_before(self) -> None:
        run = Run(VERIFY).feed(REST)
        run.state = session.resume(session.load(session.dump(run.state)), run.now_ms)
        dark = [seen(person=None, face=1, quality=0.3)] * 6
        run.feed([*dark, *[seen(person=None, face=1, quality=0.3, ear=0.05)] * 2, *dark, *REST])
        assert run.counts[1] == 0
        assert run.of(EvidenceReady) == []

    def test_identity_is_checked_by_frames_too_when_the_clock_stands_still(self) -> None:
        run = Run(ENROLL).feed(REST)
        asked = []
        for _ in range(20):
            request = session.embedding_request(run.state, run.now_ms)
            asked.append(request is not None)
            run.feed([seen(person=0 if request else None)], step_ms=0)
        assert 1 <= sum(asked) <= 3

    def test_a_face_found_again_counts_only_once_its_embedding_matched(self) -> None:
        run = Run(ENROLL).feed([*REST, unseen(), seen(track_id=3, person=None)])
        assert not run.last.accepted
        assert run.feed([seen(track_id=3)]).last.accepted

    def test_a_blink_does_not_span_a_gap(self) -> None:
        run = Run(ENROLL).feed([*REST, seen(ear=0.05), unseen(), seen(track_id=3), *REST])
        assert run.counts[1] == 0


class TestEmbeddingRequest:
    def test_asks_until_there_are_enough_samples_then_once_a_second(self) -> None:
        run = Run(ENROLL)
        asked = []
        for _ in range(25):
            request = session.embedding_request(run.state, run.now_ms + 100)
            asked.append(request is not None)
            run.feed([seen(person=0 if request else None)])
        assert asked[:3] == [True] * 3
        assert 2 <= sum(asked[3:]) <= 3

    def test_carries_the_policy_gates(self) -> None:
        request = session.embedding_request(Run(ENROLL).feed(REST[:1]).state, 200)
        assert request is not None
        assert request.min_quality_score == ENROLL.quality_threshold
        assert 0.1 < request.min_ear < 0.3
        assert request.max_obstacle_scores == ENROLL.obstacle_thresholds


class TestResume:
    def interrupted(self) -> Run:
        run = Run(ENROLL).feed([*REST, *BLINK])
        run.state = session.resume(session.load(session.dump(run.state)), run.now_ms + 5000)
        run.now_ms += 5000
        run.events.clear()
        return run

    def test_keeps_what_was_counted(self) -> None:
        run = self.interrupted()
        frames, blinks, _ = run.counts
        assert frames >= len(REST)
        assert blinks == 1
        assert run.feed([*REST, *TURN, *REST]).of(EvidenceReady)

    def test_another_person_starts_again(self) -> None:
        run = self.interrupted().feed([seen(person=1)])
        assert run.last.reason is RejectReason.IDENTITY_CHANGED
        assert run.counts == (0, 0, 0)


def test_effective_fps_is_what_was_looked_at() -> None:
    assert Run(ENROLL).feed([seen()] * 30, step_ms=200).last.counters.effective_fps == pytest.approx(5, abs=0.1)


def test_a_tick_changes_no_counter() -> None:
    run = Run(ENROLL).feed(REST)
    before = session.counters(run.state)
    state, events = session.advance(run.state, Tick(), run.now_ms + 1000)
    assert events == ()
    assert session.counters(state) == before


def test_time_does_not_run_backwards() -> None:
    run = Run(ENROLL).feed(REST)
    with pytest.raises(IllegalTransition, match="now_ms"):
        session.advance(run.state, seen(), run.now_ms - 1)


def test_state_does_not_show_embeddings() -> None:
    assert "array" not in repr(Run(ENROLL).feed(REST).state)


class TestVetoes:
    LIVING = [*REST, *BLINK, *TURN, *REST]

    def test_a_stream_that_stands_still_takes_everything_back(self) -> None:
        run = Run(ENROLL).feed(self.LIVING[:-1])
        assert run.counts[1:] >= (1, 1)
        same = FrameFingerprint(b"same", np.zeros(192, np.float16))
        run.feed([seen(fingerprint=same)] * 30)
        assert [event.signal for event in run.of(InjectionNoticed)] == [InjectionSignal.STATIC_INPUT]
        assert run.counts[1:] == (0, 0)
        assert run.last.counters.injection_signals == {"static_input": 1}
        assert not run.last.counters.liveness_verified
        assert run.last.counters.liveness_score < 0.05

    def test_nothing_counts_while_a_signal_stands_and_all_does_again_after(self) -> None:
        same = FrameFingerprint(b"same", np.zeros(192, np.float16))
        run = Run(ENROLL).feed([seen(fingerprint=same)] * 30).feed(self.LIVING)
        assert run.of(EvidenceReady) == []
        assert run.feed(REST * 20).feed(self.LIVING).of(EvidenceReady)

    @pytest.mark.parametrize(("score", "completes"), [(0.9, True), (0.1, False)])
    def test_passive_detection_vetoes(self, score: float, completes: bool) -> None:
        scored = [replace(frame, live_face_score=score) for frame in self.LIVING]
        assert bool(Run(ENROLL).feed(scored).of(EvidenceReady)) is completes

    def test_a_few_bad_scores_do_not(self) -> None:
        scored = [replace(frame, live_face_score=0.1 if n % 5 else 0.9) for n, frame in enumerate(self.LIVING[:2])]
        assert Run(ENROLL).feed([*scored, *self.LIVING[2:]]).of(EvidenceReady)

    def test_passive_detection_where_it_is_required(self) -> None:
        policy = SessionPolicy(SessionKind.ENROLLMENT, required_blinks=0, require_passive_pad=True)
        moving = [*REST, *TURN, *REST]
        assert Run(policy).feed(moving).of(EvidenceReady) == []
        assert Run(policy).feed([replace(frame, live_face_score=0.9) for frame in moving]).of(EvidenceReady)

    def test_nothing_completes_before_the_stream_was_watched(self) -> None:
        pictures = [
            replace(frame, fingerprint=FrameFingerprint(bytes([number]), np.zeros(192, np.float16)))
            for number, frame in enumerate([*self.LIVING, *REST])
        ]
        run = Run(ENROLL).feed(pictures[:20])
        assert run.last.counters.liveness_verified
        assert run.of(EvidenceReady) == []
        assert run.feed(pictures[20:]).of(EvidenceReady)
        assert Run(FRAMES_ONLY).feed(pictures[:3]).of(EvidenceReady)

    def test_refused_timestamps_are_a_signal(self) -> None:
        run = Run(ENROLL)
        for _ in range(3):
            run.state = session.note_refused_timestamp(run.state, run.now_ms)
        assert run.feed(self.LIVING).of(EvidenceReady) == []

    def test_survive_a_restart(self) -> None:
        same = FrameFingerprint(b"same", np.zeros(192, np.float16))
        run = Run(ENROLL).feed([seen(fingerprint=same, live_face_score=0.25)] * 30)
        run.state = session.resume(session.load(session.dump(run.state)), run.now_ms)
        now = session.counters(run.state)
        assert now.injection_signals == {"static_input": 1}
        assert now.live_face_score == 0.25


class TestFrameRate:
    def test_warns_when_blinks_are_missed(self) -> None:
        assert Run(ENROLL).feed([seen()] * 20).last.warnings == ()
        assert Run(ENROLL).feed([seen()] * 20, step_ms=160).last.warnings == (FrameWarning.LOW_FRAME_RATE,)

    def test_counts_no_blink_that_it_could_hardly_see(self) -> None:
        blinking = [*REST, *REST, seen(ear=0.05), seen(), seen(), seen()]
        assert Run(ENROLL).feed(blinking, step_ms=200).counts[1] == 1
        assert Run(ENROLL).feed(blinking, step_ms=300).counts[1] == 0


class TestChallenge:
    POLICY = SessionPolicy(
        SessionKind.ENROLLMENT,
        required_motion=0,
        challenge=(
            ChallengeStep(ChallengeAction.TURN_LEFT, "a", 300),
            ChallengeStep(ChallengeAction.BLINK_TWICE, "b", 300),
        ),
    )

    def asked(self) -> Run:
        """A session whose first move has been asked for."""
        run = Run(self.POLICY).feed([seen()] * 25)
        assert [event.step.nonce for event in run.of(ChallengeIssued)] == ["a"]
        return run

    def test_asks_for_one_move_at_a_time_and_completes(self) -> None:
        run = self.asked().feed([seen()] * 4).feed(TURN).feed(REST)
        assert [event.index for event in run.of(ChallengeIssued)] == [0, 1]
        assert run.of(EvidenceReady) == []
        run.feed(BLINK).feed(BLINK).feed(REST)
        assert run.last.counters.challenge_passed
        assert run.of(EvidenceReady)
        assert run.of(ChallengeFailed) == []

    def test_a_wrong_move_ends_it(self) -> None:
        run = self.asked().feed([seen(yaw_deg=-yaw) for yaw in (0, 5, 10, 15, 20)])
        assert run.of(ChallengeFailed)[0].failure is ChallengeFailure.WRONG_ACTION
        assert run.of(EvidenceReady) == []

    def test_so_does_another_face(self) -> None:
        run = self.asked().feed([seen(person=1)])
        assert run.of(ChallengeFailed)[0].failure is ChallengeFailure.FACE_LOST

    def test_so_does_reconnecting(self) -> None:
        run = self.asked()
        run.state = session.resume(session.load(session.dump(run.state)), run.now_ms)
        assert run.feed([seen()]).of(ChallengeFailed)[0].failure is ChallengeFailure.INTERRUPTED

    def test_nobody_is_asked_who_did_not_want_it(self) -> None:
        run = Run(ENROLL).feed([seen()] * 60)
        assert run.of(ChallengeIssued) == []
        assert run.last.counters.challenge_passed is None
