from __future__ import annotations

import numpy as np
import pytest

from frapi.evaluation.curves import (
    bootstrap,
    drawn_weights,
    error_curve,
    fold_accuracies,
    rate_of_pairs,
    supports,
)

SCORES = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
SAME = np.array([True, True, False, True, False, False])


def test_rates_at_every_threshold() -> None:
    curve = error_curve(SCORES, SAME)
    assert curve.fmr.tolist() == pytest.approx([0, 0, 0, 1 / 3, 1 / 3, 2 / 3, 1])
    assert curve.tar.tolist() == pytest.approx([0, 1 / 3, 2 / 3, 2 / 3, 1, 1, 1])
    for threshold, fmr, tar in zip(curve.thresholds, curve.fmr, curve.tar, strict=True):
        assert (SCORES[~SAME] >= threshold).mean() == pytest.approx(fmr)
        assert (SCORES[SAME] >= threshold).mean() == pytest.approx(tar)


def test_a_target_is_never_exceeded() -> None:
    curve = error_curve(SCORES, SAME)
    assert curve.tar[curve.at_fmr(0.0)] == pytest.approx(2 / 3)
    assert curve.tar[curve.at_fmr(0.3)] == pytest.approx(2 / 3)
    assert curve.tar[curve.at_fmr(0.34)] == 1
    assert curve.equal_error()[0] == pytest.approx(1 / 3)
    assert curve.best_accuracy()[0] == pytest.approx(5 / 6)


def test_equal_scores_are_accepted_together() -> None:
    curve = error_curve(np.array([0.5, 0.5, 0.4]), np.array([False, True, False]))
    assert curve.fmr.tolist() == [0, 0.5, 1]
    assert curve.tar.tolist() == [0, 1, 1]


def test_what_could_not_be_scored_never_matches() -> None:
    curve = error_curve(np.array([0.9, -np.inf, 0.1]), np.array([True, True, False]))
    assert curve.tar.max() == 0.5
    assert np.isfinite(curve.thresholds).all()


def test_weights_count_like_repetitions() -> None:
    weights = np.array([2.0, 1, 3, 1, 0, 1])
    repeated = np.repeat(np.arange(6), weights.astype(int))
    weighted, plain = error_curve(SCORES, SAME, weights), error_curve(SCORES[repeated], SAME[repeated])
    for fmr in (0.0, 0.5, 0.8, 1.0):
        assert weighted.tar[weighted.at_fmr(fmr)] == pytest.approx(plain.tar[plain.at_fmr(fmr)])


def test_both_classes_are_needed() -> None:
    with pytest.raises(ValueError, match="both needed"):
        error_curve(SCORES[SAME], SAME[SAME])


def test_pairs_count_when_their_people_are_drawn() -> None:
    people = np.array([[0, 0], [0, 1], [2, 2]])
    for weights in drawn_weights(people, draws=50):
        own, mixed, other = weights
        assert (mixed > 0) <= (own > 0), "a pair of two counts only when both were drawn"
        assert own + other <= 3


def test_few_people_are_less_sure_than_many() -> None:
    rng = np.random.default_rng(0)
    same = np.arange(400) % 2 == 0
    scores = np.where(same, 0.7, 0.3) + rng.normal(0, 0.2, 400)
    widths = []
    for people in (8, 400):
        index = np.arange(400) % people
        (eer,) = bootstrap(scores, same, np.stack([index, index], axis=1), lambda curve: [curve.equal_error()[0]])
        assert eer.low is not None
        assert eer.high is not None
        assert eer.low <= eer.value <= eer.high
        widths.append(eer.high - eer.low)
    assert all(width > 0.01 for width in widths)


def test_a_clean_sheet_is_not_certainty() -> None:
    people = np.stack([np.arange(100), np.arange(100) + 100], axis=1)
    rate = rate_of_pairs(np.zeros(100, bool), people)
    assert (rate.value, rate.count, rate.persons) == (0, 100, 200)
    assert rate.high == pytest.approx(0.037, abs=1e-3), "Wilson's upper end for none of 100"


def test_nor_is_a_flawless_figure() -> None:
    same = np.arange(60) % 2 == 0
    people = np.stack([np.arange(60), np.arange(60)], axis=1)
    (accuracy,) = bootstrap(np.where(same, 0.9, 0.1), same, people, lambda curve: [curve.best_accuracy()[0]])
    assert accuracy.value == 1
    assert accuracy.low == pytest.approx(0.886, abs=1e-3), "Wilson's lower end for 30 of 30"


def test_rule_of_three() -> None:
    assert supports(300, 1e-2)
    assert not supports(299, 1e-2)


def test_a_fold_is_judged_at_the_others_threshold() -> None:
    scores = np.array([0.9, 0.1, 0.9, 0.1, 0.6, 0.55])
    same = np.array([True, False] * 3)
    folds = np.array([0, 0, 1, 1, 2, 2])
    # Over all pairs a threshold of 0.57 is flawless; from the other folds alone it is 0.5, which errs once in the last.
    assert error_curve(scores, same).best_accuracy()[0] == 1
    assert fold_accuracies(scores, same, folds) == [1, 1, 0.5]
