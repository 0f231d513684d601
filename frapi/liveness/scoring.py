"""What a similarity means: the threshold of a match, and the probability that it is one."""

from __future__ import annotations

import math
from dataclasses import dataclass

from frapi.vision import embed


@dataclass(frozen=True, slots=True)
class MatchScale:
    """How to read the cosine similarity of a fused probe and a fused template under one embedding contract.

    Attributes:
        threshold: least similarity of a match.
        confidence_center: similarity at which both answers are equally likely, at even odds beforehand.
        confidence_slope: of the logistic curve through it.
    """

    threshold: float
    confidence_center: float
    confidence_slope: float


# Measured on Labeled Faces in the Wild by benchmarks/recognition.py; docs/accuracy.md has the figures.
# Threshold: FMR 1e-4 between means of three photographs of 509 people (bootstrap by person: 0.956 to 0.962).
# Confidence: logistic regression over means of one to three photographs, both classes weighted equally.
_SCALES = {embed.CONTRACT: MatchScale(threshold=0.959, confidence_center=0.9177, confidence_slope=172.7)}


def match_threshold(contract: str) -> float:
    """Least cosine similarity of a match under ``contract``.

    Raises:
        KeyError: the contract has no scale: nothing is known about its scores.
    """
    return _SCALES[contract].threshold


def confidence(similarity_score: float, contract: str) -> float:
    """Probability in 0..1 that probe and template show one person, at even odds beforehand.

    Raises:
        KeyError: the contract has no scale.
    """
    scale = _SCALES[contract]
    return 1 / (1 + math.exp(-scale.confidence_slope * (similarity_score - scale.confidence_center)))
