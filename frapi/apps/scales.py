"""What similarities mean on this server: the setting, else the operator's calibration, else what is shipped."""

from __future__ import annotations

from django.conf import settings

from frapi.liveness import scoring


def match_threshold(contract: str) -> float:
    """Least cosine similarity of a match of one with one.

    Raises:
        KeyError: nothing is known about the contract's scores.
    """
    if settings.FRAPI.match_threshold is not None:
        return float(settings.FRAPI.match_threshold)
    return scoring.match_threshold(contract, settings.FRAPI_CALIBRATION)


def identification_threshold(contract: str, gallery_size: int) -> float:
    """Least cosine similarity of the nearest of ``gallery_size`` templates, which is never less than that of a match.

    Raises:
        KeyError: nothing is known about the contract's scores.
    """
    at_size = scoring.identification_threshold(
        contract, gallery_size, settings.FRAPI_CALIBRATION, target_fpir=settings.FRAPI.target_fpir
    )
    return max(at_size, match_threshold(contract))


def confidence(similarity_score: float, contract: str) -> float:
    """Probability in 0..1 that probe and template show one person, at even odds beforehand.

    Raises:
        KeyError: nothing is known about the contract's scores.
    """
    return scoring.confidence(similarity_score, contract, settings.FRAPI_CALIBRATION)
