"""Warp a face to the template that a recogniser was trained on."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from frapi.vision.geometry import Affine, similarity_transform
from frapi.vision.types import ImageU8, Landmarks, Points


@dataclass(frozen=True, slots=True, eq=False)
class AlignmentTemplate:
    """Where a network expects what in its chip.

    Attributes:
        size_px: side of the square chip.
        target_px: (N, 2) float32, pixels of the chip.
        vertices: for each of the N, the mesh vertices whose mean it is.
    """

    size_px: int
    target_px: Points
    vertices: tuple[tuple[int, ...], ...]

    def source_px(self, landmarks: Landmarks) -> Points:
        """(N, 2) float32, where those points are in the image."""
        points = landmarks.points_px[:, :2]
        return np.stack([points[list(group)].mean(axis=0) for group in self.vertices])


@dataclass(frozen=True, slots=True)
class Crop:
    """How a chip departs from its template; the default doesn't.

    Attributes:
        shift_px: to the right and down, in pixels of the chip.
        zoom: over 1 the face is larger.
        angle_deg: the face is turned by it, clockwise.
    """

    shift_px: tuple[float, float] = (0.0, 0.0)
    zoom: float = 1.0
    angle_deg: float = 0.0


def align_face(
    image_rgb: ImageU8,
    landmarks: Landmarks,
    template: AlignmentTemplate,
    crop: Crop = Crop(),
) -> ImageU8:
    """Warp a face to a recogniser's template.

    Args:
        image_rgb: (H, W, 3) uint8.
        landmarks: the mesh fitted to the same image.
    Returns:
        (size_px, size_px, 3) uint8, RGB.
    Raises:
        DegenerateLandmarks: the points coincide.
    """
    to_chip = similarity_transform(template.source_px(landmarks), template.target_px)
    size = (template.size_px, template.size_px)
    matrix = _departed(to_chip, template.size_px, crop)
    return np.asarray(cv2.warpAffine(image_rgb, matrix, size, flags=cv2.INTER_LINEAR), np.uint8)


def _departed(to_chip: Affine, size_px: int, crop: Crop) -> Affine:
    """Turn and zoom about the chip's middle, then shift."""
    cos, sin = (crop.zoom * function(math.radians(crop.angle_deg)) for function in (math.cos, math.sin))
    linear, middle = np.array([[cos, -sin], [sin, cos]]), np.full(2, (size_px - 1) / 2)
    shift = middle - linear @ middle + np.asarray(crop.shift_px)
    return np.concatenate([linear @ to_chip[:, :2], (linear @ to_chip[:, 2] + shift)[:, None]], axis=1)
