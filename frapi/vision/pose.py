"""Where the head points."""

from __future__ import annotations

import math

import numpy as np

from frapi.vision import topology
from frapi.vision.types import HeadPose, Landmarks


def head_pose(landmarks: Landmarks) -> HeadPose:
    """Rotation of the mesh's own axes: temple to temple, forehead to chin.

    A fit of six points to a generic head (PnP) has a pitch bias of 29 degrees on this mesh; its own axes follow yaw
    with r = 0.985. They underestimate (gain about 0.7), so compare angles with the session's own neutral pose.
    """
    points = landmarks.points_px
    across = _unit(points[topology.LEFT_TEMPLE] - points[topology.RIGHT_TEMPLE])
    down = _unit(points[topology.CHIN] - points[topology.FOREHEAD])
    return HeadPose(
        yaw_deg=math.degrees(math.atan2(float(across[2]), float(across[0]))),
        pitch_deg=-math.degrees(math.asin(float(np.clip(down[2], -1, 1)))),
        roll_deg=math.degrees(math.atan2(float(across[1]), float(across[0]))),
    )


def _unit(vector: np.ndarray[tuple[int], np.dtype[np.float32]]) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)
