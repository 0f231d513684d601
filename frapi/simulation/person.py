"""Animate a photo of a person by its face mesh."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import simplejpeg

from frapi.simulation.mesh import HeadMesh, Placement
from frapi.simulation.render import MeshRenderer
from frapi.simulation.script import Gesture
from frapi.vision.types import ImageU8, Landmarks


@dataclass(frozen=True, slots=True)
class Habits:
    """What nobody can help, and no camera.

    Attributes:
        sway_deg: how far the head drifts by itself about each axis.
        sway_px: how far it drifts sideways.
        noise_sigma: sensor noise in grey levels; a webcam indoors.
    """

    sway_deg: float = 1.2
    sway_px: float = 2.0
    noise_sigma: float = 2.0


class Acting(Protocol):
    """What a person does: a :class:`~frapi.simulation.script.Script`, or somebody who listens while he acts."""

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        ...

    def at(self, time_s: float) -> Gesture:
        """The gesture at a time; asked once for each frame, in order."""
        ...


def animate(
    image_rgb: ImageU8, landmarks: Landmarks, script: Acting, *, fps: float, seed: int, habits: Habits | None = None
) -> Iterator[ImageU8]:
    """Act out ``script`` with the face of ``image_rgb``.

    Args:
        image_rgb: (H, W, 3) uint8, RGB: one roughly frontal face, eyes open.
        landmarks: the mesh of that face in this image.
        fps: frames per second; ``script.seconds * fps`` frames come, each drawn when it is taken.
        seed: the same seed gives the same frames.
    """
    habits = habits or Habits()
    mesh = HeadMesh(landmarks.points_px)
    renderer = MeshRenderer(image_rgb, mesh.vertices, mesh.triangles)
    rng = np.random.default_rng(seed)
    sway = _Sway(rng, habits)
    sensor = _Sensor(rng, image_rgb.shape, habits.noise_sigma)
    for number in range(round(script.seconds * fps)):
        time_s = number / fps
        drawn = renderer.draw(mesh.posed(script.at(time_s), sway.at(time_s)))
        yield sensor.expose(drawn)


def encode_jpeg(image_rgb: ImageU8, *, quality: int = 80) -> bytes:
    """What a browser's camera loop sends."""
    encoded: bytes = simplejpeg.encode_jpeg(np.ascontiguousarray(image_rgb), quality=quality)
    return encoded


class _Sway:
    """Slow, smooth and never repeating: two incommensurable sines for each axis."""

    def __init__(self, rng: np.random.Generator, habits: Habits) -> None:
        self._phases = rng.uniform(0, 2 * math.pi, (5, 2))
        self._periods_s = rng.uniform([3.0, 1.3], [6.0, 2.2], (5, 2))
        self._habits = habits

    def at(self, time_s: float) -> Placement:
        waves = np.sin(2 * math.pi * time_s / self._periods_s + self._phases) @ [0.7, 0.3]
        degrees, pixels = waves[:3] * self._habits.sway_deg, waves[3:] * self._habits.sway_px
        return Placement(*degrees.tolist(), *pixels.tolist())


class _Sensor:
    """Adds noise out of a reservoir made once: each frame takes another window of it."""

    MARGIN_PX = 64

    def __init__(self, rng: np.random.Generator, shape: tuple[int, ...], sigma: float) -> None:
        self._rng = rng
        padded = (shape[0] + self.MARGIN_PX, shape[1] + self.MARGIN_PX, shape[2])
        self._reservoir = np.rint(rng.standard_normal(padded, dtype=np.float32) * sigma).astype(np.int16)

    def expose(self, image_rgb: ImageU8) -> ImageU8:
        height, width = image_rgb.shape[:2]
        top, left = self._rng.integers(0, self.MARGIN_PX, 2)
        noisy = image_rgb + self._reservoir[top : top + height, left : left + width]
        exposed: ImageU8 = np.clip(noisy, 0, 255).astype(np.uint8)
        return exposed
