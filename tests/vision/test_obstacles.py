from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest

from frapi.liveness.types import DEFAULT_OBSTACLE_THRESHOLDS
from frapi.vision import topology
from frapi.vision.obstacles import INPUT_SIZE, MODEL, crop_for_obstacles, find_obstacles, obstacle_roi
from frapi.vision.ports import FloatArray
from frapi.vision.types import Landmarks, Obstacle
from tests import samples
from tests.faces import landmarks

GREY = np.full((480, 640, 3), 120, np.uint8)


class Scripted:
    """Answers with fixed scores and keeps what it was asked."""

    def __init__(self, *scores: float) -> None:
        self._scores = np.array([scores], np.float32)

    def has(self, model: str) -> bool:
        return model == MODEL

    def run(
        self, model: str, inputs: Mapping[str, FloatArray], outputs: Sequence[str] | None = None
    ) -> Mapping[str, FloatArray]:
        assert model == MODEL
        self.input = inputs["input"]
        return {"scores": self._scores}


def moved(mesh: Landmarks, *, scale: float = 1.0, turn_deg: float = 0.0) -> tuple[Landmarks, np.ndarray]:
    """The mesh scaled and turned about the middle of the image, and the matrix that did it."""
    matrix = cv2.getRotationMatrix2D((320, 240), turn_deg, scale)
    points = mesh.points_px.copy()
    points[:, :2] = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    return replace(mesh, points_px=points.astype(np.float32)), matrix


@pytest.mark.parametrize(
    ("outputs", "glasses"), [((0.2, 0.8, 0.1, 0.1, 0.1), 0.8), ((0.7, 0.1, 0.1, 0.1, 0.1), 0.7)], ids=["dark", "clear"]
)
def test_dark_and_clear_glasses_are_glasses(outputs: tuple[float, ...], glasses: float) -> None:
    scores = find_obstacles(GREY, landmarks(), Scripted(*outputs))
    assert scores[Obstacle.GLASSES] == pytest.approx(glasses)
    assert set(scores) == set(Obstacle)


def test_each_output_has_its_place() -> None:
    scores = find_obstacles(GREY, landmarks(), Scripted(0.0, 0.0, 0.1, 0.2, 0.3))
    assert [round(scores[each], 3) for each in Obstacle] == [0.0, 0.1, 0.2, 0.3]


def test_input_is_as_the_registry_says() -> None:
    runner = Scripted(*[0.0] * 5)
    picture = GREY.copy()
    picture[..., 0] = 255
    picture[..., 2] = 0
    find_obstacles(picture, landmarks(), runner)
    assert runner.input.shape == (1, 3, INPUT_SIZE, INPUT_SIZE)
    assert runner.input[0, :, 64, 64] == pytest.approx([1.0, 120 / 127.5 - 1, -1.0], abs=1e-6)


def test_crop_shows_more_above_the_face_than_below() -> None:
    mesh = landmarks()
    roi = obstacle_roi(mesh)
    points = mesh.points_px[: topology.MESH_VERTICES]
    above = points[:, 1].min() - (roi.center_y - roi.side_px / 2)
    below = (roi.center_y + roi.side_px / 2) - points[:, 1].max()
    height = float(np.ptp(points[:, 1]))
    assert above > 0.25 * height
    assert 0.1 * height < below < above


@pytest.mark.parametrize(("scale", "turn_deg"), [(0.5, 0), (1.4, 0), (1.0, 25)])
def test_crop_follows_size_and_roll(scale: float, turn_deg: float) -> None:
    rng = np.random.default_rng(1)
    blobs = rng.integers(0, 255, (12, 16, 3), np.uint8)
    picture = np.asarray(cv2.resize(blobs, (640, 480), interpolation=cv2.INTER_CUBIC), np.uint8)
    mesh, matrix = moved(landmarks(), scale=scale, turn_deg=turn_deg)
    other = np.asarray(cv2.warpAffine(picture, matrix, (640, 480), borderMode=cv2.BORDER_REFLECT), np.uint8)
    difference = np.abs(
        crop_for_obstacles(picture, landmarks()).astype(int) - crop_for_obstacles(other, mesh).astype(int)
    )
    assert float(np.median(difference)) <= 3


def test_beyond_the_image_its_edge_goes_on() -> None:
    mesh = landmarks(center_px=(320.0, 40.0))
    crop = crop_for_obstacles(GREY, mesh)
    assert (crop == 120).all()


def test_a_large_face_is_averaged_not_picked_at() -> None:
    """Thin rims on a face filling a large frame must not depend on which pixels are hit."""
    lines = np.full((1920, 2560, 3), 200, np.uint8)
    lines[::8] = 0
    mesh = landmarks(center_px=(320.0, 240.0))
    large = replace(mesh, points_px=mesh.points_px * np.float32(4))
    crop = crop_for_obstacles(lines, large).astype(float)
    assert crop.std() < 25, "one row in eight is black: sampled without averaging the deviation is 66"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg"])
def test_a_bare_face_is_let_through_and_a_masked_one_is_not(name: str) -> None:
    """The shipped network, on real portraits with a mask painted along the mesh."""
    image, mesh = samples.seated(name)
    bare = find_obstacles(image, mesh, samples.runner())
    assert {each: score for each, score in bare.items() if score > DEFAULT_OBSTACLE_THRESHOLDS[each]} == {}
    outline = mesh.points_px[[234, 132, 172, 150, 152, 379, 397, 361, 454, 280, 6, 50], :2]
    masked = image.copy()
    cv2.fillPoly(masked, [np.round(outline).astype(np.int32)], (150, 190, 215), cv2.LINE_AA)
    scores = find_obstacles(masked, mesh, samples.runner())
    assert scores[Obstacle.MASK] > DEFAULT_OBSTACLE_THRESHOLDS[Obstacle.MASK]
