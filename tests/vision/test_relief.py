from __future__ import annotations

import cv2
import numpy as np
import pytest

from frapi.vision.relief import Explanation, Surface, explain_movement
from frapi.vision.types import FaceView, Landmarks
from tests.faces import face_view, landmarks

FRONTAL = landmarks()


def explain(reference: FaceView, current: FaceView) -> Explanation:
    explanation = explain_movement(Surface(reference), Surface(current))
    assert explanation is not None
    return explanation


def moved_as_a_picture(view: FaceView, *, seen_as: Landmarks) -> FaceView:
    """The view's pixels under a homography, while the mesh network believes in a head that turned."""
    homography = np.array([[0.9, 0.03, 4.0], [-0.02, 1.02, 2.0], [6e-4, -3e-4, 1.0]])
    moved = cv2.warpPerspective(view.luminance, homography, view.luminance.shape[::-1])
    return FaceView(np.asarray(moved, np.uint8), face_view(seen_as).points_px)


@pytest.mark.parametrize("yaw_deg", [-25, -15, 15, 25])
def test_a_head_explains_a_head_that_turned(yaw_deg: float) -> None:
    explanation = explain(face_view(FRONTAL), face_view(landmarks(yaw_deg=yaw_deg)))
    assert explanation.head_correlation > 0.7
    assert explanation.head_correlation > explanation.plane_correlation + 0.05


@pytest.mark.parametrize("yaw_deg", [-25, 15])
def test_a_plane_explains_a_picture_that_moved(yaw_deg: float) -> None:
    view = face_view(FRONTAL)
    explanation = explain(view, moved_as_a_picture(view, seen_as=landmarks(yaw_deg=yaw_deg)))
    assert explanation.plane_correlation > 0.85
    assert explanation.plane_correlation > explanation.head_correlation + 0.1


def test_light_that_changes_is_no_movement() -> None:
    view = face_view(FRONTAL)
    slope = np.linspace(0.5, 1.2, view.luminance.shape[1])
    lit = FaceView(np.clip(view.luminance * slope, 0, 255).astype(np.uint8), view.points_px)
    explanation = explain(view, lit)
    assert explanation.plane_correlation > 0.9
    assert explanation.head_correlation > 0.9


def test_two_pictures_of_different_things_have_no_explanation() -> None:
    view = face_view(FRONTAL)
    noise = np.random.default_rng(0).integers(0, 255, view.luminance.shape).astype(np.uint8)
    explanation = explain(view, FaceView(noise, face_view(landmarks(yaw_deg=20)).points_px))
    assert explanation.head_correlation < 0.5


def test_a_face_out_of_sight_tells_nothing() -> None:
    view = face_view(FRONTAL)
    beside = FaceView(view.luminance, view.points_px + 90)
    assert explain_movement(Surface(view), Surface(beside)) is None


def test_no_better_plane_is_looked_for_than_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    fits = []
    fit = cv2.findTransformECC
    monkeypatch.setattr(cv2, "findTransformECC", lambda *arguments: fits.append(1) or fit(*arguments))
    view = face_view(FRONTAL)
    still, moved = Surface(view), Surface(moved_as_a_picture(view, seen_as=landmarks(yaw_deg=15)))
    unmoved = explain_movement(still, Surface(view), enough=lambda head: head - 0.1)
    assert unmoved is not None
    assert unmoved.plane_correlation > 0.99
    assert not fits, "a picture that stood still is explained without any fit"
    asked = []
    explained = explain_movement(still, moved, enough=lambda head: asked.append(head) or 0.8)
    assert explained is not None
    assert asked == [explained.head_correlation]
    assert explained.plane_correlation > 0.8
    few = len(fits)
    explain_movement(still, moved)
    assert len(fits) - few == few + 1, "the fine fit was spared"
