"""Passive presentation attack detection over a session: the mean of many scores, for a single one is often wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class PresentationPolicy:
    """Attributes:
    min_scores: fewer tell nothing.
    min_mean_score: of a living face; see docs/liveness.md for what it lets through.
    """

    min_scores: int = 3
    min_mean_score: float = 0.4


@dataclass(frozen=True, slots=True)
class PresentationState:
    """The scores of the face that is followed; forget them when another one is."""

    total: float = 0.0
    count: int = 0

    @property
    def mean_score(self) -> float | None:
        return self.total / self.count if self.count else None


class Presentation(StrEnum):
    """What the scores say."""

    UNKNOWN = "unknown"
    LIVE = "live"
    ATTACK = "attack"


def observe_presentation(state: PresentationState, score: float | None) -> PresentationState:
    """Take in one frame's score; None when it has none."""
    return state if score is None else PresentationState(state.total + score, state.count + 1)


def judge_presentation(state: PresentationState, policy: PresentationPolicy) -> Presentation:
    """Whether the face before the camera is taken for a living one."""
    mean = state.mean_score
    if mean is None or state.count < policy.min_scores:
        return Presentation.UNKNOWN
    return Presentation.LIVE if mean >= policy.min_mean_score else Presentation.ATTACK
