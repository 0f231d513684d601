"""Where the head points."""

from __future__ import annotations

import math

from frapi.vision import topology
from frapi.vision.types import HeadPose, Landmarks


def head_pose(landmarks: Landmarks) -> HeadPose:
    """Rotation of the mesh's own axes: temple to temple, forehead to chin.

    A fit of six points to a generic head (PnP) has a pitch bias of 29 degrees on this mesh; its own axes follow yaw
    with r = 0.985. They underestimate (gain about 0.7), so compare angles with the session's own neutral pose.
    """
    left, right, chin, forehead = landmarks.points_px[_AXES].tolist()
    across_x, across_y, across_z = (end - start for end, start in zip(left, right, strict=True))
    height = max(math.dist(chin, forehead), 1e-9)
    return HeadPose(
        yaw_deg=math.degrees(math.atan2(across_z, across_x)),
        pitch_deg=-math.degrees(math.asin((chin[2] - forehead[2]) / height)),
        roll_deg=math.degrees(math.atan2(across_y, across_x)),
    )


_AXES = [topology.LEFT_TEMPLE, topology.RIGHT_TEMPLE, topology.CHIN, topology.FOREHEAD]
