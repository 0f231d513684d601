from __future__ import annotations

import numpy as np
import pytest

from frapi.evaluation.statistics import area_under_curve, rate_by_person, roc_curve


def test_rate_counts_pictures_and_people() -> None:
    rate = rate_by_person(np.array([True, True, False, False]), ["a", "a", "b", "c"])
    assert (rate.count, rate.persons, rate.value) == (4, 3, 0.5)
    assert rate.low is not None
    assert rate.high is not None
    assert rate.low <= 0.5 <= rate.high


def test_many_pictures_of_few_people_are_less_sure_than_of_many() -> None:
    hits = np.array([True] * 60 + [False] * 40)
    few = rate_by_person(hits, [str(number // 20) for number in range(100)])
    many = rate_by_person(hits, [str(number) for number in range(100)])
    assert few.low is not None
    assert few.high is not None
    assert many.low is not None
    assert many.high is not None
    assert few.high - few.low > 2 * (many.high - many.low)


def test_a_clean_sheet_is_not_certainty() -> None:
    rate = rate_by_person(np.zeros(40, bool), [str(number) for number in range(40)])
    assert rate.value == 0
    assert rate.high == pytest.approx(0.0876, abs=1e-3), "Wilson's upper end for none of 40"


def test_nothing_to_measure() -> None:
    assert rate_by_person(np.zeros(0, bool), []).value is None
    assert area_under_curve(np.zeros(0), np.ones(3)) is None


@pytest.mark.parametrize(
    ("positive", "negative", "expected"),
    [([0.9, 0.8], [0.1, 0.2], 1.0), ([0.1], [0.9], 0.0), ([0.5, 0.5], [0.5], 0.5), ([0.4, 0.8], [0.5], 0.5)],
)
def test_area_under_curve(positive: list[float], negative: list[float], expected: float) -> None:
    assert area_under_curve(np.array(positive), np.array(negative)) == expected


def test_roc_runs_from_none_to_all() -> None:
    curve = roc_curve(np.array([0.9, 0.6]), np.array([0.7, 0.1]))
    assert curve[:, :2].tolist() == [[0, 0], [0, 0.5], [0.5, 0.5], [0.5, 1], [1, 1]]
