"""Synthetic heads: a mesh that is turned, projected and painted, for tests that need no model."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping

import cv2
import numpy as np

from frapi.vision import topology
from frapi.vision.embed import CONTRACT, unit
from frapi.vision.types import (
    Embedding,
    EyeAspectRatios,
    FaceBox,
    FaceView,
    FrameFingerprint,
    FrameObservation,
    FrameReason,
    HeadPose,
    ImageU8,
    Landmarks,
    Obstacle,
    Points,
    QualityReport,
    TrackState,
)
from frapi.vision.view import SIZE_PX

OPEN_EAR = 0.30
CENTER_PX = (320.0, 240.0)
GOOD_COMPONENTS = {
    "sharpness": 0.9,
    "noise_prevention": 0.98,
    "illumination_uniformity": 0.9,
    "under_exposure_prevention": 1.0,
    "over_exposure_prevention": 1.0,
    "dynamic_range": 0.9,
    "inter_eye_distance": 0.9,
    "head_pose_yaw": 1.0,
    "head_pose_pitch": 1.0,
    "head_pose_roll": 1.0,
    "eyes_open": 0.9,
}


# In pixels, 150 between the temples, facing the camera.
HEAD: Points = topology.CANONICAL_MESH


def landmarks(
    *, yaw_deg: float = 0.0, pitch_deg: float = 0.0, center_px: tuple[float, float] = CENTER_PX, grimace: float = 0.0
) -> Landmarks:
    """The head, turned and seen from the front. Positive yaw turns it to its own left, positive pitch up.

    ``grimace`` pulls its skin up and down by so many pixels, as no movement of a picture does.
    """
    yaw, pitch = math.radians(yaw_deg), math.radians(pitch_deg)
    about_y = np.array([[math.cos(yaw), 0, -math.sin(yaw)], [0, 1, 0], [math.sin(yaw), 0, math.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(pitch), math.sin(pitch)], [0, -math.sin(pitch), math.cos(pitch)]])
    turned = HEAD @ (about_y @ about_x).T + np.array([*center_px, 0.0])
    turned[:, 1] += grimace * np.sin(turned[:, 0] / 12)
    return Landmarks(turned.astype(np.float32), presence_score=0.99)


def face_view(mesh: Landmarks, *, drawn_as: Landmarks | None = None, person: int = 0) -> FaceView:
    """The painted head as a camera would see it.

    Args:
        mesh: where the mesh network believes the face to be.
        drawn_as: where it really is, if the network is fooled.
    """
    points_px = _in_view(mesh)
    x, y = _carry(_in_view(drawn_as or mesh), _in_view(landmarks()))
    painted = cv2.remap(_paint(person), x, y, cv2.INTER_LINEAR, borderValue=90)
    return FaceView(np.asarray(painted, np.uint8), points_px)


def _carry(from_px: Points, to_px: Points) -> tuple[Points, Points]:
    """For each pixel of a view, x and y where the mesh carries it; -1 beside the mesh."""
    index = np.full((SIZE_PX, SIZE_PX), -1, np.int32)
    for number, corners in enumerate(np.round(from_px[topology.TRIANGLES] * 8).astype(np.int32)):
        cv2.fillConvexPoly(index, corners, number, shift=3)
    rows, columns = np.nonzero(index >= 0)
    corners = topology.TRIANGLES[index[rows, columns]]
    shares = _shares(np.stack([columns, rows], axis=1), from_px[corners])
    x, y = np.full((2, SIZE_PX, SIZE_PX), -1, np.float32)
    x[rows, columns], y[rows, columns] = (shares[:, :, None] * to_px[corners]).sum(axis=1).T
    return x, y


def _shares(places: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """(N, 3) weights of the corners (N, 3, 2) that give the places (N, 2)."""
    to_b, to_c, to_place = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0], places - corners[:, 0]

    def cross(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        return np.asarray(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])

    area = cross(to_b, to_c)
    area[np.abs(area) < 1e-3] = 1e-3
    share_b, share_c = cross(to_place, to_c) / area, cross(to_b, to_place) / area
    return np.stack([1 - share_b - share_c, share_b, share_c], axis=1)


def _in_view(mesh: Landmarks) -> Points:
    """Mesh points in pixels of a view of fixed place: a crop that follows the head would do as well."""
    scale = SIZE_PX / 240
    center = mesh.points_px[: topology.MESH_VERTICES, :2].mean(axis=0)
    return np.asarray((mesh.points_px[: topology.MESH_VERTICES, :2] - center) * scale + SIZE_PX / 2, np.float32)


@functools.cache
def _paint(person: int) -> ImageU8:
    """Something drawn on the head, so that pixels can tell where it turns, and whose it is."""
    noise = np.random.default_rng(3 + person).standard_normal((SIZE_PX, SIZE_PX)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 2.5)
    return np.asarray(np.clip(128 + 45 * smooth / smooth.std(), 0, 255), np.uint8)


@functools.cache
def _turned_view(yaw_deg: float, grimace: float, person: int) -> FaceView:
    return face_view(landmarks(yaw_deg=yaw_deg, grimace=grimace), person=person)


def embedding(person: int = 0, *, noise: float = 0.0, seed: int = 0) -> Embedding:
    """A unit vector; different persons' are orthogonal."""
    vector = np.zeros(128, np.float32)
    vector[person] = 1.0
    vector += noise * np.random.default_rng(seed).standard_normal(128).astype(np.float32) / math.sqrt(128)
    return Embedding(unit(vector), CONTRACT)


def seen(
    *,
    ear: float = OPEN_EAR,
    ears: tuple[float, float] | None = None,
    yaw_deg: float = 0.0,
    quality: float = 0.9,
    components: Mapping[str, float] | None = None,
    person: int | None = 0,
    face: int | None = None,
    track_id: int = 1,
    center_px: tuple[float, float] = CENTER_PX,
    obstacles: Mapping[Obstacle, float] | None = None,
    grimace: float = 0.0,
    live_face_score: float | None = None,
    fingerprint: FrameFingerprint | None = None,
) -> FrameObservation:
    """A frame with one usable face.

    Args:
        person: whose embedding was made; None when none was.
        face: who is before the camera, where no embedding tells.
    """
    mesh = landmarks(yaw_deg=yaw_deg, center_px=center_px, grimace=grimace)
    right, left = ears or (ear, ear)
    x, y = center_px
    return FrameObservation(
        image_width_px=640,
        image_height_px=480,
        face_count=1,
        track=TrackState(track_id, None, 0),
        box=FaceBox(x - 75, y - 100, x + 75, y + 100, 0.99),
        landmarks=mesh,
        view=_turned_view(yaw_deg, grimace, (person or 0) if face is None else face),
        ears=EyeAspectRatios(right, left),
        pose=HeadPose(yaw_deg, 0.0, 0.0),
        quality=QualityReport({**GOOD_COMPONENTS, **(components or {})}, quality),
        obstacle_scores=obstacles or {},
        embedding=None if person is None else embedding(person),
        live_face_score=live_face_score,
        fingerprint=fingerprint,
    )


def unseen(reason: FrameReason = FrameReason.NO_FACE, *, track_id: int = 2) -> FrameObservation:
    """A frame without a usable face."""
    return FrameObservation(640, 480, 0, TrackState(track_id, None, 0), reason=reason)
