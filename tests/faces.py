"""Synthetic heads: a fixed cloud of 478 points on an ellipsoid, turned and projected, for tests that need no model."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from frapi.vision import topology
from frapi.vision.embed import CONTRACT, unit
from frapi.vision.types import (
    Embedding,
    EyeAspectRatios,
    FaceBox,
    FrameObservation,
    FrameReason,
    HeadPose,
    Landmarks,
    Obstacle,
    Points,
    QualityReport,
    TrackState,
)

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


def _head() -> Points:
    rng = np.random.default_rng(7)
    across, up = rng.uniform(-1, 1, (2, topology.REFINED_VERTICES))
    points = np.stack([75 * across, 100 * up, -90 * np.sqrt(np.clip(1 - across**2 / 2 - up**2 / 2, 0, 1))], axis=1)
    fixed = {
        topology.RIGHT_TEMPLE: (-75, 0, 0),
        topology.LEFT_TEMPLE: (75, 0, 0),
        topology.FOREHEAD: (0, -100, 0),
        topology.CHIN: (0, 100, 0),
        topology.NOSE_TIP: (0, 15, -110),
        topology.RIGHT_EYE_OUTER: (-50, -30, -45),
        topology.RIGHT_EYE_INNER: (-18, -30, -55),
        topology.LEFT_EYE_INNER: (18, -30, -55),
        topology.LEFT_EYE_OUTER: (50, -30, -45),
    }
    for vertex, place in fixed.items():
        points[vertex] = place
    return points.astype(np.float32)


HEAD = _head()


def landmarks(*, yaw_deg: float = 0.0, pitch_deg: float = 0.0, center_px: tuple[float, float] = CENTER_PX) -> Landmarks:
    """The head, turned and seen from the front. Positive yaw turns it to its own left, positive pitch up."""
    yaw, pitch = math.radians(yaw_deg), math.radians(pitch_deg)
    about_y = np.array([[math.cos(yaw), 0, -math.sin(yaw)], [0, 1, 0], [math.sin(yaw), 0, math.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(pitch), math.sin(pitch)], [0, -math.sin(pitch), math.cos(pitch)]])
    turned = HEAD @ (about_y @ about_x).T + np.array([*center_px, 0.0])
    return Landmarks(turned.astype(np.float32), presence_score=0.99)


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
    track_id: int = 1,
    center_px: tuple[float, float] = CENTER_PX,
    obstacles: Mapping[Obstacle, float] | None = None,
    mesh: Landmarks | None = None,
) -> FrameObservation:
    """A frame with one usable face. ``person`` None: no embedding was made."""
    mesh = mesh or landmarks(yaw_deg=yaw_deg, center_px=center_px)
    right, left = ears or (ear, ear)
    x, y = center_px
    return FrameObservation(
        image_width_px=640,
        image_height_px=480,
        face_count=1,
        track=TrackState(track_id, None, 0),
        box=FaceBox(x - 75, y - 100, x + 75, y + 100, 0.99),
        landmarks=mesh,
        ears=EyeAspectRatios(right, left),
        pose=HeadPose(yaw_deg, 0.0, 0.0),
        quality=QualityReport({**GOOD_COMPONENTS, **(components or {})}, quality),
        obstacle_scores=obstacles or {},
        embedding=None if person is None else embedding(person),
    )


def unseen(reason: FrameReason = FrameReason.NO_FACE, *, track_id: int = 2) -> FrameObservation:
    """A frame without a usable face."""
    return FrameObservation(640, 480, 0, TrackState(track_id, None, 0), reason=reason)
