"""What covers a face: glasses, a mask, a hat, a hand.

The network is the project's own: ``training/obstacles`` makes it, ``docs/obstacles.md`` says how good it is. Its scores
are calibrated so that the guide's thresholds are its operating points.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import cv2
import numpy as np

from frapi.vision.geometry import Affine, crop_to_image, to_tensor
from frapi.vision.landmarks import roi_of_landmarks
from frapi.vision.ports import ModelRunner
from frapi.vision.types import ImageU8, Landmarks, Obstacle, RegionOfInterest

MODEL = "obstacle_classifier"
INPUT_SIZE = 128

# Side of the crop over the side of the mesh's, which is 1.5 times the face: hair and hat above, chin and hand below.
CROP_SCALE = 1.067
# How far the crop is moved up, over the side of the mesh's crop: hats reach further than beards.
CROP_SHIFT = 0.08

# The network's outputs, in order.
OUTPUTS = ("glasses", "sunglasses", "mask", "hat", "hand_covering")


def find_obstacles(image_rgb: ImageU8, landmarks: Landmarks, runner: ModelRunner) -> Mapping[Obstacle, float]:
    """Score everything that may cover the face.

    Args:
        image_rgb: (H, W, 3) uint8.
        landmarks: of the face.
        runner: must have ``MODEL``.
    Returns:
        A score in 0..1 for each obstacle; compare it with the thresholds of the session's policy.
    """
    crop = crop_for_obstacles(image_rgb, landmarks)
    scores = runner.run(MODEL, {"input": to_tensor(crop, scale=1 / 127.5, offset=-1)})["scores"][0]
    by_output = dict(zip(OUTPUTS, (float(score) for score in scores), strict=True))
    by_output["glasses"] = max(by_output["glasses"], by_output.pop("sunglasses"))
    return {obstacle: by_output[obstacle.value] for obstacle in Obstacle}


def crop_for_obstacles(image_rgb: ImageU8, landmarks: Landmarks, *, size: int = INPUT_SIZE) -> ImageU8:
    """Cut out what the network looks at; beyond the image its edge is repeated, so that no black band looks like a hat.

    Returns:
        (size, size, 3) uint8.
    """
    return warp_with_repeated_edge(image_rgb, crop_to_image(obstacle_roi(landmarks), size), size)


def obstacle_roi(landmarks: Landmarks) -> RegionOfInterest:
    """The square that the network looks at."""
    mesh = roi_of_landmarks(landmarks)
    shift = mesh.side_px * CROP_SHIFT
    return replace(
        mesh,
        center_x=mesh.center_x + math.sin(mesh.angle_rad) * shift,
        center_y=mesh.center_y - math.cos(mesh.angle_rad) * shift,
        side_px=mesh.side_px * CROP_SCALE,
    )


def warp_with_repeated_edge(image_rgb: ImageU8, to_image: Affine, size: int) -> ImageU8:
    """Sample a ``size`` by ``size`` crop; a crop much smaller than what it shows is taken from a reduced image."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    scale = float(np.hypot(to_image[0, 0], to_image[1, 0]))
    if scale > 2:
        # Every pixel of the crop then averages what it covers: rims of glasses neither flicker nor vanish.
        factor = 2 ** int(math.log2(scale))
        centers = to_image @ np.array([[0, size, 0, size], [0, 0, size, size], [1, 1, 1, 1]], np.float64)
        low = np.maximum(np.floor(centers.min(axis=1)).astype(int) - factor, 0)
        high = np.minimum(np.ceil(centers.max(axis=1)).astype(int) + 2 * factor, image_rgb.shape[1::-1])
        # Whole multiples of the factor: whole pixels are averaged, five times as fast as parts of them.
        smaller = (high - low) // factor
        if smaller.min() >= 1:
            high = low + smaller * factor
            part = image_rgb[low[1] : high[1], low[0] : high[0]]
            image_rgb = np.asarray(cv2.resize(part, smaller.tolist(), interpolation=cv2.INTER_AREA), np.uint8)
            to_image = to_image / factor
            to_image[:, 2] += (0.5 - low) / factor - 0.5
    crop = cv2.warpAffine(image_rgb, to_image, (size, size), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(crop, np.uint8)
