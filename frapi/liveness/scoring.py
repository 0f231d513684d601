"""What a similarity means: the threshold of a match, and the probability that it is one."""

from __future__ import annotations

import math

from frapi.liveness.calibration import Calibration, ImpostorTail, MatchScale
from frapi.vision import embed
from frapi.vision.recognizers import DLIB_PLAIN, MOBILEFACENET

# Measured on Labeled Faces in the Wild by benchmarks/recognition.py; docs/accuracy.md has the figures.
# Threshold: FMR 1e-4 between means of three photographs of 509 people (bootstrap by person: 0.910 to 0.930).
# Confidence: logistic regression over means of one to three photographs, both classes weighted equally.
# The others the same way, by benchmarks/packs.py (bootstrap by person: 0.955 to 0.963, and 0.421 to 0.488).
_SCALES = {
    embed.CONTRACT: MatchScale(threshold=0.9231, confidence_center=0.8694, confidence_slope=117.9),
    DLIB_PLAIN.contract: MatchScale(threshold=0.959, confidence_center=0.9177, confidence_slope=172.7),
    MOBILEFACENET.contract: MatchScale(threshold=0.450, confidence_center=0.3038, confidence_slope=28.3),
}
# Share of strangers whom an identification takes for somebody: one in a thousand.
DEFAULT_TARGET_FPIR = 1e-3
# The impostors' tail, measured by benchmarks/recognition.py on the same means of three photographs: beyond FMR 1e-3 the
# rate falls with the power 10.6 of 1 - similarity (Hill's estimator; bootstrap by person: 6.5 to 17.6; from FMR 1e-2 on
# it is 10.5, from 3e-3 on 11.3: it keeps its power).
_TAILS = {
    embed.CONTRACT: ImpostorTail.toward_one(start=0.8990, rate=1e-3, power=10.6),
    DLIB_PLAIN.contract: ImpostorTail.toward_one(start=0.948, rate=1e-3, power=9.95),
    MOBILEFACENET.contract: ImpostorTail(start=0.368, rate=1e-3, scale=0.0361, shape=-0.0572),
}
_SHIPPED_ONLY = Calibration()
# The curve where only a threshold is known, after MobileFaceNet's: that is a half at 0.68 of its threshold and has odds
# of 63 there.
NOMINAL_CENTER_RATIO = 0.7
NOMINAL_ODDS_AT_THRESHOLD = 49


def is_measured(contract: str, calibration: Calibration = _SHIPPED_ONLY) -> bool:
    """Whether anything is known about the scores of ``contract``."""
    return contract in calibration.scales or contract in _SCALES


def match_threshold(contract: str, calibration: Calibration = _SHIPPED_ONLY) -> float:
    """Least similarity of a match of one with one under ``contract``.

    Args:
        calibration: the operator's own, which comes before what is shipped.
    Raises:
        KeyError: the contract has no scale: nothing is known about its scores.
    """
    return _scale(contract, calibration).threshold


def identification_threshold(
    contract: str, gallery_size: int, calibration: Calibration = _SHIPPED_ONLY, *, target_fpir: float | None = None
) -> float:
    """Least similarity of the nearest of ``gallery_size`` templates under ``contract``.

    A stranger must not get likelier to be taken for somebody as the gallery grows: each comparison is allowed its part
    of the false positive identification rate. Never laxer than :func:`match_threshold`, and no more than that where the
    impostors' tail was not measured.

    Args:
        target_fpir: share of strangers that may be taken for somebody; None: the calibration's, else
            :data:`DEFAULT_TARGET_FPIR`.
    Raises:
        KeyError: the contract has no scale.
    """
    threshold = match_threshold(contract, calibration)
    calibrated, tail = calibration.scales.get(contract), _tail(contract, calibration)
    if tail is None:
        return threshold
    if target_fpir is None:
        target_fpir = (calibrated.target_fpir if calibrated else None) or DEFAULT_TARGET_FPIR
    return max(threshold, tail.threshold(fmr_for_fpir(target_fpir, gallery_size)))


def similarity_at_fmr(contract: str, fmr: float, calibration: Calibration = _SHIPPED_ONLY) -> float | None:
    """Cosine similarity that impostors reach with the probability ``fmr``; None where their tail was not measured."""
    tail = _tail(contract, calibration)
    return None if tail is None else tail.threshold(fmr)


def fmr_for_fpir(target_fpir: float, gallery_size: int) -> float:
    """False match rate of one comparison at which ``target_fpir`` of the searches find anybody in the gallery.

    Source: 1 - (1 - FPIR)^(1/N). Comparisons with one probe are no independent draws; where they agree more, FPIR is
    lower than that.
    """
    return -math.expm1(math.log1p(-target_fpir) / max(gallery_size, 1))


def confidence(similarity_score: float, contract: str, calibration: Calibration = _SHIPPED_ONLY) -> float:
    """Probability in 0..1 that probe and template show one person, at even odds beforehand.

    Raises:
        KeyError: the contract has no scale.
    """
    scale = _scale(contract, calibration)
    return _logistic(scale.confidence_slope * (similarity_score - scale.confidence_center))


def nominal_confidence(similarity_score: float, threshold: float) -> float:
    """What stands in for :func:`confidence` where nothing but the operator's threshold is known: no calibrated value.

    It says 0.98 at the threshold, as if that had been chosen for a false match rate of about 1e-4.
    """
    center = NOMINAL_CENTER_RATIO * threshold
    slope = math.log(NOMINAL_ODDS_AT_THRESHOLD) / max(threshold - center, 1e-6)
    return _logistic(slope * (similarity_score - center))


def _logistic(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(log_odds, -700.0)))  # beyond it the exponential has no float


def _scale(contract: str, calibration: Calibration) -> MatchScale:
    calibrated = calibration.scales.get(contract)
    return _SCALES[contract] if calibrated is None else calibrated.scale


def _tail(contract: str, calibration: Calibration) -> ImpostorTail | None:
    calibrated = calibration.scales.get(contract)
    return _TAILS.get(contract) if calibrated is None else calibrated.tail
