"""How open the eyes are."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from frapi.vision import topology
from frapi.vision.types import EyeAspectRatios, Landmarks


def eye_aspect_ratios(landmarks: Landmarks) -> EyeAspectRatios:
    """Height over width of each eye opening; about 0.3 open and under 0.12 closed with the attention mesh.

    Source: Soukupová & Čech 2016, on the mesh's lid points.
    """
    return EyeAspectRatios(
        right=_aspect_ratio(landmarks, topology.RIGHT_EYE_EAR), left=_aspect_ratio(landmarks, topology.LEFT_EYE_EAR)
    )


def _aspect_ratio(landmarks: Landmarks, eye: NDArray[np.intp]) -> float:
    p1, p2, p3, p4, p5, p6 = landmarks.points_px[eye, :2].tolist()
    width = math.dist(p1, p4)
    height = (math.dist(p2, p6) + math.dist(p3, p5)) / 2
    return height / width if width > 0 else 0.0
