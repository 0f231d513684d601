from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from frapi.evaluation.embedding import EmbeddedPicture
from frapi.evaluation.pairs import Pair
from frapi.evaluation.verification import (
    ScoredPairs,
    VerificationResult,
    measure_verification,
    score_pairs,
    worst_pairs,
)
from frapi.evaluation.verification_report import render_verification, verification_lines
from tests.evaluation.recognition import crowd

CROWD = crowd(40, 2)
NO_FACE = EmbeddedPicture(None, 0.0, "no_face")


def make_pairs(*, folds: bool = False) -> list[Pair]:
    genuine = [(f"p{n:04d}/0.jpg", f"p{n:04d}/1.jpg", True) for n in range(40)]
    impostors = [(f"p{n:04d}/0.jpg", f"p{(n + step) % 40:04d}/1.jpg", False) for n in range(40) for step in range(1, 9)]
    return [
        Pair(first, second, same, index % 4 if folds else None, index + 2)
        for index, (first, second, same) in enumerate(genuine + impostors)
    ]


def measure(
    embedded: dict[str, EmbeddedPicture] = CROWD,
    *,
    groups: dict[str, str] | None = None,
    threshold: float | None = None,
    folds: bool = False,
) -> tuple[VerificationResult, ScoredPairs]:
    scored = score_pairs(make_pairs(folds=folds), embedded)
    result = measure_verification(
        scored, embedded, contract="test/1", groups=groups or {}, threshold=threshold, server_threshold=0.99
    )
    return result, scored


def test_figures() -> None:
    result, _ = measure()
    assert (result.people, result.genuine, result.impostors, result.pictures) == (40, 40, 320, 80)
    assert result.eer.value < 0.1
    assert result.eer.low is not None
    first, second, _ = result.at_fmr
    assert first.tar is not None
    assert first.tar.value > 0.8
    assert second.tar is None, "320 impostor pairs can't speak of 1e-3"
    assert result.threshold == first.threshold
    assert result.at_server is not None
    assert result.at_server.fnmr.value == 1
    assert result.fold_accuracy is None
    assert json.loads(json.dumps(result.to_json()))["at_fmr"][1]["tar"] is None


def test_too_few_pairs_are_said() -> None:
    text = "\n".join(verification_lines(measure()[0]))
    assert "too few pairs: 320 impostor pairs, 3000 are needed" in text
    assert "failures to acquire: none" in text


def test_folds() -> None:
    fold = measure(folds=True)[0].fold_accuracy
    assert fold is not None
    assert 0.9 < fold[0] <= 1


def test_failures_count_as_misses_and_never_as_true_rejections() -> None:
    embedded = {**CROWD, "p0000/0.jpg": NO_FACE}
    result, _ = measure(embedded)
    assert result.failures == {"no_face": 1}
    assert (result.genuine_failed, result.impostors_failed) == (1, 8)
    assert result.at_threshold[0].fmr.count == 312
    assert result.at_threshold[0].fnmr.count == 40
    assert result.at_threshold[0].fnmr.value is not None
    assert result.at_threshold[0].fnmr.value >= 1 / 40
    assert "1 genuine pairs count as not matched, 8 impostor pairs are left out" in "\n".join(
        verification_lines(result)
    )


def test_groups_are_compared_at_one_threshold() -> None:
    groups = {f"p{number:04d}": "even" if number % 2 == 0 else "odd" for number in range(40)}
    result, _ = measure(groups=groups, threshold=0.5)
    every, even, odd = result.at_threshold
    assert [each.name for each in result.at_threshold] == ["all", "even", "odd"]
    assert even.fnmr.count + odd.fnmr.count == every.fnmr.count == 40
    # Pairs across groups belong to neither.
    assert even.fmr.count + odd.fmr.count == 160


def test_worst_pairs_come_first() -> None:
    _, scored = measure({**CROWD, "p0000/0.jpg": NO_FACE})
    misses, hits = worst_pairs(scored, same=True), worst_pairs(scored, same=False)
    assert [score for _, score in misses] == sorted(score for _, score in misses)
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)
    assert all(pair.same for pair, _ in misses)
    assert all(np.isfinite(score) for _, score in misses + hits)


def test_report_needs_nothing_beside_it(tmp_path: Path) -> None:
    for path in CROWD:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        cv2.imwrite(str(tmp_path / path), np.full((40, 30, 3), 90, np.uint8))
    (tmp_path / "p0000/0.jpg").write_bytes(b"no picture")
    result, scored = measure(groups={"p0001": "<b>"})
    page = render_verification(result, scored, tmp_path)
    assert page.count("data:image/jpeg;base64,") >= 60
    assert page.count("<svg") == 2
    assert "http" not in page
    assert "&lt;b&gt;" in page
    assert "nan" not in page
    assert "inf," not in page


def test_only_impostors_can_not_be_measured() -> None:
    scored = score_pairs([pair for pair in make_pairs() if not pair.same], CROWD)
    with pytest.raises(ValueError, match="both needed"):
        measure_verification(scored, CROWD, contract="test/1", groups={}, threshold=None, server_threshold=None)
