from __future__ import annotations

import cv2
import numpy as np

from frapi.vision.fingerprint import fingerprint
from frapi.vision.types import ImageU8


def picture(seed: int = 0) -> ImageU8:
    coarse = np.random.default_rng(seed).integers(30, 220, (12, 16, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (640, 480), interpolation=cv2.INTER_CUBIC), np.uint8)


def distance(first: ImageU8, second: ImageU8) -> float:
    return float(np.abs(fingerprint(first).thumbnail - fingerprint(second).thumbnail).mean())


def test_equal_pictures_and_no_others_have_equal_digests() -> None:
    changed = picture()
    changed[240, 320] += 1
    assert fingerprint(picture()).digest == fingerprint(picture()).digest
    assert fingerprint(picture()).digest != fingerprint(changed).digest


def test_noise_and_exposure_hardly_change_a_thumbnail() -> None:
    noise = np.random.default_rng(1).normal(0, 4, picture().shape)
    noisy = np.clip(picture() + noise, 0, 255).astype(np.uint8)
    darker = (picture() * 0.7).astype(np.uint8)
    assert distance(picture(), noisy) < 0.5
    assert distance(picture(), darker) < 1.0
    assert distance(picture(), picture(1)) > 20


def test_any_size_will_do() -> None:
    for size in ((32, 32), (1, 1), (2000, 100)):
        assert fingerprint(np.zeros((*size, 3), np.uint8)).thumbnail.shape == (192,)
