"""A printed photograph held before a camera and waved: what must not pass for a living head."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from frapi.vision.types import ImageU8

# Cells of the sheet along each side: enough that a bent sheet looks bent, not folded.
GRID = 16


@dataclass(frozen=True, slots=True)
class Waving:
    """How the photograph is moved.

    Attributes:
        tilt_deg: greatest rotation about the vertical axis; three fifths of it about the horizontal one.
        bend: depth of the bent sheet over its half width; 0 keeps it flat.
        turns: how often the movement repeats.
        noise_sigma: sensor noise in grey levels.
    """

    tilt_deg: float = 25.0
    bend: float = 0.0
    turns: float = 1.0
    noise_sigma: float = 2.0


def wave_photo(image_rgb: ImageU8, waving: Waving, *, count: int, seed: int) -> Iterator[ImageU8]:
    """Film a photograph that nearly fills the frame while it is tilted, bent and shifted.

    Args:
        image_rgb: (H, W, 3) uint8, the photograph; the film has the same size.
        count: frames.
        seed: the same seed gives the same film.
    """
    rng = np.random.default_rng(seed)
    height, width = image_rgb.shape[:2]
    phases = rng.uniform(0, 2 * math.pi, 4)
    backdrop = _backdrop(rng, height, width)
    for number in range(count):
        angle = 2 * math.pi * waving.turns * number / count
        picture, inside = _project(image_rgb, _sheet(waving, angle, phases, height, width))
        frame = np.where(inside[..., None], picture, backdrop)
        yield np.clip(frame + rng.normal(0, waving.noise_sigma, frame.shape), 0, 255).astype(np.uint8)


def _backdrop(rng: np.random.Generator, height: int, width: int) -> ImageU8:
    coarse = rng.integers(60, 160, (height // 40 + 1, width // 40 + 1, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def _sheet(waving: Waving, angle: float, phases: NDArray[np.float64], height: int, width: int) -> NDArray[np.float64]:
    """(GRID + 1, GRID + 1, 2) pixels where the sheet's grid points appear."""
    across, down = np.meshgrid(np.linspace(-1, 1, GRID + 1), np.linspace(-1, 1, GRID + 1))
    bend = waving.bend * math.sin(angle + phases[3]) * width / 2
    sheet = np.stack([across * width / 2, down * height / 2, bend * (across**2 - 1 / 3)], axis=-1) * 0.95
    tilt = math.radians(waving.tilt_deg)
    turned, _ = cv2.Rodrigues(
        np.array(
            [
                0.6 * tilt * math.sin(2 * angle + phases[1]),
                tilt * math.sin(angle + phases[0]),
                math.radians(5) * math.sin(angle + phases[2]),
            ]
        )
    )
    focal_px = 1.2 * width
    placed = sheet @ turned.T + [10 * math.sin(angle), 5 * math.cos(angle), focal_px * 1.02]
    projected: NDArray[np.float64] = placed[..., :2] / placed[..., 2:] * focal_px + [width / 2, height / 2]
    return projected


def _project(image_rgb: ImageU8, grid_px: NDArray[np.float64]) -> tuple[ImageU8, NDArray[np.bool_]]:
    """Draw the photograph on the sheet's grid, cell by cell."""
    height, width = image_rgb.shape[:2]
    lines_x, lines_y = np.linspace(0, width, GRID + 1), np.linspace(0, height, GRID + 1)
    picture, inside = np.zeros_like(image_rgb), np.zeros((height, width), np.bool_)
    for row in range(GRID):
        for column in range(GRID):
            target = grid_px[row : row + 2, column : column + 2].reshape(4, 2)
            low = np.clip(np.floor(target.min(axis=0)).astype(int) - 1, 0, [width, height])
            high = np.clip(np.ceil(target.max(axis=0)).astype(int) + 2, 0, [width, height])
            if (high <= low).any():
                continue
            size = (int(high[0] - low[0]), int(high[1] - low[1]))
            source = np.array([[x, y] for y in lines_y[row : row + 2] for x in lines_x[column : column + 2]])
            matrix = cv2.getPerspectiveTransform(source.astype(np.float32), (target - low).astype(np.float32))
            patch = cv2.warpPerspective(image_rgb, matrix, size, borderMode=cv2.BORDER_REPLICATE)
            cell = np.zeros(size[::-1], np.uint8)
            cv2.fillConvexPoly(cell, np.round(target[[0, 1, 3, 2]] - low).astype(np.int32), 1)
            window = np.s_[low[1] : high[1], low[0] : high[0]]
            picture[window][cell > 0] = patch[cell > 0]
            inside[window] |= cell > 0
    return picture, inside
