"""The moving geometry: a face mesh, continued outwards over ears, hair and neck until it stands still.

Vertices are numbered as in :mod:`frapi.vision.topology`; ``right`` is the subject's own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frapi.simulation.script import Gesture
from frapi.vision.topology import CHIN, FACE_OVAL, MESH_VERTICES
from frapi.vision.triangles import FloatArray, IntArray, triangulate

# Rows of the eyelids, outer corner to inner, right eye then left: the lid edges, the crease above and the row below.
UPPER_LID = [246, 161, 160, 159, 158, 157, 173, 466, 388, 387, 386, 385, 384, 398]
LOWER_LID = [7, 163, 144, 145, 153, 154, 155, 249, 390, 373, 374, 380, 381, 382]
CREASE = [247, 30, 29, 27, 28, 56, 190, 467, 260, 259, 257, 258, 286, 414]
UPPER_LIP = 13
BELOW_LID = [25, 110, 24, 23, 22, 26, 112, 255, 339, 254, 253, 252, 256, 341]


@dataclass(frozen=True, slots=True)
class Anatomy:
    """Proportions that a face mesh doesn't tell. Lengths are in widths of the face.

    Attributes:
        upper_lid_travel: how far a shut upper lid comes down, of the eye opening.
        lower_lid_travel: how far the lower lid rises; the two overlap a little, or a sliver of eyeball would show.
        crease_travel: how far the skin above follows.
        below_travel: how far the skin below follows.
        steepest: largest change of depth per pixel sideways. Steeper parts (the far cheek of a face that looks aside)
            lie on top of each other in the photo and would tear apart when the head turns back.
        pivot_depth: the neck's axis, behind the middle of the face.
        camera_distance: 4 widths of a 15 cm face: arm's length from a webcam.
        rings: (scale of the face oval, depth behind it, share of the head's motion) of the rings around the face:
            ears and hair move with the head, what is behind them less, and the last ring stands still.
        neck_share: factor on that share straight below the chin, where the neck holds the head.
    """

    upper_lid_travel: float = 0.9
    lower_lid_travel: float = 0.12
    crease_travel: float = 0.5
    below_travel: float = 0.06
    steepest: float = 1.2
    pivot_depth: float = 0.35
    camera_distance: float = 4.0
    rings: tuple[tuple[float, float, float], ...] = (
        (1.12, 0.06, 1.0),
        (1.3, 0.12, 0.95),
        (1.6, 0.2, 0.4),
        (2.1, 0.3, 0.0),
    )
    neck_share: float = 0.45


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the head is: rotation beyond the gesture's, and displacement in pixels."""

    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0
    shift_x_px: float = 0.0
    shift_y_px: float = 0.0


class HeadMesh:
    """A photographed head whose vertices can be moved.

    Args:
        points_px: (468 or more, 3) mesh of the photo, z towards the camera negative.
    """

    def __init__(self, points_px: NDArray[np.float32], anatomy: Anatomy | None = None) -> None:
        self._anatomy = anatomy or Anatomy()
        face = points_px[:MESH_VERTICES].astype(np.float64)
        self._width_px = float(np.ptp(face[:, 0]))
        vertices, shares = [face], [np.ones(MESH_VERTICES)]
        middle = face.mean(axis=0)
        oval = face[FACE_OVAL]
        for scale, depth, share in self._anatomy.rings:
            ring = middle + (oval - middle) * [scale, scale, 1.0]
            ring[:, 2] += depth * self._width_px
            below = np.clip((ring[:, 1] - face[CHIN, 1]) / (0.2 * self._width_px), 0.0, 1.0)
            vertices.append(ring)
            shares.append(share * (1 - below * (1 - self._anatomy.neck_share)))
        self.vertices: FloatArray = _flattened(np.concatenate(vertices), self._anatomy.steepest)
        self._shares: FloatArray = np.concatenate(shares)[:, None]
        below_mouth = (self.vertices[:, 1] - face[UPPER_LIP, 1]) / (face[CHIN, 1] - face[UPPER_LIP, 1])
        self._hangs_on_jaw: FloatArray = np.clip(below_mouth, 0.0, 1.0) * self._shares[:, 0]
        self._pivot = middle + np.array([0.0, 0.0, self._anatomy.pivot_depth * self._width_px])
        self.triangles: IntArray = triangulate(self.vertices[:, :2])

    def posed(self, gesture: Gesture, placement: Placement) -> FloatArray:
        """All vertices with the eyelids, the head's rotation and its displacement applied; (N, 3) pixels."""
        closed = self._with_eyes_closed(gesture.eye_closure)
        closed[:, 1] += gesture.jaw * self._width_px * self._hangs_on_jaw
        rotation = _rotation(
            gesture.yaw_deg + placement.yaw_deg, gesture.pitch_deg + placement.pitch_deg, placement.roll_deg
        )
        # Undo the photo's perspective, rotate in space, look through the camera again.
        distance = self._anatomy.camera_distance * self._width_px
        local = closed - self._pivot
        local[:, :2] *= (distance + local[:, 2:]) / distance
        turned = local @ rotation.T
        turned[:, :2] *= distance / (distance / (1 + gesture.nearer) + turned[:, 2:])
        moved = turned + self._pivot + [placement.shift_x_px, placement.shift_y_px, 0.0]
        result: FloatArray = closed + self._shares * (moved - closed)
        return result

    def _with_eyes_closed(self, closure: float) -> FloatArray:
        points, anatomy = self.vertices.copy(), self._anatomy
        opening = self.vertices[LOWER_LID] - self.vertices[UPPER_LID]
        points[UPPER_LID] += closure * anatomy.upper_lid_travel * opening
        points[LOWER_LID] -= closure * anatomy.lower_lid_travel * opening
        points[CREASE] += closure * anatomy.crease_travel * opening
        points[BELOW_LID] -= closure * anatomy.below_travel * opening
        return points


def _flattened(vertices: FloatArray, steepest: float) -> FloatArray:
    """Bring deep vertices nearer until no two differ by more than ``steepest`` per pixel between them."""
    sideways = np.linalg.norm(vertices[:, None, :2] - vertices[None, :, :2], axis=2)
    depth = (vertices[None, :, 2] + steepest * sideways).min(axis=1)
    return np.column_stack([vertices[:, :2], depth])


def _rotation(yaw_deg: float, pitch_deg: float, roll_deg: float) -> FloatArray:
    """x right, y down, z away from the camera; signs as in :class:`frapi.vision.types.HeadPose`."""
    (sy, cy), (sp, cp), (sr, cr) = (
        (math.sin(a), math.cos(a)) for a in map(math.radians, (yaw_deg, pitch_deg, roll_deg))
    )
    yaw = np.array([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]])
    pitch = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
    roll = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    product: FloatArray = yaw @ pitch @ roll
    return product
