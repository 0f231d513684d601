"""Fit the face mesh to a region of interest.

Source: MediaPipe's face landmark graphs, Apache-2.0. The attention mesh sees eyelids that the plain one does not:
over a blink its eye aspect ratio falls to 0.37 of the open value, the plain one's to 0.68.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from frapi.vision import topology
from frapi.vision.detect import DetectedFace
from frapi.vision.geometry import crop_to_image, roi_around, to_tensor, warp
from frapi.vision.ports import ModelRunner
from frapi.vision.types import FaceBox, ImageU8, Landmarks, RegionOfInterest

ATTENTION_MODEL = "face_mesh_attention"
PLAIN_MODEL = "face_mesh"
INPUT_SIZE = 192

# The attention mesh's outputs for single parts (their left is the viewer's), and the vertices that each places anew.
PART_VERTICES: Mapping[str, NDArray[np.intp]] = {
    "lips": topology.REFINED_LIPS,
    "left_eye": topology.REFINED_RIGHT_EYE,
    "right_eye": topology.REFINED_LEFT_EYE,
    "left_iris": topology.RIGHT_IRIS,
    "right_iris": topology.LEFT_IRIS,
}
EYES = ("left_eye", "right_eye")
ALL_PARTS = tuple(PART_VERTICES)


def fit_landmarks(
    image_rgb: ImageU8,
    roi: RegionOfInterest,
    runner: ModelRunner,
    *,
    model: str = ATTENTION_MODEL,
    parts: Sequence[str] = ALL_PARTS,
) -> Landmarks:
    """Run the mesh on one region of interest.

    Args:
        image_rgb: (H, W, 3) uint8.
        roi: from :func:`roi_of_detection`, or :func:`roi_of_landmarks` of the frame before.
        model: ``ATTENTION_MODEL`` for refined points, ``PLAIN_MODEL`` for none.
        parts: what the attention mesh refines; each part costs time. With an iris there are 478 points, else 468.
    """
    if model == PLAIN_MODEL:
        parts = ()

    to_image = crop_to_image(roi, INPUT_SIZE)
    tensor = to_tensor(warp(image_rgb, to_image, INPUT_SIZE), scale=1 / 255)
    outputs = runner.run(model, {"input": tensor}, ("mesh", "presence", *parts))
    mesh = outputs["mesh"].reshape(topology.MESH_VERTICES, 3)
    has_iris = any(part.endswith("iris") for part in parts)
    points = np.zeros((topology.REFINED_VERTICES if has_iris else topology.MESH_VERTICES, 3), np.float32)
    points[: topology.MESH_VERTICES] = mesh
    for part in parts:
        points[PART_VERTICES[part], :2] = outputs[part].reshape(-1, 2)
    points[:, :2] = points[:, :2] @ to_image[:, :2].T + to_image[:, 2]
    points[:, 2] *= roi.side_px / INPUT_SIZE
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
    x, y = np.ascontiguousarray(landmarks.points_px[:, :2].T)
    return FaceBox(float(x.min()), float(y.min()), float(x.max()), float(y.max()), landmarks.presence_score)


def interocular_px(landmarks: Landmarks) -> float:
    """Distance between the outer eye corners, in the image plane."""
    right, left = (landmarks.points_px[vertex] for vertex in (topology.RIGHT_EYE_OUTER, topology.LEFT_EYE_OUTER))
    return math.hypot(right[0] - left[0], right[1] - left[1])
