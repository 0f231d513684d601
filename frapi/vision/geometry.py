"""Crops and the transforms between a crop and its image."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from frapi.errors import DegenerateLandmarks
from frapi.vision.types import ImageU8, Points, RegionOfInterest

Affine = NDArray[np.float64]
Tensor = NDArray[np.float32]

# Side of the mesh's crop over the extent of the face. Source: MediaPipe's face landmark graph.
ROI_SCALE = 1.5


def roi_around(points_px: Points, right_eye_px: Points, left_eye_px: Points) -> RegionOfInterest:
    """The square around ``points_px``, turned so that the eyes are level.

    Args:
        points_px: (N, 2) or more columns, of which x and y are used.
        right_eye_px: x and y of the subject's right eye.
        left_eye_px: x and y of his left eye.
    """
    angle = math.atan2(float(left_eye_px[1] - right_eye_px[1]), float(left_eye_px[0] - right_eye_px[0]))
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = np.asarray(points_px[:, :2].T, np.float64)
    across, down = cos * x + sin * y, cos * y - sin * x
    left, right, top, bottom = (float(edge) for edge in (across.min(), across.max(), down.min(), down.max()))
    level_x, level_y = (left + right) / 2, (top + bottom) / 2
    return RegionOfInterest(
        cos * level_x - sin * level_y,
        sin * level_x + cos * level_y,
        max(right - left, bottom - top) * ROI_SCALE,
        angle,
    )


def crop_to_image(roi: RegionOfInterest, size: int) -> Affine:
    """(2, 3) matrix from pixels of a ``size`` by ``size`` crop of ``roi`` to pixels of the image."""
    scale = roi.side_px / size
    cos, sin = math.cos(roi.angle_rad) * scale, math.sin(roi.angle_rad) * scale
    half = size / 2
    return np.array(
        [
            [cos, -sin, roi.center_x - cos * half + sin * half],
            [sin, cos, roi.center_y - sin * half - cos * half],
        ]
    )


def warp(image_rgb: ImageU8, to_image: Affine, size: int) -> ImageU8:
    """Sample a ``size`` by ``size`` crop; outside the image is black."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(image_rgb, to_image, (size, size), flags=flags), np.uint8)


def to_tensor(crop_rgb: ImageU8, *, scale: float, offset: float = 0.0) -> Tensor:
    """(H, W, 3) uint8 to (1, 3, H, W) float32, ``value * scale + offset``."""
    planes = crop_rgb.transpose(2, 0, 1)[None]
    tensor = np.multiply(planes, np.float32(scale), out=np.empty(planes.shape, np.float32))
    if offset:
        tensor += np.float32(offset)
    return tensor


def similarity_transform(source_px: Points, target_px: Points) -> Affine:
    """Least-squares rotation, scale and shift from ``source_px`` to ``target_px``.

    Args:
        source_px: (N, 2).
        target_px: (N, 2).
    Returns:
        (2, 3) matrix.
    Raises:
        DegenerateLandmarks: the source points coincide.
    Source: Umeyama 1991, without reflection.
    """
    source_mean, target_mean = source_px.mean(axis=0), target_px.mean(axis=0)
    source, target = source_px - source_mean, target_px - target_mean
    variance = float((source**2).sum())
    if variance < 1e-6:
        raise DegenerateLandmarks
    a = float((source * target).sum()) / variance
    b = float((source[:, 0] * target[:, 1] - source[:, 1] * target[:, 0]).sum()) / variance
    linear = np.array([[a, -b], [b, a]])
    return np.concatenate([linear, (target_mean - linear @ source_mean)[:, None]], axis=1)
