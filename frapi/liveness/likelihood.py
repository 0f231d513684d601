"""How likely it is that a living person is before the camera, given what was seen."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LifeModel:
    """Each kind of evidence counts by how much oftener it is seen of living people than of attacks.

    Attributes:
        blink, motion: natural logarithm of that ratio, for having been seen at all. A second one adds nothing: whoever
            can feign one can feign two. Of 12 clips of people 10 show a blink and 7 a motion; of attacks with the
            photographs of 60 people at most 8.9 % and 6.0 % do (upper ends of the 95 % intervals).
        without_blink, without_motion: for not having been seen yet. Not measured: people take their time, so it speaks
            but softly.
        live_face_slope, live_face_center: of the logarithm as a straight line in the mean score of passive
            presentation attack detection.
        max_live_face: bound on it either way: none of the photographs of 9 people passed, so at most 30 % do.
        injection: while a signal stands; it outweighs everything else.
        challenge: for one that was passed. Of 1,500 simulated recordings 7 did, which is no measurement of people.
    """

    blink: float = 2.2
    motion: float = 2.3
    without_blink: float = -0.3
    without_motion: float = -0.3
    live_face_slope: float = 6.0
    live_face_center: float = 0.4
    max_live_face: float = 1.2
    injection: float = -6.0
    challenge: float = 2.0


MODEL = LifeModel()


def probability_of_life(
    *,
    blinks: int,
    motion_events: int,
    live_face_score: float | None,
    injected: bool,
    challenge_passed: bool,
    model: LifeModel = MODEL,
) -> float:
    """Probability in 0..1 at even odds beforehand.

    Args:
        live_face_score: mean score of passive presentation attack detection; None without it.
        injected: whether a sign stands that no camera is behind the stream.
        challenge_passed: False also when none was asked for.
    """
    log_odds = model.blink if blinks else model.without_blink
    log_odds += model.motion if motion_events else model.without_motion
    if live_face_score is not None:
        evidence = model.live_face_slope * (live_face_score - model.live_face_center)
        log_odds += max(-model.max_live_face, min(model.max_live_face, evidence))
    if injected:
        log_odds += model.injection
    if challenge_passed:
        log_odds += model.challenge
    return 1 / (1 + math.exp(-log_odds))
