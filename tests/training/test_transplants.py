"""What the obstacle network's recipe moves from face to face, on painted heads."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.faces import landmarks
from training.obstacles.augment import augment
from training.obstacles.crops import CROP_SIZE, Crops
from training.obstacles.face import Face
from training.obstacles.transplants import Transplants, outlined_hands, transplant

SKIN, HAND = (180, 140, 120), (90, 200, 90)
# Over the chin and beyond the lower edge.
OUTLINE = np.array([[70, 130], [120, 130], [125, 191], [65, 191]], np.float32)


@pytest.fixture
def crops() -> Crops:
    """Two pictures: one with something green before the chin, and one with nothing."""
    points = landmarks(center_px=(CROP_SIZE / 2, CROP_SIZE / 2)).points_px
    mesh = (points - points.mean(axis=0)) * 0.55 + np.array([CROP_SIZE / 2, CROP_SIZE / 2, 0])
    images = np.full((2, CROP_SIZE, CROP_SIZE, 3), SKIN, np.uint8)
    cv2.fillPoly(images[0], [np.asarray(OUTLINE, np.int32)], HAND)
    names = np.array(["a.jpg", "b.jpg"])
    return Crops(images, np.stack([mesh, mesh]).astype(np.float32), names, names, names)


def bare_face(crops: Crops) -> Face:
    return Face(crops.images[1].astype(np.float32), crops.meshes[1])


def test_hand_lands_where_it_was_on_its_own_face(crops: Crops) -> None:
    face, transplants = bare_face(crops), Transplants([(0, OUTLINE)], np.array([1]))
    share = transplant(face, np.random.default_rng(1), crops, transplants, hand=True)
    green = face.image[..., 1] > face.image[..., 0]
    assert 0.03 < share < 0.5
    assert green[150:, 80:110].mean() > 0.5
    assert not green[:90].any()


def test_bare_skin_moves_the_same_way_and_shows_no_hand(crops: Crops) -> None:
    face, transplants = bare_face(crops), Transplants([(0, OUTLINE)], np.array([1]))
    share = transplant(face, np.random.default_rng(1), crops, transplants, hand=False)
    assert share > 0.03
    assert not (face.image[..., 1] > face.image[..., 0]).any()


def test_outlines_lie_in_their_crops_and_only_chosen_people_give_hands(crops: Crops) -> None:
    named = Crops(
        crops.images,
        crops.meshes,
        crops.collections,
        crops.persons,
        np.array(["lfw/images/Adrian_Annus/Adrian_Annus_0001.jpg", "b.jpg"]),
    )
    ((row, outline),) = outlined_hands(named, np.array([True, True]))
    assert row == 0
    assert outline.min() >= 0
    assert outline.max() < CROP_SIZE
    assert outlined_hands(named, np.array([False, True])) == []


def test_augmentation_keeps_size_and_range(crops: Crops) -> None:
    for seed in range(40):
        picture = augment(crops.images[0].astype(np.float32), crops.meshes[0], np.random.default_rng(seed), size=136)
        assert picture.shape == (136, 136, 3)
        assert picture.dtype == np.uint8
