"""Clips, folders of frames and photographs become films, and films become attacks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import simplejpeg

from frapi.errors import InvalidImage
from frapi.evaluation.people import PHOTO_SUFFIXES, name_without_number
from frapi.simulation.attacks import PHOTO_ATTACKS, loop, rephotograph, shuffle, swap
from frapi.simulation.person import encode_jpeg
from frapi.simulation.portrait import seat_before_webcam
from frapi.vision.ports import ModelRunner
from frapi.vision.types import ImageU8

GENUINE, SWAPPED = "genuine", "swapped"
VIDEO_SUFFIXES = {".mp4", ".gif", ".avi", ".mov", ".mkv", ".webm", ".mjpeg"}
WINDOWS_FILE = "webcam_crops.json"
LONG_SIDE_PX = 640
# Rate of a file that doesn't know its own.
UNKNOWN_FPS = 12.0


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """Attributes:
    name: of the file it comes from.
    species: ``GENUINE``, or that of the attack.
    person: whose face it shows, for the intervals.
    frames: one after the other at the evaluation's rate.
    judged_from: number of the first frame that counts: what is reached before a swap is the living person's own.
    """

    name: str
    species: str
    person: str
    frames: Iterable[ImageU8]
    judged_from: int = 1


def as_filmed(frames: Iterable[ImageU8]) -> Iterator[ImageU8]:
    """Frames as a client sends them: as JPEG."""
    for frame in frames:
        yield simplejpeg.decode_jpeg(encode_jpeg(frame))


def find_films(folder: Path) -> list[Path]:
    """Videos, and folders that hold frames; not photographs lying about by themselves."""
    found = [path for path in folder.rglob("*") if path.suffix.lower() in VIDEO_SUFFIXES]
    holders = {path.parent for path in folder.rglob("*") if path.suffix.lower() in PHOTO_SUFFIXES}
    return sorted(found) + sorted(holders)


def find_photos(folder: Path) -> list[Path]:
    """All photographs in a folder and those below it."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in PHOTO_SUFFIXES)


def read_photo(path: Path) -> ImageU8:
    """
    Raises:
        InvalidImage: the file is no picture.
    """
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise InvalidImage(f"{path.name} is no picture")
    return np.ascontiguousarray(np.asarray(picture, np.uint8)[..., ::-1])


def person_of_film(path: Path) -> str:
    """A folder's name, or a file's without its number."""
    return path.name if path.is_dir() else name_without_number(path.stem)


def read_film(path: Path, *, fps: float, max_frames: int) -> list[ImageU8]:
    """Frames at ``fps``, scaled to a webcam's size, cut to the window that ``webcam_crops.json`` beside it names."""
    if path.is_dir():
        files = [file for file in sorted(path.iterdir()) if file.suffix.lower() in PHOTO_SUFFIXES]
        pictures = (cv2.imread(str(file), cv2.IMREAD_COLOR) for file in files[:max_frames])
        return [_as_webcam(picture, None) for picture in pictures if picture is not None]
    windows_file = path.parent / WINDOWS_FILE
    window = json.loads(windows_file.read_text()).get(path.name) if windows_file.exists() else None
    video = cv2.VideoCapture(str(path))
    rate = video.get(cv2.CAP_PROP_FPS) or UNKNOWN_FPS
    frames: list[ImageU8] = []
    next_ms, index = 0.0, 0
    try:
        while len(frames) < max_frames:
            read, frame = video.read()
            if not read:
                break
            if index * 1000 / rate >= next_ms - 1e-6:
                next_ms += 1000 / fps
                frames.append(_as_webcam(frame, window))
            index += 1
    finally:
        video.release()
    return frames


def _as_webcam(frame_bgr: object, window: list[int] | None) -> ImageU8:
    frame = np.asarray(frame_bgr, np.uint8)
    if window is not None:
        x, y, width, height = window
        frame = frame[y : y + height, x : x + width]
    scale = LONG_SIDE_PX / max(frame.shape[:2])
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.ascontiguousarray(cv2.resize(frame, None, fx=scale, fy=scale, interpolation=interpolation)[..., ::-1])


def photo_attacks(
    photo_rgb: ImageU8, runner: ModelRunner, *, fps: float, frames: int, seed: int
) -> Iterator[tuple[str, Iterable[ImageU8]]]:
    """(species, film) of everything that can be done with one photograph; nothing where it shows no face."""
    try:
        seated, landmarks = seat_before_webcam(photo_rgb, runner)
    except InvalidImage:
        return
    for species, attack in PHOTO_ATTACKS.items():
        yield species, attack(seated, landmarks, frames, fps, seed)


def film_attacks(
    film: list[ImageU8], other_photo: Iterable[ImageU8], *, fps: float, frames: int, swap_after: int, seed: int
) -> Iterator[tuple[str, Iterable[ImageU8]]]:
    """(species, film) of what can be done with one film of somebody."""
    yield "looped", loop(film, frames, fps)
    yield "shuffled", shuffle(film, frames, seed)
    yield SWAPPED, swap(film, swap_after, other_photo)
    yield "screen_film", rephotograph(film, seed)
