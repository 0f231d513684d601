"""Turn a photo of a person into what a webcam would show of him."""

from __future__ import annotations

import cv2
import numpy as np

from frapi.errors import InvalidImage
from frapi.vision.detect import detect_faces
from frapi.vision.landmarks import fit_landmarks, roi_of_detection, roi_of_landmarks
from frapi.vision.ports import ModelRunner
from frapi.vision.topology import MESH_VERTICES
from frapi.vision.types import ImageU8, Landmarks

MIN_FACE_SCORE = 0.5
"""Detector score of a face, as in :class:`frapi.vision.types.AnalysisPolicy`."""
REFINEMENTS = 3
"""Fits of the mesh, each from the region of the one before: by the third it has settled."""


def seat_before_webcam(
    image_rgb: ImageU8,
    runner: ModelRunner,
    *,
    width_px: int = 640,
    height_px: int = 480,
    face_height_ratio: float = 0.5,
) -> tuple[ImageU8, Landmarks]:
    """Crop and scale a photo around its largest face.

    Args:
        image_rgb: (H, W, 3) uint8, RGB.
        runner: needs the face detector and the attention mesh.
        face_height_ratio: height of the face, chin to hairline, over the height of the picture.
    Returns:
        The picture and the mesh of the face in it, ready for :func:`frapi.simulation.person.animate`.
    Raises:
        InvalidImage: no face is seen.
    """
    face = find_landmarks(image_rgb, runner).points_px[:MESH_VERTICES, :2]
    low, high = face.min(axis=0), face.max(axis=0)
    scale = height_px * face_height_ratio / float(high[1] - low[1])
    center = (low + high) / 2
    to_webcam = np.array(
        [[scale, 0, width_px / 2 - scale * center[0]], [0, scale, height_px / 2 - scale * center[1]]], np.float64
    )
    webcam = cv2.warpAffine(
        image_rgb, to_webcam, (width_px, height_px), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    seated = np.asarray(webcam, np.uint8)
    return seated, find_landmarks(seated, runner)


def find_landmarks(image_rgb: ImageU8, runner: ModelRunner) -> Landmarks:
    """The mesh of the largest face.

    Raises:
        InvalidImage: no face is seen.
    """
    faces = detect_faces(image_rgb, runner, min_score=MIN_FACE_SCORE)
    if not faces:
        raise InvalidImage("No face in the picture")
    roi = roi_of_detection(max(faces, key=lambda face: face.box.width_px))
    for _ in range(REFINEMENTS):
        landmarks = fit_landmarks(image_rgb, roi, runner)
        roi = roi_of_landmarks(landmarks)
    return landmarks
