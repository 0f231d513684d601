from __future__ import annotations

from random import SystemRandom
from typing import Any

import pytest

from frapi.apps.accounts.policy import PolicyFloor
from frapi.apps.verification.policy import Demands, authentication_policy, enrollment_policy
from frapi.errors import Forbidden, PolicyViolation
from frapi.liveness.types import LivenessRule, SessionKind, SessionPolicy
from frapi.vision.types import Obstacle

DEFAULTS = SessionPolicy(SessionKind.ENROLLMENT)


def enroll(floor: PolicyFloor | None = None, **demands: Any) -> SessionPolicy:
    return enrollment_policy(Demands(**demands), floor=floor or PolicyFloor(), defaults=DEFAULTS, rng=SystemRandom())


def authenticate(
    floor: PolicyFloor | None = None, *, require_liveness: bool = True, granted: bool = False, **demands: Any
) -> SessionPolicy:
    return authentication_policy(
        Demands(**demands),
        kind=SessionKind.VERIFICATION,
        require_liveness=require_liveness,
        may_skip_liveness=granted,
        floor=floor or PolicyFloor(),
        defaults=DEFAULTS,
        rng=SystemRandom(),
    )


def shape(policy: SessionPolicy) -> tuple[int, int, int, LivenessRule]:
    return policy.target_frames, policy.required_blinks, policy.required_motion, policy.rule


def test_defaults() -> None:
    assert shape(enroll()) == (3, 1, 1, LivenessRule.ALL)
    assert shape(authenticate()) == (3, 1, 1, LivenessRule.ANY)
    assert authenticate().kind is SessionKind.VERIFICATION


def test_demands() -> None:
    assert shape(enroll(target_frames=5, required_blinks=2, required_motion=0)) == (5, 2, 0, LivenessRule.ALL)


def test_the_floor_raises_what_was_not_asked_for() -> None:
    floor = PolicyFloor(target_samples=5, min_frames_required=4, required_blinks=2, required_motion=3)
    assert shape(enroll(floor)) == (5, 2, 3, LivenessRule.ALL)
    assert shape(authenticate(floor)) == (4, 2, 3, LivenessRule.ANY)


@pytest.mark.parametrize(
    ("floor", "demands", "field"),
    [
        (PolicyFloor(target_samples=5), {"target_frames": 4}, "metadata.target_samples"),
        (PolicyFloor(required_blinks=1), {"required_blinks": 0}, "metadata.required_blinks"),
        (PolicyFloor(required_motion=2), {"required_motion": 1}, "metadata.required_motion"),
    ],
)
def test_a_demand_under_the_floor_is_refused_by_name(floor: PolicyFloor, demands: dict[str, Any], field: str) -> None:
    with pytest.raises(PolicyViolation) as caught:
        enroll(floor, **demands)
    assert caught.value.code == 400
    assert caught.value.details["field"] == field


def test_an_authentications_floor_has_its_own_name() -> None:
    with pytest.raises(PolicyViolation) as caught:
        authenticate(PolicyFloor(min_frames_required=5), target_frames=3)
    assert caught.value.details == {"field": "metadata.min_frames_required", "minimum": 5}


def test_quality_and_obstacles() -> None:
    floor = PolicyFloor(quality_threshold=0.8, obstacle_thresholds={Obstacle.GLASSES: 0.2})
    assert enroll(floor).quality_threshold == 0.8
    assert enroll(floor).obstacle_thresholds[Obstacle.GLASSES] == 0.2
    assert enroll(floor).obstacle_thresholds[Obstacle.MASK] == 0.3
    assert enroll(PolicyFloor(quality_threshold=0.1)).quality_threshold == DEFAULTS.quality_threshold


def test_skipping_liveness_must_be_granted() -> None:
    with pytest.raises(Forbidden) as caught:
        authenticate(require_liveness=False)
    assert caught.value.details == {"field": "require_liveness"}
    assert authenticate(require_liveness=False, granted=True).rule is LivenessRule.NONE


def test_asking_for_neither_is_skipping_too() -> None:
    with pytest.raises(Forbidden):
        authenticate(required_blinks=0, required_motion=0)
    assert shape(authenticate(granted=True, required_blinks=0, required_motion=0)) == (3, 0, 0, LivenessRule.ALL)


@pytest.mark.parametrize("demands", [{"required_blinks": 0}, {"required_motion": 0}])
def test_nothing_is_no_alternative_to_something(demands: dict[str, Any]) -> None:
    """`0 blinks OR 1 turn` would always be met."""
    assert authenticate(**demands).rule is LivenessRule.ALL


class TestChallenge:
    def test_only_when_asked_for(self) -> None:
        assert enroll().challenge == authenticate().challenge == ()
        assert len(enroll(challenge=True).challenge) == 3
        assert len(authenticate(challenge=True).challenge) == 3

    def test_the_floor_may_require_it(self) -> None:
        floor = PolicyFloor(challenge=True)
        assert len(enroll(floor).challenge) == 3
        with pytest.raises(PolicyViolation) as caught:
            enroll(floor, challenge=False)
        assert caught.value.details["field"] == "metadata.challenge"

    def test_not_without_liveness(self) -> None:
        assert authenticate(PolicyFloor(challenge=True), require_liveness=False, granted=True).challenge == ()


class TestAccommodation:
    @pytest.mark.parametrize(("name", "blinks", "motion"), [("motion_only", 0, 1), ("blink_only", 1, 0)])
    def test_the_other_sign_and_passive_detection(self, name: str, blinks: int, motion: int) -> None:
        enrolment, authentication = enroll(accommodation=name), authenticate(accommodation=name)
        assert shape(enrolment) == shape(authentication) == (3, blinks, motion, LivenessRule.ALL)
        assert enrolment.require_passive_pad
        assert authentication.require_passive_pad

    def test_needs_the_floors_consent(self) -> None:
        with pytest.raises(PolicyViolation) as caught:
            enroll(PolicyFloor(required_blinks=1), accommodation="motion_only")
        assert caught.value.details["field"] == "metadata.accommodation"
        consenting = PolicyFloor(required_blinks=1, accommodations=("motion_only",))
        assert enroll(consenting, accommodation="motion_only").required_blinks == 0
        assert enroll(PolicyFloor(required_motion=1), accommodation="motion_only").required_motion == 1
