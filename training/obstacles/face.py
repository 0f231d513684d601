"""A face as the compositor sees it: pixels, mesh, and axes to place things along."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from frapi.vision import topology

Floats = NDArray[np.float32]
Rng = np.random.Generator

# Mesh vertices along the jaw from the subject's right ear over the chin to his left ear.
JAW = [234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323, 454]
# ... along the forehead from his right temple to his left one.
FOREHEAD = [127, 162, 21, 54, 103, 67, 109, 10, 338, 297, 332, 284, 251, 389, 356]
LIPS = [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185]
RIGHT_EYE = [33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246]
LEFT_EYE = [263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466]
RIGHT_BROW = [70, 63, 105, 66, 107, 55, 65, 52, 53, 46]
LEFT_BROW = [300, 293, 334, 296, 336, 285, 295, 282, 283, 276]


@dataclass
class Face:
    """One crop being worked on.

    Attributes:
        image: (S, S, 3) float32, 0..255, RGB; pasting changes it.
        mesh: (478, 3) float32, pixels; z away from the camera.
        unit: distance of the outer eye corners in pixels; everything is placed in this unit.
        axes: (3, 3) rows: towards the subject's left ear (right in the image), down, away from the camera.
        skin: (3,) median colour of cheeks and nose.
    """

    image: Floats
    mesh: Floats
    unit: float = field(init=False)
    axes: Floats = field(init=False)
    skin: Floats = field(init=False)

    def __post_init__(self) -> None:
        mesh = self.mesh
        across = mesh[454] - mesh[234] + mesh[263] - mesh[33]
        down = mesh[152] - mesh[10]
        x = across / np.linalg.norm(across)
        y = down - x * (down @ x)
        y /= np.linalg.norm(y)
        self.axes = np.stack([x, y, np.cross(x, y)]).astype(np.float32)
        self.unit = float(np.linalg.norm(mesh[263] - mesh[33]))
        at = np.clip(mesh[[50, 280, 4, 205, 425, 101, 330], :2].round().astype(int), 0, self.size - 1)
        self.skin = np.median(self.image[at[:, 1], at[:, 0]], axis=0).astype(np.float32)

    @property
    def size(self) -> int:
        return self.image.shape[0]

    def at(self, *vertices: int) -> Floats:
        """(2,) mean place of some vertices."""
        return np.asarray(self.mesh[list(vertices), :2].mean(axis=0), np.float32)

    def place(self, local: Floats, origin: Floats) -> Floats:
        """Project points given along the axes in units of :attr:`unit` around a 3-D origin.

        Args:
            local: (N, 3).
            origin: (3,) pixels.
        Returns:
            (N, 2) pixels.
        """
        return np.ascontiguousarray((origin + (local @ self.axes) * self.unit)[:, :2], np.float32)

    def outline(self, vertices: list[int], grow: float = 1.0) -> Floats:
        """(N, 2) places of vertices, drawn away from the middle of the face."""
        middle = self.at(1, 6)
        return np.asarray(middle + (self.mesh[vertices, :2] - middle) * grow, np.float32)

    def oval(self, grow: float = 1.0) -> Floats:
        """(S, S) mask of the face."""
        return fill(self.outline(list(topology.FACE_OVAL), grow), self.size)

    def share_under(self, alpha: Floats) -> float:
        """Which share of the face something of (S, S) coverage hides."""
        oval = self.oval()
        return float((alpha * oval).sum() / max(oval.sum(), 1))

    def light(self, blur: float = 0.35) -> Floats:
        """(S, S) smoothed brightness relative to the face's mean: what falls on the face falls on what it wears."""
        grey = self.image.mean(axis=2)
        smooth = cv2.GaussianBlur(grey, (0, 0), max(blur * self.unit, 1))
        low, high = np.percentile(smooth, (2, 98))
        return np.asarray(np.clip(smooth, low, high) / max(float(self.skin.mean()), 20.0), np.float32)


def fill(polygon: Floats, size: int, *, scale: int = 3) -> Floats:
    """(size, size) float32 coverage of a polygon, antialiased."""
    canvas = np.zeros((size * scale, size * scale), np.uint8)
    cv2.fillPoly(canvas, [np.round((polygon + 0.5) * scale * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return shrink(canvas, size)


def draw_lines(lines: list[tuple[Floats, int]], size: int, *, scale: int = 3) -> Floats:
    """(size, size) float32 coverage of rows of points, each with its width in thirds of a pixel."""
    canvas = np.zeros((size * scale, size * scale), np.uint8)
    for points, width in lines:
        fixed = np.round((points + 0.5) * scale * 16).astype(np.int32)
        cv2.polylines(canvas, [fixed], False, 255, max(width, 1), cv2.LINE_AA, 4)
    return shrink(canvas, size)


def shrink(canvas: NDArray[np.uint8], size: int) -> Floats:
    """A supersampled drawing as coverage in 0..1."""
    return np.asarray(cv2.resize(canvas, (size, size), interpolation=cv2.INTER_AREA), np.float32) / 255


def smooth_curve(points: Floats, count: int = 60) -> Floats:
    """A Catmull-Rom curve through an open row of points."""
    padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    t = np.linspace(0, len(points) - 1 - 1e-6, count)
    i, u = t.astype(int), (t % 1)[:, None]
    p0, p1, p2, p3 = (padded[i + k] for k in range(4))
    curve = 0.5 * (2 * p1 + (p2 - p0) * u + (2 * p0 - 5 * p1 + 4 * p2 - p3) * u**2 + (3 * p1 - p0 - 3 * p2 + p3) * u**3)
    return np.asarray(curve, np.float32)


def noise(rng: Rng, size: int, cell: float) -> Floats:
    """(size, size) smooth noise about 0 with deviation about 1, of blobs ``cell`` pixels wide."""
    grid = max(2, int(size / max(cell, 1)))
    coarse = rng.standard_normal((grid, grid)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC), np.float32)


def paste(
    face: Face,
    colour: Floats,
    alpha: Floats,
    rng: Rng,
    *,
    lit: float = 0.7,
    shadow: float = 0.0,
    shadow_shift: float = 0.05,
) -> None:
    """Lay something over the face, under the face's own light.

    Args:
        colour: (S, S, 3) or (3,) 0..255, as it would look in white light of middling strength.
        alpha: (S, S) coverage.
        lit: how much of the face's own brightness and cast it takes on.
        shadow: darkness of the shadow that it throws on what is below.
        shadow_shift: how far the shadow is displaced, in units.
    """
    if shadow > 0:
        shift = np.array([rng.normal(0, 0.5), 1.0]) * shadow_shift * face.unit
        moved = cv2.warpAffine(alpha, np.float32([[1, 0, shift[0]], [0, 1, shift[1]]]), alpha.shape[::-1])
        soft = cv2.GaussianBlur(moved, (0, 0), max(shadow_shift * face.unit * rng.uniform(0.4, 1.2), 0.5))
        face.image *= (1 - shadow * soft)[..., None]
    exposure = np.clip(float(face.skin.mean()) / 150, 0.3, 1.35) ** rng.uniform(0.7, 1.0)
    # Skin is reddish by itself: only part of its cast is the light's.
    cast = (face.skin / max(float(face.skin.mean()), 1)) / np.array([1.22, 0.95, 0.83], np.float32)
    cast = np.clip(cast, 0.75, 1.3) ** rng.uniform(0.3, 0.9)
    light = 1 + (np.clip(face.light(), 0.35, 1.6) - 1) * lit * rng.uniform(0.6, 1.0)
    lit_colour = np.clip(np.broadcast_to(colour, face.image.shape) * (exposure * cast) * light[..., None], 0, 255)
    edge = rng.uniform(0.25, 0.9)
    alpha = np.clip(cv2.GaussianBlur(alpha, (0, 0), edge), 0, 1)[..., None]
    face.image[:] = face.image * (1 - alpha) + lit_colour * alpha
