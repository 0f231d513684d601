"""What is known about each real picture, and which part of the work it belongs to."""

from __future__ import annotations

import csv
from enum import IntEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.obstacles.crops import Crops, fold

UNKNOWN = -1


class Label(IntEnum):
    """Columns of the label table. Real pictures say only EYEWEAR; composites say which kind as well."""

    GLASSES = 0
    SUNGLASSES = 1
    MASK = 2
    HAT = 3
    HAND = 4
    EYEWEAR = 5


class Part(IntEnum):
    TRAIN = 0
    CALIBRATE = 1
    TEST = 2


_COLUMN = {"glasses": Label.EYEWEAR, "hat": Label.HAT, "hand": Label.HAND, "mask": Label.MASK}
_CORRECTIONS = Path(__file__).with_name("corrections.csv")


def labels_of(crops: Crops, data: Path) -> NDArray[np.int8]:
    """(N, 6) int8: 1 there, 0 not there, UNKNOWN."""
    labels = np.full((len(crops.paths), len(Label)), UNKNOWN, np.int8)
    lfw, faces = crops.collections == "lfw", crops.collections == "faces"
    labels[lfw | faces, Label.MASK] = 0
    # Who has a hat or a hand on his face in this archive was looked for, and is listed.
    labels[lfw, Label.HAT] = labels[lfw, Label.HAND] = 0
    labels[faces] = 0
    labels[crops.collections == "with_mask", Label.MASK] = 1
    labels[crops.collections == "without_mask", Label.MASK] = 0
    webcam = np.isin(crops.collections, ("ClientRaw", "ImposterRaw"))
    labels[webcam] = 0
    with_glasses = np.array([Path(path).name[5:7] == "01" for path in crops.paths])
    labels[with_glasses & (crops.collections == "ClientRaw"), Label.EYEWEAR] = 1
    # There the name speaks of the person's session; the photo held up may show him without.
    labels[with_glasses & (crops.collections == "ImposterRaw"), Label.EYEWEAR] = UNKNOWN
    _apply(labels, crops, data / "obstacles/lfw_labels.csv", "lfw/images/")
    _apply(labels, crops, _CORRECTIONS, "")
    none = labels[:, Label.EYEWEAR] == 0
    labels[none, Label.GLASSES] = labels[none, Label.SUNGLASSES] = 0
    labels[labels[:, Label.EYEWEAR] != 0, : Label.MASK] = UNKNOWN
    return labels


def _apply(labels: NDArray[np.int8], crops: Crops, file: Path, prefix: str) -> None:
    if not file.exists():
        return
    row_of = {path: row for row, path in enumerate(crops.paths)}
    with file.open(newline="") as lines:
        for line in csv.DictReader(lines):
            row = row_of.get(prefix + line["path"])
            if row is not None:
                labels[row, _COLUMN[line["obstacle"]]] = int(line["label"])


def parts_of(crops: Crops) -> NDArray[np.int8]:
    """(N,) Part: people, not pictures, are divided. The webcam set is never trained on."""
    places = np.array([fold(person) for person in crops.persons])
    parts = np.full(len(places), Part.TRAIN, np.int8)
    parts[places < 0.3] = Part.CALIBRATE
    parts[places < 0.2] = Part.TEST
    parts[np.isin(crops.collections, ("ClientRaw", "ImposterRaw"))] = Part.TEST
    return parts
