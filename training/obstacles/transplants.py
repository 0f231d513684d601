"""Real hands, outlined in real pictures, moved from one face to another.

Pasted hands that were photographed alone never lie on a face as real ones do: propped under a chin, before a mouth,
along a cheek, cut off by the picture's edge. The same pieces of bare faces are moved as well, so that a seam is no cue.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training.obstacles.crops import Crops
from training.obstacles.face import Face, Floats, Rng, fill

_OUTLINES = Path(__file__).with_name("hand_outlines.csv")


@dataclass
class Transplants:
    """What may be moved.

    Attributes:
        hands: row of the picture, and the hand's outline (N, 2) in its crop.
        bare: rows of pictures that show nothing on the face.
    """

    hands: list[tuple[int, Floats]] = field(default_factory=list)
    bare: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))


def outlined_hands(crops: Crops, chosen: NDArray[np.bool_]) -> list[tuple[int, Floats]]:
    """The outlined hands of the chosen rows; the file's points are pixels of the stored crop."""
    row_of = {path: row for row, path in enumerate(crops.paths)}
    found = []
    with _OUTLINES.open(newline="") as lines:
        for line in csv.DictReader(lines):
            row = row_of.get(line["path"])
            if row is not None and chosen[row]:
                points = [point.split(":") for point in line["outline"].split()]
                found.append((row, np.array(points, np.float32)))
    return found


def transplant(face: Face, rng: Rng, crops: Crops, transplants: Transplants, *, hand: bool) -> float:
    """Move an outlined hand, or the same piece of a bare face, to where it was on its own face.

    Returns:
        Share of the face's oval that it covers.
    """
    row, outline = transplants.hands[rng.integers(len(transplants.hands))]
    if not hand:
        row = int(rng.choice(transplants.bare))
    source = Face(crops.images[row].astype(np.float32), crops.meshes[row])
    middle = outline.mean(axis=0)
    # The outlines are drawn by eye: sometimes a rim of what is behind comes along, sometimes a rim of the hand is lost.
    alpha = fill(((outline - middle) * rng.uniform(0.95, 1.12) + middle).astype(np.float32), source.size)
    matrix = _onto(source, face, rng)
    rgba = np.dstack([source.image, alpha])
    # What reaches the edge of its picture goes on beyond it.
    warped = cv2.warpAffine(rgba, matrix, (face.size, face.size), borderMode=cv2.BORDER_REPLICATE)
    soft = np.clip(cv2.GaussianBlur(warped[..., 3], (0, 0), rng.uniform(0.6, 2.2)), 0, 1)
    gain = np.clip(face.skin / np.maximum(source.skin, 8), 0.35, 2.8) ** rng.uniform(0.75, 1.0)
    gain = gain * np.exp(rng.normal(0, 0.07) + rng.normal(0, 0.02, 3))
    if rng.random() < 0.4:
        dx, dy = rng.normal(0, 0.04) * face.unit, rng.normal(0, 0.05) * face.unit
        shift = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
        shadow = cv2.warpAffine(cv2.GaussianBlur(soft, (0, 0), face.unit * 0.06), shift, soft.shape[::-1])
        face.image *= (1 - rng.uniform(0, 0.4) * shadow)[..., None]
    face.image[:] = face.image * (1 - soft[..., None]) + np.clip(warped[..., :3] * gain, 0, 255) * soft[..., None]
    return face.share_under(np.asarray(soft, np.float32))


def _onto(source: Face, face: Face, rng: Rng) -> NDArray[np.float32]:
    """(2, 3) the similarity that best lays the one mesh on the other, shaken."""
    here, there = source.mesh[:, :2] @ [1, 1j], face.mesh[:, :2] @ [1, 1j]
    a, b = here - here.mean(), there - there.mean()
    linear = np.vdot(a, b) / np.vdot(a, a).real
    linear *= np.exp(rng.normal(0, 0.09) + 1j * rng.normal(0, 0.1))
    offset = there.mean() - linear * here.mean() + complex(*(rng.normal(0, 0.08, 2) * face.unit))
    rows = [[linear.real, -linear.imag, offset.real], [linear.imag, linear.real, offset.imag]]
    return np.array(rows, np.float32)
