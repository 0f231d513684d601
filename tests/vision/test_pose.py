from __future__ import annotations

import numpy as np
import pytest

from frapi.vision import topology
from frapi.vision.pose import head_pose
from tests.faces import landmarks


@pytest.mark.parametrize("angle", [-30, -10, 0, 10, 30])
def test_measures_yaw_and_pitch(angle: float) -> None:
    assert head_pose(landmarks(yaw_deg=angle)).yaw_deg == pytest.approx(angle, abs=0.5)
    assert head_pose(landmarks(pitch_deg=angle)).pitch_deg == pytest.approx(angle, abs=0.5)


def test_positive_yaw_turns_to_the_subjects_left() -> None:
    nose_x = landmarks(yaw_deg=20).points_px[topology.NOSE_TIP, 0]
    assert nose_x > landmarks().points_px[topology.NOSE_TIP, 0], "his left is the picture's right"


def test_positive_pitch_looks_up() -> None:
    nose_y = landmarks(pitch_deg=20).points_px[topology.NOSE_TIP, 1]
    assert nose_y < landmarks().points_px[topology.NOSE_TIP, 1]


def test_measures_roll() -> None:
    mesh = landmarks()
    turned = mesh.points_px.copy()
    angle = np.radians(15)
    turned[:, :2] = mesh.points_px[:, :2] @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    assert head_pose(type(mesh)(turned, 1.0)).roll_deg == pytest.approx(15, abs=0.5)
