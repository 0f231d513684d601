"""Obstacles over time: one frame's flicker neither rejects a clean face nor lets a covered one in.

The middle one of the last three scores decides whether a frame is rejected; until there are three, all there are do, so
that the first frame of a session is judged as well. A frame whose own score is over the threshold while the middle one
isn't is *doubtful*: it is not rejected, but it is no sample either.

While nothing is in the way by far, only every third frame need be looked at, and those that may become samples; the
first sign of something has every frame looked at again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from statistics import median

from frapi.vision.types import Obstacle


@dataclass(frozen=True, slots=True)
class SteadinessPolicy:
    """Attributes:
    frames: how many scores the middle one is taken of; of three, one that is wrong never decides.
    max_age_ms: scores older than this say nothing about the face now; at 2 frames/s three still are together.
    calm_ratio: where all of the last scores are under this share of their thresholds, nothing is in the way by far.
    unscored_frames: so many frames may then go by between two that are looked at.
    """

    frames: int = 3
    max_age_ms: int = 1500
    calm_ratio: float = 0.5
    unscored_frames: int = 2


@dataclass(frozen=True, slots=True)
class ScoredFrame:
    at_ms: int
    scores: Mapping[Obstacle, float]


@dataclass(frozen=True, slots=True)
class SteadinessState:
    """The last scores of one face, and how many frames ago the last was; forget them when another face is followed."""

    recent: tuple[ScoredFrame, ...] = ()
    unscored: int = 0


@dataclass(frozen=True, slots=True)
class Sighting:
    """What is in the way.

    Attributes:
        obstacles: those that reject the frame, with their steadied scores.
        doubtful: this frame alone shows an obstacle; it is not rejected, and not to be used either.
    """

    obstacles: Mapping[Obstacle, float] = field(default_factory=dict)
    doubtful: bool = False


def is_due(
    state: SteadinessState, thresholds: Mapping[Obstacle, float], *, now_ms: int, policy: SteadinessPolicy
) -> bool:
    """Whether the next frame must be looked at for obstacles."""
    recent = [frame for frame in state.recent if now_ms - frame.at_ms <= policy.max_age_ms]
    if len(recent) < policy.frames or state.unscored >= policy.unscored_frames:
        return True
    return any(
        score > policy.calm_ratio * thresholds[obstacle] for frame in recent for obstacle, score in frame.scores.items()
    )


def observe_obstacles(
    state: SteadinessState,
    scores: Mapping[Obstacle, float],
    thresholds: Mapping[Obstacle, float],
    *,
    now_ms: int,
    policy: SteadinessPolicy,
) -> tuple[SteadinessState, Sighting]:
    """Take in one frame's scores.

    Args:
        scores: empty when nobody looked, as :func:`is_due` allowed; without a network nothing is ever in the way.
        thresholds: an obstacle whose score is above its own is in the way.
    """
    if not scores:
        return (replace(state, unscored=state.unscored + 1) if state.recent else state), Sighting()
    kept = tuple(frame for frame in state.recent if now_ms - frame.at_ms <= policy.max_age_ms)
    recent = (*kept, ScoredFrame(now_ms, scores))[-policy.frames :]
    steady = {
        obstacle: float(median(frame.scores[obstacle] for frame in recent if obstacle in frame.scores))
        for obstacle in scores
    }
    obstacles = {obstacle: score for obstacle, score in steady.items() if score > thresholds[obstacle]}
    doubtful = any(score > thresholds[obstacle] for obstacle, score in scores.items())
    return SteadinessState(recent), Sighting(obstacles, doubtful=doubtful and not obstacles)
