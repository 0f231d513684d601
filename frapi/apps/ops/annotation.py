"""Draws what was seen onto the picture."""

from __future__ import annotations

import math

import cv2
import numpy as np

from frapi.apps.ops.inspection import Inspected, reason_of
from frapi.liveness.types import FrameProcessed
from frapi.vision import topology
from frapi.vision.types import HeadPose, ImageU8, Landmarks

GREEN, AMBER, BLUE, WHITE = (60, 220, 90), (255, 176, 0), (90, 180, 255), (255, 255, 255)
LEGIBLE_WIDTH_PX = 640
"""Narrower pictures are enlarged: the text would cover the face."""


def annotate(seen: Inspected) -> ImageU8:
    """The picture with box, mesh, eyes, direction of the head and the session's counters; RGB."""
    image = seen.frame.image_rgb
    scale = max(1.0, LEGIBLE_WIDTH_PX / image.shape[1])
    canvas = np.ascontiguousarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
    observation = seen.observation
    color = GREEN if isinstance(seen.verdict, FrameProcessed) and seen.verdict.accepted else AMBER
    if observation.box is not None:
        box = observation.box
        corners = np.rint(np.array([[box.x_min, box.y_min], [box.x_max, box.y_max]]) * scale).astype(int)
        cv2.rectangle(canvas, corners[0].tolist(), corners[1].tolist(), color, 2)
    if observation.landmarks is not None and observation.pose is not None:
        _draw_mesh(canvas, observation.landmarks, scale)
        _draw_direction(canvas, observation.landmarks, observation.pose, scale)
    _write(canvas, lines(seen), color)
    return canvas


def lines(seen: Inspected) -> list[str]:
    """What is written into the corner."""
    observation, verdict, counters = seen.observation, seen.verdict, seen.verdict.counters
    written = [f"{seen.frame.time_ms / 1000:.2f} s   {reason_of(verdict) or 'accepted'}   hint: {verdict.instruction}"]
    if observation.ears and observation.pose and observation.quality:
        pose = observation.pose
        written.append(f"EAR {observation.ears.mean:.2f}   quality {observation.quality.score:.2f}")
        written.append(f"yaw {pose.yaw_deg:+.0f}   pitch {pose.pitch_deg:+.0f}   roll {pose.roll_deg:+.0f}")
    live = "live" if counters.liveness_verified else "not yet live"
    written.append(
        f"frames {counters.frames_processed}   blinks {counters.blinks}   motion {counters.motion_events}   {live}"
    )
    return written


def _draw_mesh(canvas: ImageU8, landmarks: Landmarks, scale: float) -> None:
    points = np.rint(landmarks.points_px[:, :2] * scale).astype(int)
    for x, y in points[: topology.MESH_VERTICES].tolist():
        cv2.circle(canvas, (x, y), 1, BLUE, -1)
    for eye in (topology.RIGHT_EYE_EAR, topology.LEFT_EYE_EAR):
        cv2.polylines(canvas, [points[eye].astype(np.int32)], True, GREEN, 1, cv2.LINE_AA)


def _draw_direction(canvas: ImageU8, landmarks: Landmarks, pose: HeadPose, scale: float) -> None:
    """An arrow from the tip of the nose to where the face looks."""
    length_px = float(np.ptp(landmarks.points_px[:, 0])) * scale / 2
    nose = landmarks.points_px[topology.NOSE_TIP, :2] * scale
    direction = np.array([math.sin(math.radians(pose.yaw_deg)), -math.sin(math.radians(pose.pitch_deg))])
    start, end = (np.rint(point).astype(int).tolist() for point in (nose, nose + direction * length_px))
    cv2.arrowedLine(canvas, start, end, WHITE, 2, cv2.LINE_AA, tipLength=0.2)


def _write(canvas: ImageU8, text: list[str], color: tuple[int, int, int]) -> None:
    unit = canvas.shape[1] / LEGIBLE_WIDTH_PX
    line_px = round(20 * unit)
    panel = canvas[: line_px * len(text) + round(8 * unit)]
    panel[:] = (panel * 0.35).astype(np.uint8)
    for number, line in enumerate(text, start=1):
        at = (round(8 * unit), line_px * number)
        cv2.putText(canvas, line, at, cv2.FONT_HERSHEY_SIMPLEX, 0.5 * unit, color, round(unit), cv2.LINE_AA)
