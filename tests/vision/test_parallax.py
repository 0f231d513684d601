from __future__ import annotations

import numpy as np
import pytest

from frapi.vision.parallax import nonplanar_residual, rigid_points
from tests.faces import landmarks

FRONTAL = rigid_points(landmarks().points_px)


def test_a_plane_moved_leaves_nothing() -> None:
    homography = np.array([[1.1, 0.05, 8], [-0.04, 0.9, -3], [2e-4, -1e-4, 1]])
    moved = np.column_stack([FRONTAL, np.ones(len(FRONTAL))]) @ homography.T
    assert nonplanar_residual(FRONTAL, (moved[:, :2] / moved[:, 2:]).astype(np.float32)) < 1e-4


@pytest.mark.parametrize("yaw_deg", [-20, 20])
def test_a_head_that_turned_leaves_depth(yaw_deg: float) -> None:
    assert nonplanar_residual(FRONTAL, rigid_points(landmarks(yaw_deg=yaw_deg).points_px)) > 0.04


def test_grows_with_the_turn() -> None:
    residuals = [nonplanar_residual(FRONTAL, rigid_points(landmarks(yaw_deg=yaw).points_px)) for yaw in (5, 10, 20, 30)]
    assert residuals == sorted(residuals)


def test_does_not_depend_on_scale() -> None:
    turned = rigid_points(landmarks(yaw_deg=20).points_px)
    assert nonplanar_residual(FRONTAL * 2, turned * 2) == pytest.approx(nonplanar_residual(FRONTAL, turned), rel=1e-3)


def test_points_on_one_spot_leave_nothing() -> None:
    assert nonplanar_residual(np.zeros_like(FRONTAL), FRONTAL) == 0.0
