"""Warp a face to the template that a recogniser was trained on."""

from __future__ import annotations

import cv2
import numpy as np

from frapi.vision import topology
from frapi.vision.geometry import similarity_transform
from frapi.vision.types import ImageU8, Landmarks, Points

CHIP_SIZE = 150

# dlib's mean five-point shape, padded by a quarter. dlib's chips have their pixel centres at integers, hence the -0.5.
_DLIB_SHAPE = np.array(
    [
        [0.8595674595992, 0.2134981538014],
        [0.6460604764104, 0.2289674387677],
        [0.1205750620789, 0.2137274526848],
        [0.3340850613712, 0.2290642403242],
        [0.4901123135679, 0.6277975316475],
    ]
)
_DLIB_TEMPLATE: Points = ((0.25 + _DLIB_SHAPE) / 1.5 * CHIP_SIZE - 0.5).astype(np.float32)


def align_face(image_rgb: ImageU8, landmarks: Landmarks) -> ImageU8:
    """Warp a face to dlib's recognition template.

    Args:
        image_rgb: (H, W, 3) uint8.
        landmarks: the mesh fitted to the same image.
    Returns:
        (150, 150, 3) uint8, RGB.
    Raises:
        DegenerateLandmarks: the eye corners coincide.
    Source: the chip template of dlib's ResNet (CC0).
    """
    matrix = similarity_transform(landmarks.points_px[topology.DLIB_FIVE_POINTS, :2], _DLIB_TEMPLATE)
    return np.asarray(cv2.warpAffine(image_rgb, matrix, (CHIP_SIZE, CHIP_SIZE), flags=cv2.INTER_LINEAR), np.uint8)
