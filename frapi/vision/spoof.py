"""Passive presentation attack detection: does this picture show a face, or a picture of one?

Two small networks look at two crops: one at the face, one at what is around it too. Either can be wrong about a whole
session, so their mean over many frames is what counts; see :mod:`frapi.liveness.presentation`.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from frapi.vision.ports import ModelRunner
from frapi.vision.types import FaceBox, ImageU8

INPUT_SIZE = 80
LIVE_CLASS = 1


@dataclass(frozen=True, slots=True)
class SpoofNetwork:
    """Attributes:
    model: registry name.
    crop_scale: side of its crop over that of the face's box.
    """

    model: str
    crop_scale: float


NETWORKS = (SpoofNetwork("minifasnet_v2", 2.7), SpoofNetwork("minifasnet_v1se", 4.0))


def has_networks(runner: ModelRunner) -> bool:
    """Whether the pack ``minifasnet`` is installed."""
    return all(runner.has(network.model) for network in NETWORKS)


def live_face_score(image_rgb: ImageU8, box: FaceBox, runner: ModelRunner) -> float:
    """How much a face looks like a living one before the camera, not like a print or a screen.

    Args:
        image_rgb: (H, W, 3) uint8.
        box: around the mesh.
        runner: must have both networks.
    Returns:
        Mean over the networks of the probability in 0..1 that they give to a live face.
    Source: Minivision's Silent-Face-Anti-Spoofing, Apache-2.0.
    """
    scores = []
    for network in NETWORKS:
        crop = _crop(image_rgb, box, network.crop_scale)
        tensor = np.ascontiguousarray(crop[..., ::-1].transpose(2, 0, 1)[None], np.float32)
        (logits,) = runner.run(network.model, {"input": tensor}).values()
        exponents = np.exp(logits[0] - logits[0].max())
        scores.append(float(exponents[LIVE_CLASS] / exponents.sum()))
    return sum(scores) / len(scores)


def _crop(image_rgb: ImageU8, box: FaceBox, scale: float) -> ImageU8:
    """As the networks' makers cut: as large as fits into the image, and moved inside it rather than padded."""
    height, width = image_rgb.shape[:2]
    scale = min(scale, (width - 1) / box.width_px, (height - 1) / box.height_px)
    size = np.array([box.width_px, box.height_px]) * scale
    center = np.array([box.x_min + box.x_max, box.y_min + box.y_max]) / 2
    low = np.clip(center - size / 2, 0, np.array([width - 1, height - 1]) - size)
    x_min, y_min = low.astype(int)
    x_max, y_max = (low + size).astype(int)
    part = image_rgb[y_min : y_max + 1, x_min : x_max + 1]
    return np.asarray(cv2.resize(part, (INPUT_SIZE, INPUT_SIZE)), np.uint8)
