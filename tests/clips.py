"""Recordings of real people, out of the folder that FRAPI_DATA names. Not part of the project."""

from __future__ import annotations

import functools
import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest
from frapi_client.sources import encode_jpeg


def folder() -> Path:
    """Where the clips are; skips the test where they aren't."""
    named = os.environ.get("FRAPI_DATA")
    if not named:
        pytest.skip("FRAPI_DATA names no folder with recordings of real people")
    clips = Path(named) / "clips"
    if not clips.is_dir():
        pytest.skip(f"{clips} is absent")
    return clips


@functools.cache
def _windows() -> dict[str, list[int]]:
    """Clip -> x, y, width, height of what a webcam would have shown."""
    return json.loads((folder() / "webcam_crops.json").read_text())


def frames(name: str, *, fps: float = 10.0, start_s: float = 0.0, seconds: float | None = None) -> Iterator[bytes]:
    """A part of a clip as a webcam would have sent it: cropped, longer side 640, JPEG."""
    x, y, width, height = _windows()[name]
    capture = cv2.VideoCapture(str(folder() / name))
    step = capture.get(cv2.CAP_PROP_FPS) / fps
    numbers = itertools.count() if seconds is None else range(round(seconds * fps))
    position = 0
    try:
        for number in numbers:
            wanted = round((start_s * fps + number) * step)
            while position <= wanted:
                if not capture.grab():
                    return
                position += 1
            _, picture = capture.retrieve()
            yield encode_jpeg(picture[y : y + height, x : x + width])
    finally:
        capture.release()
