"""What light and cameras do to a picture; the same for every picture, whatever is on it and wherever it is from."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.obstacles.crops import CROP_SIZE, MARGIN
from training.obstacles.face import Floats, Rng, noise


def augment(image: Floats, mesh: Floats, rng: Rng, *, size: int) -> NDArray[np.uint8]:
    """Turn a stored crop into one that the network is shown.

    Args:
        image: (CROP_SIZE, CROP_SIZE, 3) 0..255.
        mesh: (478, 3).
        size: side of the result.
    """
    image = _cut_edges(image, mesh, rng)
    image = _light(image, rng)
    image = _reframe(image, rng, size)
    return _camera(image, rng)


def plain(image: Floats, *, size: int) -> NDArray[np.uint8]:
    """The crop as the server would make it."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    crop = cv2.warpAffine(image, _framing(size, 1.0, 0.0, np.zeros(2)), (size, size), flags=flags)
    return np.clip(crop, 0, 255).astype(np.uint8)


def _framing(size: int, scale: float, turn: float, shift: Floats) -> NDArray[np.float64]:
    """(2, 3) from result to stored crop."""
    ratio = CROP_SIZE / MARGIN / size * scale
    cos, sin = np.cos(turn) * ratio, np.sin(turn) * ratio
    linear = np.array([[cos, -sin], [sin, cos]])
    offset = np.array([CROP_SIZE, CROP_SIZE]) / 2 + shift - linear @ np.array([size, size]) / 2
    return np.concatenate([linear, offset[:, None]], axis=1)


def _reframe(image: Floats, rng: Rng, size: int) -> Floats:
    """Landmarks wobble, and more so on a covered face."""
    calm = rng.random() < 0.6
    scale = rng.normal(1.0, 0.03 if calm else 0.07)
    turn = rng.normal(0, 0.035 if calm else 0.11)
    shift = rng.normal(0, 0.012 if calm else 0.03, 2) * CROP_SIZE
    matrix = _framing(size, float(np.clip(scale, 0.82, 1.2)), turn, shift)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(image, matrix, (size, size), flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32
    )


def _cut_edges(image: Floats, mesh: Floats, rng: Rng) -> Floats:
    """The picture may end anywhere outside the face; its edge is repeated from there on, as the server does."""
    kind = rng.random()
    if kind > 0.43:
        return image
    unit = float(np.linalg.norm(mesh[263] - mesh[33]))
    low, high = mesh[:468, :2].min(axis=0), mesh[:468, :2].max(axis=0)
    image = image.copy()
    size = image.shape[0]
    if kind < 0.08:
        # Nothing but the face, as a face detector's box cuts it out.
        first = np.clip(low - unit * rng.uniform(-0.08, 0.2, 2), 0, size - 2).astype(int)
        last = np.clip(high + unit * rng.uniform(-0.15, 0.15, 2), first + 1, size).astype(int)
        inner = image[first[1] : last[1], first[0] : last[0]]
        edges = (first[1], size - last[1], first[0], size - last[0])
        return np.asarray(cv2.copyMakeBorder(inner, *(int(edge) for edge in edges), cv2.BORDER_REPLICATE), np.float32)
    if rng.random() < 0.5:
        top = int(np.clip(low[1] - unit * rng.uniform(0.15, 0.9), 0, size - 1))
        image[:top] = image[top]
    if rng.random() < 0.5:
        bottom = int(np.clip(high[1] + unit * rng.uniform(-0.1, 0.4), 1, size))
        image[bottom:] = image[bottom - 1]
    if rng.random() < 0.4:
        left = int(np.clip(low[0] - unit * rng.uniform(-0.05, 0.5), 0, size - 1))
        image[:, :left] = image[:, left : left + 1]
    if rng.random() < 0.4:
        right = int(np.clip(high[0] + unit * rng.uniform(-0.05, 0.5), 1, size))
        image[:, right:] = image[:, right - 1 : right]
    return image


def _light(image: Floats, rng: Rng) -> Floats:
    size = image.shape[0]
    unit = image / 255
    if rng.random() < 0.35:
        angle = rng.uniform(0, 2 * np.pi)
        y, x = (np.mgrid[:size, :size].astype(np.float32) - size / 2) / (size / 2)
        along = x * np.cos(angle) + y * np.sin(angle)
        if rng.random() < 0.3:
            along = np.clip(along * rng.uniform(2, 15) + rng.uniform(-1, 1), -1, 1)
        unit = unit * np.clip(1 + rng.uniform(0.1, 0.65) * along, 0.15, 2.2)[..., None]
    if rng.random() < 0.12:
        patches = np.clip((noise(rng, size, rng.uniform(25, 80)) - rng.uniform(0, 1)) * rng.uniform(1, 6), 0, 1)
        unit = unit * (1 + patches * rng.uniform(-0.6, 0.7))[..., None]
    if rng.random() < 0.8:
        unit = np.clip(unit, 0, None) ** np.exp(rng.normal(0, 0.24))
        unit = unit * np.exp(rng.normal(0, 0.18))
    kind = rng.random()
    if kind < 0.07:
        unit = unit * rng.uniform(0.15, 0.5)
    elif kind < 0.12:
        unit = unit * rng.uniform(1.3, 1.8) + rng.uniform(0, 0.1)
    elif kind < 0.20:
        # A cheap webcam in poor light: dim, and grey where it should be black.
        unit = unit * rng.uniform(0.3, 0.65) + rng.uniform(0.04, 0.18)
    if rng.random() < 0.6:
        unit = unit * np.exp(rng.normal(0, 0.09, 3))
    if rng.random() < 0.5:
        middle = unit.mean()
        unit = (unit - middle) * rng.uniform(0.65, 1.35) + middle
    if rng.random() < 0.4:
        grey = unit.mean(axis=2, keepdims=True)
        unit = grey + (unit - grey) * (0 if rng.random() < 0.15 else rng.uniform(0.4, 1.5))
    # Darker or brighter than this nobody could say what is on it.
    middle = float(np.clip(unit, 0, 1).mean())
    unit = unit * np.clip(middle, 0.09, 0.8) / max(middle, 1e-3)
    return np.asarray(np.clip(unit, 0, 1) * 255, np.float32)


def _camera(image: Floats, rng: Rng) -> NDArray[np.uint8]:
    size = image.shape[0]
    if rng.random() < 0.45:
        small = max(24, int(size * rng.uniform(0.35, 0.95) ** (1 if rng.random() < 0.5 else 0.5)))
        way = cv2.INTER_AREA if rng.random() < 0.7 else cv2.INTER_LINEAR
        image = cv2.resize(
            cv2.resize(image, (small, small), interpolation=way), (size, size), interpolation=cv2.INTER_CUBIC
        )
    kind = rng.random()
    if kind < 0.2:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.5))
    elif kind < 0.28:
        length = int(rng.integers(3, 8))
        kernel = np.zeros((length, length), np.float32)
        kernel[length // 2] = 1 / length
        turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), rng.uniform(0, 180), 1)
        kernel = cv2.warpAffine(kernel, turn, (length, length))
        image = cv2.filter2D(image, -1, kernel / max(float(kernel.sum()), 1e-3))
    elif kind < 0.42:
        image = image + (image - cv2.GaussianBlur(image, (0, 0), 1.2)) * rng.uniform(0.2, 1.2)
    if rng.random() < 0.45:
        grain = rng.standard_normal(image.shape, dtype=np.float32)
        if rng.random() < 0.5:
            grain = cv2.GaussianBlur(grain, (0, 0), rng.uniform(0.4, 1.0)) * 1.5
        image = image + grain * rng.uniform(1, 12)
    result = np.clip(image, 0, 255).astype(np.uint8)
    if rng.random() < 0.65:
        quality = int(rng.integers(28, 96))
        _, data = cv2.imencode(".jpg", result, [cv2.IMWRITE_JPEG_QUALITY, quality])
        result = cv2.imdecode(data, cv2.IMREAD_COLOR)
    return np.asarray(result, np.uint8)
