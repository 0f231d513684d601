"""Whose threshold counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from frapi.apps import scales
from frapi.liveness import scoring
from frapi.liveness.calibration import CalibratedScale, Calibration, ImpostorTail, MatchScale
from frapi.vision.embed import CONTRACT

TAIL = ImpostorTail(start=0.9, rate=1e-3, scale=0.01, shape=-0.1)


@pytest.fixture
def calibrated(settings) -> None:
    scale = CalibratedScale(MatchScale(0.91, 0.88, 90.0), TAIL, 1e-4, 1e-2)
    settings.FRAPI_CALIBRATION = Calibration({CONTRACT: scale})


def test_shipped_without_anything_else() -> None:
    assert scales.match_threshold(CONTRACT) == scoring.match_threshold(CONTRACT)
    assert scales.confidence(0.93, CONTRACT) == scoring.confidence(0.93, CONTRACT)


def test_the_calibration_before_what_is_shipped(calibrated) -> None:
    assert scales.match_threshold(CONTRACT) == 0.91
    assert scales.confidence(0.88, CONTRACT) == 0.5
    assert scales.identification_threshold(CONTRACT, 1) == 0.91
    assert scales.identification_threshold(CONTRACT, 100_000) == pytest.approx(TAIL.threshold(1e-7), abs=1e-4)


def test_the_setting_before_both(calibrated, settings) -> None:
    settings.FRAPI = replace(settings.FRAPI, match_threshold=0.97)
    assert scales.match_threshold(CONTRACT) == 0.97
    assert scales.identification_threshold(CONTRACT, 100_000) == 0.97


def test_a_lax_setting_is_not_for_searches_among_many(calibrated, settings) -> None:
    settings.FRAPI = replace(settings.FRAPI, match_threshold=0.5)
    assert scales.match_threshold(CONTRACT) == 0.5
    assert scales.identification_threshold(CONTRACT, 100_000) == pytest.approx(TAIL.threshold(1e-7), abs=1e-4)


def test_the_share_of_strangers_can_be_set(calibrated, settings) -> None:
    settings.FRAPI = replace(settings.FRAPI, target_fpir=1e-4)
    assert scales.identification_threshold(CONTRACT, 1000) == pytest.approx(TAIL.threshold(1e-7), abs=1e-4)


def test_a_setting_is_for_its_own_recogniser(settings) -> None:
    settings.FRAPI = replace(settings.FRAPI, match_threshold=0.97, previous_match_threshold=0.4)
    assert scales.match_threshold("new/1") == 0.97
    assert scales.match_threshold("old/1", previous=True) == 0.4
    assert scales.identification_threshold("old/1", 100_000, previous=True) == 0.4


def test_nothing_is_guessed(settings) -> None:
    assert scales.is_known(CONTRACT)
    assert not scales.is_known("new/1")
    with pytest.raises(KeyError):
        scales.match_threshold("new/1")
    settings.FRAPI = replace(settings.FRAPI, match_threshold=0.4)
    assert scales.is_known("new/1")
    assert not scales.is_known("new/1", previous=True)


def test_where_only_a_threshold_is_known_confidence_is_nominal(settings) -> None:
    settings.FRAPI = replace(settings.FRAPI, match_threshold=0.4)
    assert scales.confidence(0.4, "new/1") == pytest.approx(0.98)
    values = [scales.confidence(similarity, "new/1") for similarity in (-1.0, 0.0, 0.2, 0.4, 0.7, 1.0)]
    assert values == sorted(values)
    assert values[0] > 0
    assert values[-1] <= 1
