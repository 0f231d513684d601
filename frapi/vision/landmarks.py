"""Fit the face mesh to a region of interest.

Source: MediaPipe's face landmark graphs, Apache-2.0. The attention mesh sees eyelids that the plain one does not:
over a blink its eye aspect ratio falls to 0.37 of the open value, the plain one's to 0.68.
"""

from __future__ import annotations

import math

import numpy as np

from frapi.vision import topology
from frapi.vision.detect import DetectedFace
from frapi.vision.geometry import crop_to_image, roi_around, to_tensor, warp
from frapi.vision.ports import ModelRunner
from frapi.vision.types import FaceBox, ImageU8, Landmarks, RegionOfInterest

ATTENTION_MODEL = "face_mesh_attention"
PLAIN_MODEL = "face_mesh"
INPUT_SIZE = 192


def fit_landmarks(
    image_rgb: ImageU8, roi: RegionOfInterest, runner: ModelRunner, *, model: str = ATTENTION_MODEL
) -> Landmarks:
    """Run the mesh on one region of interest.

    Args:
        image_rgb: (H, W, 3) uint8.
        roi: from :func:`roi_of_detection`, or :func:`roi_of_landmarks` of the frame before.
        model: ``ATTENTION_MODEL`` for 478 refined points, ``PLAIN_MODEL`` for 468.
    """
    to_image = crop_to_image(roi, INPUT_SIZE)
    outputs = runner.run(model, {"input": to_tensor(warp(image_rgb, to_image, INPUT_SIZE), scale=1 / 255)})
    mesh = outputs["mesh"].reshape(topology.MESH_VERTICES, 3)
    if model == ATTENTION_MODEL:
        refined = np.zeros((topology.REFINED_VERTICES, 3), np.float32)
        refined[: topology.MESH_VERTICES] = mesh
        refined[topology.REFINED_LIPS, :2] = outputs["lips"].reshape(-1, 2)
        refined[topology.REFINED_RIGHT_EYE, :2] = outputs["left_eye"].reshape(-1, 2)
        refined[topology.REFINED_LEFT_EYE, :2] = outputs["right_eye"].reshape(-1, 2)
        refined[468:473, :2] = outputs["left_iris"].reshape(-1, 2)
        refined[473:478, :2] = outputs["right_iris"].reshape(-1, 2)
        mesh = refined
    points = np.empty(mesh.shape, np.float32)
    points[:, :2] = mesh[:, :2] @ to_image[:, :2].T + to_image[:, 2]
    points[:, 2] = mesh[:, 2] * (roi.side_px / INPUT_SIZE)
    logit = float(np.clip(outputs["presence"].reshape(-1)[0], -100, 100))
    return Landmarks(points, 1 / (1 + math.exp(-logit)))


def roi_of_detection(face: DetectedFace) -> RegionOfInterest:
    """Where to fit the mesh to a detected face."""
    box = face.box
    corners = np.array([[box.x_min, box.y_min], [box.x_max, box.y_max]], np.float32)
    angle = roi_around(corners, face.key_points_px[0], face.key_points_px[1]).angle_rad
    side = max(box.width_px, box.height_px) * 1.5
    return RegionOfInterest((box.x_min + box.x_max) / 2, (box.y_min + box.y_max) / 2, side, angle)


def roi_of_landmarks(landmarks: Landmarks) -> RegionOfInterest:
    """Where to look for the same face in the next frame."""
    points = landmarks.points_px
    return roi_around(
        points[: topology.MESH_VERTICES], points[topology.RIGHT_EYE_OUTER], points[topology.LEFT_EYE_OUTER]
    )


def box_of_landmarks(landmarks: Landmarks) -> FaceBox:
    """The upright box around the mesh."""
    low = landmarks.points_px[:, :2].min(axis=0)
    high = landmarks.points_px[:, :2].max(axis=0)
    return FaceBox(float(low[0]), float(low[1]), float(high[0]), float(high[1]), landmarks.presence_score)


def interocular_px(landmarks: Landmarks) -> float:
    """Distance between the outer eye corners, in the image plane."""
    points = landmarks.points_px
    return float(np.linalg.norm(points[topology.RIGHT_EYE_OUTER, :2] - points[topology.LEFT_EYE_OUTER, :2]))
