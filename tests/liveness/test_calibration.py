from __future__ import annotations

import json
import math
from typing import Any

import pytest

from frapi.liveness import scoring
from frapi.liveness.calibration import CalibratedScale, Calibration, ImpostorTail, MatchScale
from frapi.vision.embed import CONTRACT

TAIL = ImpostorTail(start=0.90, rate=1e-3, scale=0.01, shape=-0.1)


def calibration(target_fpir: float | None = None) -> Calibration:
    scale = MatchScale(threshold=0.93, confidence_center=0.9, confidence_slope=100.0)
    return Calibration().with_scale(CONTRACT, CalibratedScale(scale, TAIL, 1e-4, target_fpir, {"people": 500}))


def test_the_operators_own_comes_first() -> None:
    assert scoring.match_threshold(CONTRACT, calibration()) == 0.93
    assert scoring.match_threshold(CONTRACT) != 0.93
    assert scoring.confidence(0.9, CONTRACT, calibration()) == 0.5
    assert scoring.confidence(0.9, CONTRACT) != 0.5


def test_other_contracts_keep_what_is_shipped() -> None:
    others = Calibration({"other/1": calibration().scales[CONTRACT]})
    assert scoring.match_threshold(CONTRACT, others) == scoring.match_threshold(CONTRACT)
    assert scoring.match_threshold("other/1", others) == 0.93
    with pytest.raises(KeyError):
        scoring.match_threshold("unknown/1", others)


def test_the_tail_says_how_rare_a_similarity_is() -> None:
    assert TAIL.threshold(1e-3) == pytest.approx(0.90)
    # The generalised Pareto distribution's own survival function, turned back.
    for fmr in (1e-4, 1e-6, 1e-9):
        excess = TAIL.threshold(fmr) - TAIL.start
        assert TAIL.rate * (1 + TAIL.shape * excess / TAIL.scale) ** (-1 / TAIL.shape) == pytest.approx(fmr)
    straight = ImpostorTail(0.90, 1e-3, 0.01, 0.0)
    assert straight.threshold(1e-5) == pytest.approx(0.90 + 0.01 * math.log(100))


def test_a_larger_gallery_asks_for_more() -> None:
    asked = [scoring.identification_threshold(CONTRACT, size, calibration(1e-2)) for size in (1, 10, 10_000, 1_000_000)]
    assert asked == sorted(asked)
    assert asked[0] == 0.93, "never less than one with one"
    assert asked[-1] == pytest.approx(TAIL.threshold(1e-8), abs=1e-4)
    default = scoring.identification_threshold(CONTRACT, 1_000_000, calibration())
    assert default == pytest.approx(TAIL.threshold(scoring.DEFAULT_TARGET_FPIR / 1e6), abs=1e-4)
    assert scoring.identification_threshold(CONTRACT, 100, calibration(1e-2), target_fpir=1e-5) == pytest.approx(
        TAIL.threshold(1e-7), abs=1e-4
    )


def test_the_shipped_tail_agrees_with_the_shipped_threshold() -> None:
    """Both were measured on the same comparisons: the tail says half to twice the threshold's FMR of 1e-4."""
    tail = scoring._TAILS[CONTRACT]
    assert tail.threshold(2e-4) < scoring.match_threshold(CONTRACT) < tail.threshold(5e-5)
    asked = [scoring.identification_threshold(CONTRACT, size) for size in (1, 10, 1000, 1_000_000)]
    assert asked[0] == scoring.match_threshold(CONTRACT)
    assert asked == sorted(asked)
    assert asked[-1] < 1


@pytest.mark.parametrize(("size", "fmr"), [(0, 1e-2), (1, 1e-2), (2, 0.00501256), (1_000_000, 1.00503e-8)])
def test_each_comparison_gets_its_part(size: int, fmr: float) -> None:
    assert scoring.fmr_for_fpir(1e-2, size) == pytest.approx(fmr, rel=1e-4)
    assert 1 - (1 - fmr) ** max(size, 1) == pytest.approx(1e-2, rel=1e-3)


def test_a_tail_toward_one_never_gets_there() -> None:
    tail = ImpostorTail.toward_one(start=0.95, rate=1e-3, power=10)
    for fmr in (1e-4, 1e-8, 1e-16):
        assert 1e-3 * ((1 - tail.threshold(fmr)) / 0.05) ** 10 == pytest.approx(fmr)


def test_reads_back() -> None:
    assert Calibration.from_json(json.loads(json.dumps(calibration(1e-2).to_json()))) == calibration(1e-2)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda data: data.update(version=1), "version"),
        (lambda data: data.pop("contracts"), "no calibration"),
        (lambda data: data["contracts"][CONTRACT]["scale"].update(threshold="high"), "threshold"),
        (lambda data: data["contracts"][CONTRACT]["scale"].update(threshold=float("nan")), "threshold"),
        (lambda data: data["contracts"][CONTRACT]["scale"].update(threshold=3), "range"),
        (lambda data: data["contracts"][CONTRACT]["scale"].pop("confidence_slope"), "confidence_slope"),
        (lambda data: data["contracts"][CONTRACT]["tail"].update(rate=0), "tail"),
        (lambda data: data["contracts"][CONTRACT].update(target_fmr=True), "target_fmr"),
        (lambda data: data["contracts"].update({CONTRACT: []}), "object"),
    ],
)
def test_what_is_damaged_is_named(change: Any, says: str) -> None:
    data = calibration().to_json()
    change(data)
    with pytest.raises(ValueError, match=says):
        Calibration.from_json(data)
