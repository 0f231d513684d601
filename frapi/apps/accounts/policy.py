"""What an API client demands of all its sessions, whatever a single request asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from frapi.errors import InvalidInput
from frapi.vision.types import Obstacle

# For people who can't blink, and for people who can't turn their heads.
ACCOMMODATIONS = ("motion_only", "blink_only")
# What may be done about a face that is another user's already.
DUPLICATE_POLICIES = ("allow", "flag", "refuse")


@dataclass(frozen=True, slots=True)
class PolicyFloor:
    """Least values of a session's policy.

    Attributes:
        target_samples: accepted frames of an enrolment.
        min_frames_required: accepted frames of an authentication.
        required_blinks: blinks.
        required_motion: motion events.
        quality_threshold: least quality score, 0..1; None takes the server's.
        obstacle_thresholds: replaces the server's thresholds by obstacle, 0..1.
        challenge: whether every session has a challenge.
        duplicates: what happens to a face at enrolment that is another user's already, out of ``DUPLICATE_POLICIES``;
            None takes the server's.
        accommodations: which of ``ACCOMMODATIONS`` its sessions may have although the floor asks for blinks or motion.
    """

    target_samples: int = 1
    min_frames_required: int = 1
    required_blinks: int = 0
    required_motion: int = 0
    quality_threshold: float | None = None
    obstacle_thresholds: Mapping[Obstacle, float] = field(default_factory=dict)
    challenge: bool = False
    duplicates: str | None = None
    accommodations: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Any) -> PolicyFloor:
        """Parse and validate the stored or typed form.

        Raises:
            InvalidInput: names the entry that is unknown or out of range.
        """
        if not isinstance(data, Mapping):
            raise InvalidInput("expected a JSON object", field="policy_floor")
        unknown = set(data) - {each.name for each in fields(cls)}
        if unknown:
            raise InvalidInput("unknown entry", field=f"policy_floor.{min(unknown)}")
        return cls(**{name: _PARSERS[name](f"policy_floor.{name}", value) for name, value in data.items()})


def _count(minimum: int, maximum: int) -> Callable[[str, Any], int]:
    def parse(name: str, value: Any) -> int:
        if type(value) is not int or not minimum <= value <= maximum:
            raise InvalidInput(f"expected a whole number from {minimum} to {maximum}", field=name)
        return value

    return parse


def _score(name: str, value: Any) -> float:
    if type(value) not in {int, float} or not 0 <= value <= 1:
        raise InvalidInput("expected a number from 0 to 1", field=name)
    return float(value)


def _obstacles(name: str, value: Any) -> dict[Obstacle, float]:
    if not isinstance(value, Mapping) or not set(value) <= set(Obstacle):
        raise InvalidInput(f"expected an object with names out of {', '.join(Obstacle)}", field=name)
    return {Obstacle(key): _score(f"{name}.{key}", each) for key, each in value.items()}


def _flag(name: str, value: Any) -> bool:
    if type(value) is not bool:
        raise InvalidInput("expected true or false", field=name)
    return value


def _duplicates(name: str, value: Any) -> str:
    if value not in DUPLICATE_POLICIES:
        raise InvalidInput(f"expected one of {', '.join(DUPLICATE_POLICIES)}", field=name)
    return str(value)


def _accommodations(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not set(value) <= set(ACCOMMODATIONS):
        raise InvalidInput(f"expected a list of names out of {', '.join(ACCOMMODATIONS)}", field=name)
    return tuple(value)


_PARSERS: Mapping[str, Callable[[str, Any], Any]] = {
    "target_samples": _count(1, 10),
    "min_frames_required": _count(1, 10),
    "required_blinks": _count(0, 5),
    "required_motion": _count(0, 5),
    "quality_threshold": _score,
    "obstacle_thresholds": _obstacles,
    "challenge": _flag,
    "duplicates": _duplicates,
    "accommodations": _accommodations,
}
