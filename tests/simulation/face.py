"""A face made of numbers: enough of a mesh to move, with no model and no photo."""

from __future__ import annotations

import numpy as np

from frapi.simulation.mesh import BELOW_LID, CREASE, LOWER_LID, UPPER_LID
from frapi.vision.topology import CHIN, FACE_OVAL, FOREHEAD, MESH_VERTICES, NOSE_TIP
from frapi.vision.types import ImageU8, Landmarks

WIDTH, HEIGHT = 320, 240
CENTER = np.array([160.0, 120.0])
RADIUS_PX = 60.0


def dome() -> Landmarks:
    """Vertices on a half ball, its outline where the face's oval is, and two pairs of eyelids 8 px apart."""
    rng = np.random.default_rng(7)
    angle, radius = rng.uniform(0, 2 * np.pi, MESH_VERTICES), 0.95 * np.sqrt(rng.uniform(0, 1, MESH_VERTICES))
    flat = np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None]
    turns = np.linspace(0, 2 * np.pi, len(FACE_OVAL), endpoint=False) - np.pi / 2
    flat[FACE_OVAL] = np.column_stack([np.cos(turns), np.sin(turns)])
    flat[[FOREHEAD, CHIN, NOSE_TIP]] = [[0, -1], [0, 1], [0, 0]]
    points = np.column_stack([CENTER + flat * RADIUS_PX, -RADIUS_PX * np.sqrt(1 - np.clip((flat**2).sum(1), 0, 1))])
    for rows, y_px in ((CREASE, -32), (UPPER_LID, -24), (LOWER_LID, -16), (BELOW_LID, -10)):
        for half, x_px in ((rows[:7], -28), (rows[7:], 28)):
            points[half, 0] = CENTER[0] + x_px + np.linspace(-9, 9, 7) * np.sign(-x_px)
            points[half, 1] = CENTER[1] + y_px
    return Landmarks(points.astype(np.float32), 1.0)


def photo() -> ImageU8:
    """A picture in which no two places look alike."""
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH]
    planes = [xs * 255 / WIDTH, ys * 255 / HEIGHT, 127 + 100 * np.sin(xs / 9) * np.cos(ys / 7)]
    return np.stack(planes, axis=-1).astype(np.uint8)
