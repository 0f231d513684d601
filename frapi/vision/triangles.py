"""Plane triangles."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]


def double_areas(corners_xy: FloatArray) -> FloatArray:
    """Twice the signed areas of (M, 3, 2) triangles; the sign tells which way round they are."""
    to_b, to_c = corners_xy[:, 1] - corners_xy[:, 0], corners_xy[:, 2] - corners_xy[:, 0]
    areas: FloatArray = to_b[:, 0] * to_c[:, 1] - to_b[:, 1] * to_c[:, 0]
    return areas


def triangulate(points_xy: FloatArray) -> IntArray:
    """Delaunay triangles as (M, 3) point indices, all with a positive area."""
    low = np.floor(points_xy.min(axis=0)) - 1
    width, height = (np.ceil(np.ptp(points_xy, axis=0)) + 3).astype(int).tolist()
    plane = cv2.Subdiv2D((0, 0, width, height))
    # Subdiv2D numbers its vertices itself, and gives coincident points one number: the first of them keeps it.
    index_of: dict[int, int] = {}
    for index, (x, y) in enumerate((points_xy - low).tolist()):
        index_of.setdefault(plane.insert((x, y)), index)
    corners = np.asarray(plane.getTriangleList(), np.float64).reshape(-1, 3, 2)
    # It starts from a triangle around everything, whose corners lie outside and are no points of ours.
    inside = ((corners >= 0) & (corners < [width, height])).all(axis=(1, 2))
    triangles = np.array(
        [[index_of[plane.findNearest((x, y))[0]] for x, y in triangle] for triangle in corners[inside].tolist()],
        np.int32,
    )
    backwards = double_areas(points_xy[triangles]) < 0
    triangles[backwards] = triangles[backwards][:, ::-1]
    return triangles
