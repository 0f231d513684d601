"""The networks, the sample people, and the clips and photographs of a data folder."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from django.conf import settings

from frapi.inference.onnx import OnnxModelRunner
from frapi.modelpack.build import build_all, fetch_samples
from frapi.modelpack.store import ModelStore
from frapi.simulation.portrait import seat_before_webcam
from frapi.vision.types import ImageU8, Landmarks

WEBCAM_SIDE_PX = 640


@functools.cache
def store() -> ModelStore:
    """The model pack, built if it isn't there."""
    found = ModelStore(settings.FRAPI.models_dir)
    build_all(found, settings.FRAPI.index)
    return found


@functools.cache
def runner() -> OnnxModelRunner:
    return OnnxModelRunner(store())


def seated(name: str) -> tuple[ImageU8, Landmarks]:
    """A sample person before a webcam, with his mesh."""
    portrait = fetch_samples(store(), settings.FRAPI.index)[name]
    return seat_before_webcam(read_rgb(portrait), runner())


def read_rgb(path: Path) -> ImageU8:
    """
    Raises:
        ValueError: the file is no image.
    """
    image = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
    if image is None:
        raise ValueError(f"{path.name} is no image")
    return np.asarray(image, np.uint8)


def clip_names(data: Path) -> list[str]:
    return sorted(path.name for path in (data / "clips").iterdir() if path.suffix in {".mp4", ".gif"})


def clip_frames(data: Path, name: str, *, fps: float | None = None) -> Iterator[tuple[float, ImageU8]]:
    """Frames as a webcam would have shown them, with their time in milliseconds.

    Args:
        fps: frames per second to take; None takes all.
    """
    window = json.loads((data / "clips" / "webcam_crops.json").read_text()).get(name)
    video = cv2.VideoCapture(str(data / "clips" / name))
    rate, next_ms, index = video.get(cv2.CAP_PROP_FPS) or 12.0, 0.0, 0
    try:
        while True:
            read, frame = video.read()
            if not read:
                return
            at_ms = index * 1000 / rate
            index += 1
            if fps is not None:
                if at_ms < next_ms - 1e-6:
                    continue
                next_ms += 1000 / fps
            yield at_ms, _as_webcam(np.asarray(frame, np.uint8), window)
    finally:
        video.release()


def _as_webcam(frame_bgr: ImageU8, window: list[int] | None) -> ImageU8:
    if window is not None:
        x, y, width, height = window
        frame_bgr = frame_bgr[y : y + height, x : x + width]
    scale = WEBCAM_SIDE_PX / max(frame_bgr.shape[:2])
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(frame_bgr, None, fx=scale, fy=scale, interpolation=interpolation)
    return np.ascontiguousarray(resized[..., ::-1], np.uint8)


def lfw_photographs(data: Path) -> dict[str, list[Path]]:
    """Person -> photographs of Labeled Faces in the Wild."""
    people = sorted(path for path in (data / "lfw" / "images").iterdir() if path.is_dir())
    return {person.name: sorted(person.glob("*.jpg")) for person in people}
