"""How far two views of a face are from being two views of one plane."""

from __future__ import annotations

import cv2
import numpy as np

from frapi.vision import topology
from frapi.vision.types import Points


def rigid_points(points_px: Points) -> Points:
    """(R, 2) float32: the mesh vertices that the skull carries along."""
    return np.ascontiguousarray(points_px[topology.RIGID, :2], np.float32)


def nonplanar_residual(reference_px: Points, current_px: Points) -> float:
    """What is left when the best homography explains one view by the other.

    A photograph, however shifted, tilted or zoomed, is explained by a homography; a head that turns is not.

    Args:
        reference_px: (R, 2), from :func:`rigid_points`.
        current_px: (R, 2), the same vertices in another frame.
    Returns:
        RMS distance over the larger inter-ocular distance of the two; 0 where no homography can be fitted.
    """
    reference, current = reference_px.astype(np.float64), current_px.astype(np.float64)
    homography, _ = cv2.findHomography(reference, current, 0)
    if homography is None:
        return 0.0
    explained = cv2.perspectiveTransform(reference[None], homography)[0]
    rms_px = float(np.sqrt(((explained - current) ** 2).sum(axis=1).mean()))
    return rms_px / max(_interocular_px(reference_px), _interocular_px(current_px), 1e-9)


_RIGHT, _LEFT = (
    int(np.flatnonzero(vertex == topology.RIGID)[0]) for vertex in (topology.RIGHT_EYE_OUTER, topology.LEFT_EYE_OUTER)
)


def _interocular_px(rigid_px: Points) -> float:
    return float(np.linalg.norm(rigid_px[_RIGHT] - rigid_px[_LEFT]))
