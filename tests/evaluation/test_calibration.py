from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from frapi.evaluation.calibration import Request, TooFewPeople, calibrate, fit_logistic, fit_tail, people_needed
from frapi.evaluation.embedding import EmbeddedPicture
from tests.evaluation.recognition import CONTRACT, crowd

REQUEST = Request(CONTRACT, target_fmr=1e-3, target_fpir=None, photos=2, min_quality_score=0.5)
CROWD = crowd(90, 4)


def test_the_threshold_holds_its_target_on_other_people() -> None:
    scale, evidence = calibrate(CROWD, REQUEST)
    assert evidence.people == 90
    assert evidence.impostor_pairs == 90 * 89
    assert evidence.threshold_low <= scale.scale.threshold <= evidence.threshold_high
    assert (evidence.genuine_photos, evidence.fnmr.count) == (2, 90)
    others = np.stack([picture.vector_l2 for picture in crowd(1200, 1).values() if picture.vector_l2 is not None])[90:]
    scores = others @ others.T
    fmr = (scores[np.triu_indices(len(scores), 1)] >= scale.scale.threshold).mean()
    assert fmr < 5e-3


def test_nobody_under_the_quality_counts() -> None:
    poor = {path: EmbeddedPicture(seen.vector_l2, 0.1, "") for path, seen in crowd(120, 4).items() if path >= "p0090"}
    _, evidence = calibrate({**poor, **CROWD}, REQUEST)
    assert (evidence.people, evidence.pictures, evidence.left_out) == (90, 360, 120)


def test_too_few_people_are_told_how_many_are_needed() -> None:
    assert people_needed(1e-4) == 246
    with pytest.raises(TooFewPeople, match="needs 246 people with 2 usable pictures each, and 90 have so many"):
        calibrate(CROWD, replace(REQUEST, target_fmr=1e-4))
    with pytest.raises(TooFewPeople) as told:
        calibrate(CROWD, replace(REQUEST, target_fmr=1e-4))
    advised = float(str(told.value).split("--target-fmr ")[1].split(".  ")[0].split(". With")[0])
    calibrate(CROWD, replace(REQUEST, target_fmr=advised))


def test_genuine_pairs_are_needed_too() -> None:
    with pytest.raises(TooFewPeople, match="30 people with two usable pictures"):
        calibrate(crowd(90, 1), replace(REQUEST, photos=1))
    _, evidence = calibrate(crowd(90, 3), REQUEST)
    assert evidence.genuine_photos == 1, "three pictures make no two means of two"


def test_the_tail_is_that_of_the_scores() -> None:
    # Similarities whose distance to 1 is a power of a uniform draw: P(score > s) = ((1 - s) / 0.2) ** 10 over 0.8.
    drawn = 1 - 0.2 * np.random.default_rng(1).uniform(size=1_000_000) ** (1 / 10)
    tail = fit_tail(np.sort(drawn)[::-1])
    assert -1 / tail.shape == pytest.approx(10, rel=0.1)
    for fmr in (1e-3, 1e-4):
        assert (drawn >= tail.threshold(fmr)).mean() == pytest.approx(fmr, rel=0.25)
    # Beyond the data, too, and never past 1.
    assert tail.threshold(1e-8) == pytest.approx(1 - 0.2 * 1e-8 ** (1 / 10), abs=0.01)
    assert tail.threshold(1e-30) < 1


def test_the_curve_is_the_odds_of_two_normal_classes() -> None:
    rng = np.random.default_rng(2)
    slope, centre = fit_logistic(rng.normal(0.9, 0.03, 20_000), rng.normal(0.8, 0.03, 20_000))
    assert centre == pytest.approx(0.85, abs=2e-3)
    assert slope == pytest.approx(0.1 / 0.03**2, rel=0.05)


def test_classes_that_do_not_overlap_still_give_a_curve() -> None:
    slope, centre = fit_logistic(np.array([0.9, 0.95]), np.array([0.1, 0.2]))
    assert math.isfinite(slope)
    assert slope > 0
    assert 0.2 < centre < 0.9
