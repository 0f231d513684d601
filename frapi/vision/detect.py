"""Find faces: BlazeFace, short range.

Source: MediaPipe's face detection graph, Apache-2.0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frapi.vision.geometry import Affine, to_tensor, warp
from frapi.vision.ports import ModelRunner
from frapi.vision.types import FaceBox, ImageU8, Points

MODEL = "face_detector"
INPUT_SIZE = 128
# Boxes that overlap more than this are one face; their mean, weighted by score, is it.
SAME_FACE_IOU = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class DetectedFace:
    """A box and key points: right eye, left eye, nose tip, and what else the detector finds.

    Attributes:
        key_points_px: (N, 2) float32; of BlazeFace six, with mouth, right tragion and left tragion.
    """

    box: FaceBox
    key_points_px: Points


def detect_faces(
    image_rgb: ImageU8, runner: ModelRunner, *, min_score: float, zoom: float = 1.0
) -> tuple[DetectedFace, ...]:
    """All faces, best first. A face narrower than a tenth of what is looked at isn't found.

    Args:
        image_rgb: (H, W, 3) uint8.
        min_score: least detector score, 0..1.
        zoom: look at the middle of the image only, this many times enlarged.
    """
    to_image = letterbox(image_rgb, INPUT_SIZE, zoom)
    tensor = to_tensor(warp(image_rgb, to_image, INPUT_SIZE), scale=1 / 127.5, offset=-1.0)
    outputs = runner.run(MODEL, {"input": tensor})
    return _decode(outputs["regressors"][0], outputs["scores"][0, :, 0], to_image, min_score)


def letterbox(image_rgb: ImageU8, size: int, zoom: float) -> Affine:
    """Crop-to-image matrix that fits the whole image, centred, without the half-pixel shift (as the makers sample).

    Args:
        size: side of the crop in pixels.
        zoom: fit the middle of the image only, this many times enlarged.
    """
    height, width = image_rgb.shape[:2]
    scale = max(height, width) / size / zoom
    return np.array([[scale, 0, (width - scale * size) / 2], [0, scale, (height - scale * size) / 2]])


def _anchors() -> NDArray[np.float32]:
    """(896, 2) anchor centres in 0..1: 2 per cell at stride 8, 6 at stride 16."""
    layers = []
    for stride, per_cell in ((8, 2), (16, 6)):
        cells = INPUT_SIZE // stride
        y, x = np.mgrid[0:cells, 0:cells]
        centers = np.stack([(x + 0.5) / cells, (y + 0.5) / cells], axis=-1).reshape(-1, 2)
        layers.append(np.repeat(centers, per_cell, axis=0))
    return np.concatenate(layers).astype(np.float32)


_ANCHORS = _anchors()


def _decode(
    regressors: NDArray[np.float32], logits: NDArray[np.float32], to_image: Affine, min_score: float
) -> tuple[DetectedFace, ...]:
    candidates = np.flatnonzero(logits > math.log(min_score / (1 - min_score)))
    if candidates.size == 0:
        return ()
    scores = (1 / (1 + np.exp(-np.clip(logits[candidates], -100, 100)))).astype(np.float32)
    # Rows: centre, size, then six key points; all but the size are relative to the anchor.
    raw = regressors[candidates].reshape(-1, 8, 2) / np.float32(INPUT_SIZE)
    anchors = _ANCHORS[candidates]
    center, size = raw[:, 0] + anchors, raw[:, 1]
    corners: NDArray[np.float32] = np.stack([center - size / 2, center + size / 2], axis=1)
    points = np.concatenate([corners, raw[:, 2:] + anchors[:, None]], axis=1)
    return tuple(_to_face(group, scores, points, to_image) for group in same_faces(corners, scores))


def same_faces(corners: NDArray[np.float32], scores: NDArray[np.float32]) -> list[NDArray[np.intp]]:
    """Group candidates that show the same face.

    Args:
        corners: (N, 2, 2), the upper left and the lower right corner of each.
        scores: (N,).
    Returns:
        Their indices, best first in each group, the group of the best first.
    """
    areas = np.prod(np.clip(corners[:, 1] - corners[:, 0], 0, None), axis=1)
    remaining, groups = np.argsort(-scores), []
    while remaining.size:
        best = remaining[0]
        overlap = np.minimum(corners[best, 1], corners[remaining, 1]) - np.maximum(
            corners[best, 0], corners[remaining, 0]
        )
        shared = np.prod(np.clip(overlap, 0, None), axis=1)
        same = shared / (areas[best] + areas[remaining] - shared + 1e-9) > SAME_FACE_IOU
        same[0] = True
        groups.append(remaining[same])
        remaining = remaining[~same]
    return groups


def _to_face(
    group: NDArray[np.intp], scores: NDArray[np.float32], points: NDArray[np.float32], to_image: Affine
) -> DetectedFace:
    weights = scores[group] / scores[group].sum()
    merged = (points[group] * weights[:, None, None]).sum(axis=0) * INPUT_SIZE
    in_image = merged @ to_image[:, :2].T + to_image[:, 2]
    (x_min, y_min), (x_max, y_max) = in_image[:2].tolist()
    box = FaceBox(x_min, y_min, x_max, y_max, float(scores[group[0]]))
    return DetectedFace(box, in_image[2:].astype(np.float32))
