from __future__ import annotations

import math
from collections.abc import Iterable

import cv2
import numpy as np
import pytest

from frapi.liveness.motion import MotionPolicy, MotionState, observe_head
from frapi.vision.pose import head_pose
from frapi.vision.relief import Surface
from frapi.vision.types import Landmarks
from tests.faces import face_view, landmarks

POLICY = MotionPolicy()


def count_turns(meshes: Iterable[Landmarks], *, fps: float = 10, drawn_as: Iterable[Landmarks] | None = None) -> int:
    """Motion events when the mesh network sees ``meshes``, and the camera ``drawn_as``."""
    meshes = list(meshes)
    state, turns = MotionState(), 0
    for index, (mesh, drawn) in enumerate(zip(meshes, drawn_as or meshes, strict=True)):
        state, moved = observe_head(
            state,
            mesh,
            Surface(face_view(mesh, drawn_as=drawn)),
            head_pose(mesh),
            now_ms=round(index * 1000 / fps),
            policy=POLICY,
        )
        turns += moved
    return turns


def sway(amplitude_deg: float, *, seconds: float = 2, fps: float = 10) -> list[float]:
    """One swing from the middle to one side and back to the middle."""
    count = round(seconds * fps)
    return [amplitude_deg * math.sin(math.pi * index / count) for index in range(count + 1)]


def photographed(mesh: Landmarks, *, yaw_deg: float, pitch_deg: float, shift_px: float, zoom: float) -> Landmarks:
    """The mesh as a flat picture held before the camera, tilted, shifted and moved nearer."""
    rotation, _ = cv2.Rodrigues(np.radians([pitch_deg, yaw_deg, 0.0]))
    focal_px = 800.0
    flat = np.column_stack([mesh.points_px[:, :2] - [320, 240], np.zeros(len(mesh.points_px))])
    placed = flat @ rotation.T + [shift_px, 0.0, focal_px / zoom]
    points = mesh.points_px.copy()
    points[:, :2] = placed[:, :2] / placed[:, 2:] * focal_px + [320, 240]
    # What fools a mesh network: it believes in a depth that turns with the tilt.
    points[:, 2] = landmarks(yaw_deg=yaw_deg, pitch_deg=pitch_deg).points_px[:, 2]
    return Landmarks(points, mesh.presence_score)


@pytest.mark.parametrize("fps", [5, 10, 30])
@pytest.mark.parametrize("direction", [1, -1])
def test_counts_a_head_that_turns(fps: int, direction: int) -> None:
    turns = count_turns((landmarks(yaw_deg=direction * yaw) for yaw in sway(25, fps=fps)), fps=fps)
    assert turns >= 1


def test_counts_a_nod() -> None:
    assert count_turns(landmarks(pitch_deg=pitch) for pitch in sway(25)) >= 1


def test_does_not_count_a_head_that_hardly_turns() -> None:
    assert count_turns(landmarks(yaw_deg=yaw) for yaw in sway(6)) == 0


def test_does_not_count_a_slow_drift() -> None:
    assert count_turns(landmarks(yaw_deg=25 * index / 100) for index in range(100)) == 0


def test_does_not_count_a_face_that_is_shifted() -> None:
    assert count_turns(landmarks(center_px=(200 + 10 * index, 240)) for index in range(20)) == 0


def test_does_not_count_a_photograph_that_is_waved() -> None:
    still = landmarks()
    meshes = [
        photographed(still, yaw_deg=yaw, pitch_deg=yaw / 2, shift_px=yaw, zoom=1 + abs(yaw) / 90) for yaw in sway(35)
    ]
    assert max(abs(head_pose(mesh).yaw_deg) for mesh in meshes) > 20, "the mesh itself is fooled"
    assert count_turns(meshes) == 0


def test_believes_the_pixels_where_the_mesh_sees_a_turn_in_a_photograph() -> None:
    turned = [landmarks(yaw_deg=yaw) for yaw in sway(25)]
    flat = [photographed(landmarks(), yaw_deg=yaw, pitch_deg=0, shift_px=0, zoom=1) for yaw in sway(25)]
    assert count_turns(turned) >= 1
    assert count_turns(turned, drawn_as=flat) == 0


def test_one_glimpse_of_a_turn_is_not_enough() -> None:
    assert count_turns(landmarks(yaw_deg=yaw) for yaw in [0, 0, 0, 25, 0, 0, 0]) == 0
