"""What the browser's camera shows: films of sample people, for Chromium's file in place of a camera."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

from frapi.simulation.person import animate, encode_jpeg
from frapi.simulation.script import LIVELY, Script, rest
from frapi.vision import topology
from frapi.vision.types import ImageU8, Landmarks
from tests import samples

CAMERA_FPS = 30.0
"""What Chromium takes an MJPEG file to have."""

BLACK = (16, 13, 12)
STILL_SECONDS = 10.0
SHORT_SECONDS = 3.0


class Films:
    """Films by name, each drawn once. Chromium begins a film again when it is over.

    Args:
        folder: where they are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path:
        """The file of a film of :data:`FILMS`."""
        path = self._folder / f"{name}.mjpeg"
        if not path.is_file():
            unfinished = path.with_suffix(".part")
            unfinished.write_bytes(b"".join(map(encode_jpeg, FILMS[name]())))
            unfinished.replace(path)
        return path


def _living(portrait: str, script: Script) -> Iterator[ImageU8]:
    return animate(*samples.seated(portrait), script, fps=CAMERA_FPS, seed=1)


def _with_glasses() -> Iterator[ImageU8]:
    image, mesh = samples.seated("obama.jpg")
    return animate(draw_glasses(image, mesh), mesh, rest(SHORT_SECONDS), fps=CAMERA_FPS, seed=1)


def _in_the_dark() -> Iterator[ImageU8]:
    for frame in _living("obama.jpg", rest(SHORT_SECONDS)):
        yield (frame * 0.1).astype(np.uint8)


def _nobody() -> Iterator[ImageU8]:
    """A wall, and the camera's noise."""
    rng = np.random.default_rng(1)
    wall = np.linspace(150, 190, 640, dtype=np.float32)[None, :, None] + np.zeros((480, 1, 3), np.float32)
    for _ in range(round(SHORT_SECONDS * CAMERA_FPS)):
        yield (wall + rng.normal(0, 2, wall.shape)).astype(np.uint8)


def _two_people() -> Iterator[ImageU8]:
    """One beside the other, each as wide as half of the picture."""
    pairs = zip(*(_living(each, rest(SHORT_SECONDS)) for each in ("obama.jpg", "biden.jpg")), strict=True)
    for left, right in pairs:
        yield np.hstack([left[:, 160:480], right[:, 160:480]])


def draw_glasses(image_rgb: ImageU8, mesh: Landmarks) -> ImageU8:
    """Sunglasses on the face of ``image_rgb``; they turn with the head that is animated from it."""
    points = mesh.points_px[:, :2]
    right, left = points[topology.RIGHT_EYE_CONTOUR].mean(axis=0), points[topology.LEFT_EYE_CONTOUR].mean(axis=0)
    apart = float(np.linalg.norm(left - right))
    thick = max(2, round(0.05 * apart))
    drawn = image_rgb.copy()
    for eye, temple in ((right, points[topology.RIGHT_TEMPLE]), (left, points[topology.LEFT_TEMPLE])):
        middle, axes = _pixel(eye + (0, 0.05 * apart)), _pixel(np.array((0.36, 0.28)) * apart)
        cv2.ellipse(drawn, middle, axes, 0, 0, 360, BLACK, -1, cv2.LINE_AA)
        outer = eye + np.sign(temple - eye) * (0.35 * apart, 0)
        cv2.line(drawn, _pixel(outer), _pixel(temple), BLACK, thick, cv2.LINE_AA)
    bridge = np.array((0.34 * apart, 0))
    cv2.line(drawn, _pixel(right + bridge), _pixel(left - bridge), BLACK, thick, cv2.LINE_AA)
    return drawn


def _pixel(point: np.ndarray) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))


FILMS: dict[str, Callable[[], Iterator[ImageU8]]] = {
    # Twice, so that a session that takes a while sees no film begin again.
    "ada": lambda: _living("obama.jpg", LIVELY * 2),
    "grace": lambda: _living("biden.jpg", LIVELY),
    "ada_does_nothing": lambda: _living("obama.jpg", rest(STILL_SECONDS)),
    "ada_with_glasses": _with_glasses,
    "ada_in_the_dark": _in_the_dark,
    "two_people": _two_people,
    "nobody": _nobody,
}
