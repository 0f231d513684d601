"""What tells a frame from every other: for noticing pictures that come a second time."""

from __future__ import annotations

import hashlib

import cv2
import numpy as np

from frapi.vision.types import FrameFingerprint, ImageU8

# Pixels that are looked at: enough that no two exposures agree in all, few enough to cost next to nothing.
SAMPLED_WIDTH_PX = 160
# Each cell of the thumbnail averages away the sensor's noise and what encoding does to it.
THUMBNAIL_WIDTH, THUMBNAIL_HEIGHT = 16, 12
# Cells are brought to this deviation, so that neither brightness nor gain counts; one of a nearly blank picture is not
# blown up beyond what `MIN_DEVIATION` would be.
DEVIATION, MIN_DEVIATION = 50.0, 5.0
DIGEST_BYTES = 8


def fingerprint(image_rgb: ImageU8) -> FrameFingerprint:
    """Take a frame's fingerprint.

    Args:
        image_rgb: (H, W, 3) uint8.
    """
    step = max(1, image_rgb.shape[1] // SAMPLED_WIDTH_PX)
    sampled = image_rgb[::step, ::step, 1].copy()
    digest = hashlib.blake2b(sampled.data, digest_size=DIGEST_BYTES).digest()
    size = (THUMBNAIL_WIDTH, THUMBNAIL_HEIGHT)
    cells = cv2.resize(sampled.astype(np.float32), size, interpolation=cv2.INTER_AREA).ravel()
    cells -= cells.mean()
    return FrameFingerprint(digest, (cells * (DEVIATION / max(float(cells.std()), MIN_DEVIATION))).astype(np.float16))
