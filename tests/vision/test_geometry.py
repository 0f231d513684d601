from __future__ import annotations

import math

import numpy as np
import pytest

from frapi.errors import DegenerateLandmarks
from frapi.vision.geometry import crop_to_image, roi_around, similarity_transform, to_tensor, warp
from frapi.vision.types import RegionOfInterest

SQUARE = np.array([[10.0, 20.0], [30.0, 20.0], [30.0, 40.0], [10.0, 40.0]], np.float32)


def test_roi_is_centred_and_padded() -> None:
    roi = roi_around(SQUARE, SQUARE[0], SQUARE[1])
    assert (roi.center_x, roi.center_y) == pytest.approx((20, 30))
    assert roi.side_px == pytest.approx(30)
    assert roi.angle_rad == pytest.approx(0)


def test_roi_turns_with_the_eyes() -> None:
    angle = math.radians(30)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    turned = (SQUARE @ turn.T).astype(np.float32)
    roi = roi_around(turned, turned[0], turned[1])
    assert roi.angle_rad == pytest.approx(angle, abs=1e-5)
    assert roi.side_px == pytest.approx(30, abs=1e-3)


def test_crop_corners_are_the_roi_corners() -> None:
    matrix = crop_to_image(RegionOfInterest(50, 60, 40, math.pi / 2), 8)
    corner = matrix @ [0, 0, 1]
    assert corner == pytest.approx([70, 40])


def test_warp_is_black_outside() -> None:
    crop = warp(np.full((20, 20, 3), 200, np.uint8), crop_to_image(RegionOfInterest(0, 0, 20, 0), 10), 10)
    assert crop[:4, :4].max() == 0
    assert crop[-1, -1].min() == 200


def test_to_tensor_scales_and_shifts() -> None:
    tensor = to_tensor(np.array([[[0, 127, 255]]], np.uint8), scale=1 / 127.5, offset=-1)
    assert tensor.shape == (1, 3, 1, 1)
    assert tensor.dtype == np.float32
    assert tensor.ravel() == pytest.approx([-1, -0.0039, 1], abs=1e-3)


def test_similarity_transform_finds_rotation_scale_and_shift() -> None:
    angle = 0.4
    linear = 1.7 * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    target = (SQUARE @ linear.T + [3, -5]).astype(np.float32)
    matrix = similarity_transform(SQUARE, target)
    assert matrix[:, :2] == pytest.approx(linear, abs=1e-4)
    assert matrix[:, 2] == pytest.approx([3, -5], abs=1e-3)


def test_similarity_transform_refuses_one_point() -> None:
    with pytest.raises(DegenerateLandmarks):
        similarity_transform(np.ones((5, 2), np.float32), np.ones((5, 2), np.float32))
