"""What a similarity means: the threshold of a match, and the probability that it is one."""

from __future__ import annotations

import math

from frapi.liveness.calibration import Calibration, MatchScale
from frapi.vision import embed

# Measured on Labeled Faces in the Wild by benchmarks/recognition.py; docs/accuracy.md has the figures.
# Threshold: FMR 1e-4 between means of three photographs of 509 people (bootstrap by person: 0.956 to 0.962).
# Confidence: logistic regression over means of one to three photographs, both classes weighted equally.
_SCALES = {embed.CONTRACT: MatchScale(threshold=0.959, confidence_center=0.9177, confidence_slope=172.7)}
_SHIPPED_ONLY = Calibration()


def match_threshold(contract: str, calibration: Calibration = _SHIPPED_ONLY) -> float:
    """Least cosine similarity of a match of one with one under ``contract``.

    Args:
        calibration: the operator's own, which comes before what is shipped.
    Raises:
        KeyError: the contract has no scale: nothing is known about its scores.
    """
    return _scale(contract, calibration).threshold


def identification_threshold(contract: str, gallery_size: int, calibration: Calibration = _SHIPPED_ONLY) -> float:
    """Least cosine similarity of the nearest of ``gallery_size`` templates under ``contract``.

    A stranger must not get likelier to be taken for somebody as the gallery grows: where a share of false positive
    identifications was calibrated for, each template is allowed its part of it. Never laxer than
    :func:`match_threshold`.

    Raises:
        KeyError: the contract has no scale.
    """
    threshold = match_threshold(contract, calibration)
    calibrated = calibration.scales.get(contract)
    if calibrated is None or calibrated.target_fpir is None:
        return threshold
    return max(threshold, calibrated.tail.threshold(calibrated.target_fpir / max(gallery_size, 1)))


def confidence(similarity_score: float, contract: str, calibration: Calibration = _SHIPPED_ONLY) -> float:
    """Probability in 0..1 that probe and template show one person, at even odds beforehand.

    Raises:
        KeyError: the contract has no scale.
    """
    scale = _scale(contract, calibration)
    return 1 / (1 + math.exp(-scale.confidence_slope * (similarity_score - scale.confidence_center)))


def _scale(contract: str, calibration: Calibration) -> MatchScale:
    calibrated = calibration.scales.get(contract)
    return _SCALES[contract] if calibrated is None else calibrated.scale
