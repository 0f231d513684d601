"""The images that the golden outputs were made from. Only numpy and OpenCV: also runs where the originals run."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parent
# Part of the official portrait of Barack Obama by Pete Souza, 2012; in the public domain.
PORTRAIT = FOLDER / "portrait.png"


def golden_images(side: int) -> dict[str, NDArray[np.uint8]]:
    """Three images for a network's input, (side, side, 3) uint8 RGB.

    ``pattern`` shows nothing, ``portrait`` a face, ``cut_off`` the same face pushed half out of the picture.
    """
    portrait = _portrait(side)
    cut_off = np.zeros_like(portrait)
    cut_off[side // 2 :, : side * 3 // 5] = portrait[: side - side // 2, side - side * 3 // 5 :]
    return {"pattern": _pattern(side), "portrait": portrait, "cut_off": cut_off}


def _pattern(side: int) -> NDArray[np.uint8]:
    y, x = np.mgrid[0:side, 0:side] / side
    waves = [np.sin(5 * x + 9 * y + k) + np.sin(23 * x * (k + 1)) * np.cos(17 * y) for k in range(3)]
    return np.rint(127.5 + 60 * np.stack(waves, axis=-1)).clip(0, 255).astype(np.uint8)


def _portrait(side: int) -> NDArray[np.uint8]:
    """Nearest pixels, so that it comes out the same everywhere."""
    stored = np.asarray(cv2.imread(str(PORTRAIT), cv2.IMREAD_COLOR))
    nearest = np.arange(side) * stored.shape[0] // side
    return np.ascontiguousarray(stored[nearest][:, nearest, ::-1]).astype(np.uint8)
