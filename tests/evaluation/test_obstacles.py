from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from frapi.evaluation.obstacles import (
    LabelledPicture,
    Scored,
    measure,
    read_labels,
    to_json,
    worst_mistakes,
)
from frapi.evaluation.report import render_report
from frapi.liveness.types import DEFAULT_OBSTACLE_THRESHOLDS
from frapi.vision.types import Obstacle

CROP = np.full((16, 16, 3), 90, np.uint8)


def scored(path: str, obstacle: Obstacle, score: float | None, *, present: bool) -> Scored:
    row = LabelledPicture(path, obstacle, present, "seen")
    if score is None:
        return Scored(row, None, None)
    return Scored(row, dict.fromkeys(Obstacle, score), CROP)


GLASSES = [
    scored("a/1.jpg", Obstacle.GLASSES, 0.9, present=True),
    scored("b/1.jpg", Obstacle.GLASSES, 0.4, present=True),
    scored("c/1.jpg", Obstacle.GLASSES, 0.1, present=False),
    scored("d/1.jpg", Obstacle.GLASSES, 0.2, present=False),
    scored("e/1.jpg", Obstacle.GLASSES, 0.7, present=False),
    scored("f/1.jpg", Obstacle.GLASSES, None, present=True),
]


def test_labels_are_read(tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    file.write_text("path,obstacle,label,how\na/1.jpg,hand,1,seen\nb/1.jpg,mask,0,pseudo\n")
    assert read_labels(file) == [
        LabelledPicture("a/1.jpg", Obstacle.HAND_COVERING, True, "seen"),
        LabelledPicture("b/1.jpg", Obstacle.MASK, False, "pseudo"),
    ]


@pytest.mark.parametrize("row", ["a.jpg,glasses,2", "a.jpg,shoes,1", "a.jpg,glasses"])
def test_a_bad_row_is_named(tmp_path: Path, row: str) -> None:
    file = tmp_path / "labels.csv"
    file.write_text(f"path,obstacle,label\nb.jpg,hat,1\n{row}\n")
    with pytest.raises(ValueError, match="row 3"):
        read_labels(file)


def test_figures_at_the_threshold() -> None:
    (result,) = measure(GLASSES, DEFAULT_OBSTACLE_THRESHOLDS)
    assert result.obstacle is Obstacle.GLASSES
    assert result.true_positives.value == 0.5
    assert result.false_positives.value == pytest.approx(1 / 3)
    assert result.auc == pytest.approx(5 / 6)
    assert result.without_face == 1
    assert "roc" not in to_json([result])["glasses"]


def test_obstacles_without_labels_are_not_spoken_of() -> None:
    results = measure([scored("a/1.jpg", Obstacle.HAT, 0.2, present=False)], DEFAULT_OBSTACLE_THRESHOLDS)
    assert [each.obstacle for each in results] == [Obstacle.HAT]
    assert results[0].auc is None
    assert results[0].true_positives.value is None


def test_worst_mistakes_come_first() -> None:
    mistakes = worst_mistakes(GLASSES, Obstacle.GLASSES, 0.5)
    assert [each.row.path for each in mistakes] == ["e/1.jpg", "b/1.jpg"]


def test_report_shows_figures_and_mistakes() -> None:
    page = render_report("Obstacles", GLASSES, measure(GLASSES, DEFAULT_OBSTACLE_THRESHOLDS))
    assert page.count("data:image/jpeg;base64,") == 2
    assert "e/1.jpg" in page
    assert "http" not in page, "needs nothing beside it"
