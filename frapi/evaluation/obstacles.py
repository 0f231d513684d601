"""How well obstacles are told from clean faces, on pictures with labels."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from frapi.errors import InvalidImage
from frapi.evaluation.people import person_of
from frapi.evaluation.statistics import Rate, area_under_curve, rate_by_person, roc_curve
from frapi.vision.decode import decode_image
from frapi.vision.obstacles import crop_for_obstacles
from frapi.vision.pipeline import analyze
from frapi.vision.ports import ModelRunner
from frapi.vision.types import AnalysisPolicy, ImageU8, Obstacle

# What obstacles are called in a label file besides their names on the wire.
_ALIASES = {"hand": Obstacle.HAND_COVERING, "sunglasses": Obstacle.GLASSES}
# Faces of archives are smaller than those of a webcam, and pictures larger than its frames.
_ARCHIVE = AnalysisPolicy(max_image_bytes=2**28, max_image_pixels=2**27, min_interocular_px=8.0)
WORST_SHOWN = 24


@dataclass(frozen=True, slots=True)
class LabelledPicture:
    """One row of a label file: whether one obstacle is on one picture."""

    path: str
    obstacle: Obstacle
    present: bool
    how: str


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """A row with what the network said; None when no usable face was found."""

    row: LabelledPicture
    scores: Mapping[Obstacle, float] | None
    crop: ImageU8 | None


@dataclass(frozen=True, slots=True)
class ObstacleResult:
    """The figures of one obstacle.

    Attributes:
        threshold: a score above it rejects the frame.
        auc: area under the ROC curve; None without positives or negatives.
        true_positives: share of the pictures with the obstacle that are rejected.
        false_positives: share of the pictures without it that are rejected for it.
        roc: rows of false positive rate, true positive rate, threshold.
        without_face: rows left out, because no usable face was found.
    """

    obstacle: Obstacle
    threshold: float
    auc: float | None
    true_positives: Rate
    false_positives: Rate
    roc: tuple[tuple[float, float, float], ...]
    without_face: int


def read_labels(file: Path) -> list[LabelledPicture]:
    """Read ``path,obstacle,label,how``; ``how`` may be absent.

    Raises:
        ValueError: a row is malformed; says which.
    """
    with file.open(newline="", encoding="utf-8") as lines:
        return [_parse(number, line) for number, line in enumerate(csv.DictReader(lines), 2)]


def _parse(number: int, line: Mapping[str, str]) -> LabelledPicture:
    try:
        name = line["obstacle"].strip()
        present = {"0": False, "1": True}[line["label"].strip()]
        return LabelledPicture(line["path"], _ALIASES.get(name) or Obstacle(name), present, line.get("how") or "")
    except (KeyError, ValueError, AttributeError) as error:
        raise ValueError(f"row {number}: {error}") from error


def score_pictures(
    rows: Sequence[LabelledPicture], images: Path, runner: ModelRunner, progress: Callable[[int, int], None]
) -> Iterator[Scored]:
    """Look at every picture once.

    Raises:
        ModelMissing: the model pack isn't there.
    """
    by_path: dict[str, list[LabelledPicture]] = {}
    for row in rows:
        by_path.setdefault(row.path, []).append(row)
    for done, (path, its_rows) in enumerate(by_path.items(), 1):
        scores, crop = _look(images / path, runner)
        yield from (Scored(row, scores, crop) for row in its_rows)
        progress(done, len(by_path))


def _look(path: Path, runner: ModelRunner) -> tuple[Mapping[Obstacle, float] | None, ImageU8 | None]:
    try:
        image = decode_image(
            path.read_bytes(), max_bytes=_ARCHIVE.max_image_bytes, max_pixels=_ARCHIVE.max_image_pixels
        )
    except (InvalidImage, OSError):
        return None, None
    observation = analyze(image, None, runner, _ARCHIVE)
    if observation.landmarks is None or not observation.obstacle_scores:
        return None, None
    return observation.obstacle_scores, crop_for_obstacles(image, observation.landmarks)


def measure(scored: Sequence[Scored], thresholds: Mapping[Obstacle, float]) -> list[ObstacleResult]:
    """The figures of every obstacle that the labels speak of."""
    return [_measure_one(scored, obstacle, thresholds[obstacle]) for obstacle in _present(scored)]


def _present(scored: Sequence[Scored]) -> list[Obstacle]:
    spoken_of = {each.row.obstacle for each in scored}
    return [obstacle for obstacle in Obstacle if obstacle in spoken_of]


def _measure_one(scored: Sequence[Scored], obstacle: Obstacle, threshold: float) -> ObstacleResult:
    rows = [each for each in scored if each.row.obstacle is obstacle]
    seen = [(each.row, each.scores[obstacle]) for each in rows if each.scores is not None]
    scores = np.array([score for _, score in seen], np.float64)
    present = np.array([row.present for row, _ in seen], np.bool_)
    persons = np.array([person_of(row.path) for row, _ in seen], str)
    rejected = scores > threshold
    roc = roc_curve(scores[present], scores[~present])
    return ObstacleResult(
        obstacle,
        threshold,
        area_under_curve(scores[present], scores[~present]),
        rate_by_person(rejected[present], list(persons[present])),
        rate_by_person(rejected[~present], list(persons[~present])),
        tuple((float(false), float(true), float(limit)) for false, true, limit in roc),
        len(rows) - len(seen),
    )


def worst_mistakes(scored: Sequence[Scored], obstacle: Obstacle, threshold: float) -> list[Scored]:
    """The pictures on the wrong side of the threshold, the farthest first."""
    wrong = [
        each
        for each in scored
        if each.row.obstacle is obstacle
        and each.scores is not None
        and (each.scores[obstacle] > threshold) != each.row.present
    ]
    return sorted(wrong, key=lambda each: -abs(_score(each) - threshold))[:WORST_SHOWN]


def _score(scored: Scored) -> float:
    return 0.0 if scored.scores is None else scored.scores[scored.row.obstacle]


def to_json(results: Sequence[ObstacleResult]) -> dict[str, Any]:
    """Without the curves' many points."""
    figures = {str(each.obstacle): asdict(each) for each in results}
    return {name: {key: each[key] for key in each if key not in {"obstacle", "roc"}} for name, each in figures.items()}
