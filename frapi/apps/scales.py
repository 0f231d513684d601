"""What similarities mean on this server: the setting, else the operator's calibration, else what is shipped.

``previous`` says whose setting it is: that of the recogniser in use, or of the one whose templates are being replaced.
"""

from __future__ import annotations

from django.conf import settings

from frapi.liveness import scoring

# Of a million impostors one would do to refresh a template: a hundredth of those who would pass for its owner.
REFRESH_FMR = 1e-6


def is_known(contract: str, *, previous: bool = False) -> bool:
    """Whether a match can be told under ``contract``."""
    return _given(previous) is not None or scoring.is_measured(contract, settings.FRAPI_CALIBRATION)


def match_threshold(contract: str, *, previous: bool = False) -> float:
    """Least similarity of a match of one with one.

    Raises:
        KeyError: nothing is known about the contract's scores.
    """
    given = _given(previous)
    return scoring.match_threshold(contract, settings.FRAPI_CALIBRATION) if given is None else given


def identification_threshold(contract: str, gallery_size: int, *, previous: bool = False) -> float:
    """Least similarity of the nearest of ``gallery_size`` templates, which is never less than that of a match.

    Raises:
        KeyError: nothing is known about the contract's scores.
    """
    least = match_threshold(contract, previous=previous)
    if not scoring.is_measured(contract, settings.FRAPI_CALIBRATION):
        return least
    at_size = scoring.identification_threshold(
        contract, gallery_size, settings.FRAPI_CALIBRATION, target_fpir=settings.FRAPI.target_fpir
    )
    return max(at_size, least)


def refresh_threshold(contract: str) -> float | None:
    """Least similarity of a face that a template is refreshed with; None where impostors were not measured so far."""
    at_fmr = scoring.similarity_at_fmr(contract, REFRESH_FMR, settings.FRAPI_CALIBRATION)
    return None if at_fmr is None else max(at_fmr, match_threshold(contract))


def confidence(similarity_score: float, contract: str, *, previous: bool = False) -> float:
    """Probability in 0..1 that probe and template show one person, at even odds beforehand.

    Raises:
        KeyError: nothing is known about the contract's scores.
    """
    given = _given(previous)
    if given is not None and not scoring.is_measured(contract, settings.FRAPI_CALIBRATION):
        return scoring.nominal_confidence(similarity_score, given)
    return scoring.confidence(similarity_score, contract, settings.FRAPI_CALIBRATION)


def _given(previous: bool) -> float | None:
    """The operator's threshold."""
    given = settings.FRAPI.previous_match_threshold if previous else settings.FRAPI.match_threshold
    return None if given is None else float(given)
