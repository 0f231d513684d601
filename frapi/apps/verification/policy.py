"""What a session asks for: the request, raised to the API client's floor, over the server's defaults."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from frapi.apps.accounts.policy import PolicyFloor
from frapi.errors import Forbidden, PolicyViolation
from frapi.liveness.challenge import ChallengePolicy, ChallengeStep, draw_challenge
from frapi.liveness.types import LivenessRule, SessionKind, SessionPolicy


@dataclass(frozen=True, slots=True)
class Demands:
    """What a request's ``metadata`` asks for; None where it says nothing."""

    target_frames: int | None = None
    required_blinks: int | None = None
    required_motion: int | None = None
    challenge: bool | None = None
    accommodation: str | None = None


def enrollment_policy(
    demands: Demands, *, floor: PolicyFloor, defaults: SessionPolicy, rng: random.Random
) -> SessionPolicy:
    """The policy of an enrolment: blinks AND motion.

    Args:
        rng: draws the challenge; nobody may be able to guess it.
    Raises:
        PolicyViolation: a demand is under the floor; ``details.field`` names it.
    """
    return _accommodated(
        _policy(SessionKind.ENROLLMENT, LivenessRule.ALL, demands, floor, defaults, rng), demands, floor
    )


def authentication_policy(
    demands: Demands,
    *,
    kind: SessionKind,
    require_liveness: bool,
    may_skip_liveness: bool,
    floor: PolicyFloor,
    defaults: SessionPolicy,
    rng: random.Random,
) -> SessionPolicy:
    """The policy of a verification or identification: blinks OR motion.

    A requirement of 0 can't be one side of an OR, for it would always be met: then only the other side counts. Asking
    for neither is asking for no liveness.

    Raises:
        PolicyViolation: a demand is under the floor; ``details.field`` names it.
        Forbidden: the client may not skip liveness.
    """
    rule = LivenessRule.ANY if require_liveness else LivenessRule.NONE
    policy = _accommodated(_policy(kind, rule, demands, floor, defaults, rng), demands, floor)
    asked = sum(1 for required in (policy.required_blinks, policy.required_motion) if required > 0)
    if (not require_liveness or asked == 0) and not may_skip_liveness:
        raise Forbidden("This API client may not skip liveness", details={"field": "require_liveness"})
    return replace(policy, rule=LivenessRule.ALL) if require_liveness and asked < 2 else policy


def _accommodated(policy: SessionPolicy, demands: Demands, floor: PolicyFloor) -> SessionPolicy:
    """For somebody who can't blink, or can't turn his head: the other sign alone, and passive detection beside it."""
    if demands.accommodation is None:
        return policy
    field = "required_blinks" if demands.accommodation == "motion_only" else "required_motion"
    if getattr(floor, field) > 0 and demands.accommodation not in floor.accommodations:
        raise PolicyViolation(
            f"metadata.accommodation: this API client always asks for {field}", field="metadata.accommodation"
        )
    other = "required_motion" if field == "required_blinks" else "required_blinks"
    needed = {field: 0, other: max(1, getattr(policy, other))}
    return replace(policy, require_passive_pad=True, **needed)


def _challenge(demands: Demands, floor: PolicyFloor, rng: random.Random) -> tuple[ChallengeStep, ...]:
    if floor.challenge and demands.challenge is False:
        raise PolicyViolation("metadata.challenge: this API client always asks for one", field="metadata.challenge")
    return draw_challenge(rng, ChallengePolicy()) if floor.challenge or demands.challenge else ()


def _policy(
    kind: SessionKind,
    rule: LivenessRule,
    demands: Demands,
    floor: PolicyFloor,
    defaults: SessionPolicy,
    rng: random.Random,
) -> SessionPolicy:
    target_field = "target_samples" if kind is SessionKind.ENROLLMENT else "min_frames_required"
    target_floor = floor.target_samples if kind is SessionKind.ENROLLMENT else floor.min_frames_required
    return SessionPolicy(
        kind=kind,
        rule=rule,
        target_frames=_at_least(target_floor, demands.target_frames, defaults.target_frames, target_field),
        required_blinks=_at_least(
            floor.required_blinks, demands.required_blinks, defaults.required_blinks, "required_blinks"
        ),
        required_motion=_at_least(
            floor.required_motion, demands.required_motion, defaults.required_motion, "required_motion"
        ),
        quality_threshold=(
            defaults.quality_threshold
            if floor.quality_threshold is None
            else max(floor.quality_threshold, defaults.quality_threshold)
        ),
        obstacle_thresholds={**defaults.obstacle_thresholds, **floor.obstacle_thresholds},
        extra_frames=defaults.extra_frames,
        challenge=() if rule is LivenessRule.NONE else _challenge(demands, floor, rng),
    )


def _at_least(floor: int, demanded: int | None, default: int, field: str) -> int:
    """What was demanded, which must not be under ``floor``; without a demand the default, raised to it."""
    if demanded is None:
        return max(default, floor)
    if demanded < floor:
        raise PolicyViolation(
            f"metadata.{field}: this API client asks for at least {floor}",
            field=f"metadata.{field}",
            details={"minimum": floor},
        )
    return demanded
