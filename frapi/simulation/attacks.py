"""What attackers show to a camera, made from any photograph or film, by species."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import cv2
import numpy as np

from frapi.simulation.person import Habits, animate
from frapi.simulation.photo import Waving, wave_photo
from frapi.simulation.script import blink, rest
from frapi.vision import topology
from frapi.vision.types import ImageU8, Landmarks

SENSOR_SIGMA = 2.0
"""Noise of the camera that films the attack, in grey levels."""
BLINK_EVERY_S = 1.2
"""Whoever warps lids shut does it again and again."""

Film = Iterator[ImageU8]
PhotoAttack = Callable[[ImageU8, Landmarks, int, float, int], Film]


def still(image_rgb: ImageU8, landmarks: Landmarks, count: int, fps: float, seed: int) -> Film:
    """The photograph before a camera, quite still."""
    return _filmed(itertools.repeat(image_rgb, count), seed)


def moved(image_rgb: ImageU8, landmarks: Landmarks, count: int, fps: float, seed: int) -> Film:
    """Shifted, zoomed and turned in its plane by a hand."""
    return _filmed(_hand_held(itertools.repeat(image_rgb, count), fps, seed), seed)


def tilted(image_rgb: ImageU8, landmarks: Landmarks, count: int, fps: float, seed: int) -> Film:
    """Flat, tilted in space to 35 degrees and back."""
    return wave_photo(image_rgb, Waving(35.0, turns=max(1.0, count / fps / 4)), count=count, seed=seed)


def bent(image_rgb: ImageU8, landmarks: Landmarks, count: int, fps: float, seed: int) -> Film:
    """Tilted to 25 degrees and bent as paper."""
    return wave_photo(image_rgb, Waving(25.0, bend=0.2, turns=max(1.0, count / fps / 4)), count=count, seed=seed)


def lids_warped(image_rgb: ImageU8, landmarks: Landmarks, count: int, fps: float, seed: int) -> Film:
    """The photograph's lids painted shut for a moment, again and again, the rest held in a hand."""
    return _filmed(_hand_held(_blinking(image_rgb, landmarks, count, fps, seed), fps, seed), seed)


def eyes_cut_out(image_rgb: ImageU8, landmarks: Landmarks, count: int, fps: float, seed: int) -> Film:
    """The photograph with holes for eyes, behind which living ones blink and drift."""
    return _filmed(_hand_held(_with_eyes_behind(image_rgb, landmarks, count, fps, seed), fps, seed), seed)


def rephotographed_still(image_rgb: ImageU8, landmarks: Landmarks, count: int, fps: float, seed: int) -> Film:
    """The photograph on a screen, held in a hand."""
    return rephotograph(_hand_held(itertools.repeat(image_rgb, count), fps, seed), seed)


PHOTO_ATTACKS: Mapping[str, PhotoAttack] = {
    "still": still,
    "moved": moved,
    "tilted": tilted,
    "bent": bent,
    "lids_warped": lids_warped,
    "eyes_cut_out": eyes_cut_out,
    "screen_still": rephotographed_still,
}


def loop(frames: Sequence[ImageU8], count: int, fps: float, *, seconds: float = 1.5) -> Film:
    """The first seconds of a film, again and again."""
    period = max(2, round(seconds * fps))
    return (frames[number % min(period, len(frames))] for number in range(count))


def shuffle(frames: Sequence[ImageU8], count: int, seed: int) -> Film:
    """A film in no order."""
    order = np.random.default_rng(seed).permutation(min(count, len(frames)))
    return (frames[int(number)] for number in order)


def swap(frames: Sequence[ImageU8], after: int, photo: Iterable[ImageU8]) -> Film:
    """A film up to one of its frames, then somebody else's photograph."""
    return itertools.chain(frames[:after], photo)


def rephotograph(frames: Iterable[ImageU8], seed: int) -> Film:
    """A film on a screen before a camera: resampled, with moiré, a glare, and the screen's gamma."""
    rng = np.random.default_rng(seed)
    glare = moire = None
    for frame in frames:
        height, width = frame.shape[:2]
        if glare is None or moire is None:
            y, x = np.mgrid[:height, :width].astype(np.float32)
            center = rng.uniform(0.2, 0.8, 2) * [width, height]
            glare = 60 * np.exp(-((x - center[0]) ** 2 + (y - center[1]) ** 2) / (0.12 * width) ** 2)[..., None]
            angle, period = rng.uniform(0, math.pi), rng.uniform(3, 9)
            along = (x * math.cos(angle) + y * math.sin(angle)) * (2 * math.pi / period)
            moire = np.stack([1 + 0.05 * np.sin(along + phase) for phase in (0, 2.1, 4.2)], axis=-1)
        small = cv2.resize(frame, None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
        back = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)
        shown = 255 * (back / 255) ** 1.15 * moire + glare + rng.normal(0, SENSOR_SIGMA, frame.shape)
        yield np.clip(shown, 0, 255).astype(np.uint8)


def _filmed(frames: Iterable[ImageU8], seed: int) -> Film:
    rng = np.random.default_rng(seed)
    for frame in frames:
        noise = rng.standard_normal(frame.shape, dtype=np.float32) * SENSOR_SIGMA
        yield np.clip(frame + noise, 0, 255).astype(np.uint8)


def _hand_held(frames: Iterable[ImageU8], fps: float, seed: int) -> Film:
    """Slow shifts up to 6 % of the width, zoom up to 8 %, turns in the plane up to 4 degrees."""
    phases = np.random.default_rng(seed).uniform(0, 2 * math.pi, 4)
    for number, frame in enumerate(frames):
        height, width = frame.shape[:2]
        waves = np.sin(2 * math.pi * number / fps / np.array([3.1, 2.3, 4.0, 2.7]) + phases)
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 4 * waves[0], 1 + 0.08 * waves[1])
        matrix[:, 2] += waves[2:] * [0.06 * width, 0.04 * height]
        shown = cv2.warpAffine(frame, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
        yield np.asarray(shown, np.uint8)


def _blinking(image_rgb: ImageU8, landmarks: Landmarks, count: int, fps: float, seed: int) -> Film:
    script = (rest(BLINK_EVERY_S) + blink(0.35)) * math.ceil(count / fps / BLINK_EVERY_S)
    habits = Habits(sway_deg=0.0, sway_px=0.0, noise_sigma=0.0)
    return itertools.islice(animate(image_rgb, landmarks, script, fps=fps, seed=seed, habits=habits), count)


def _with_eyes_behind(image_rgb: ImageU8, landmarks: Landmarks, count: int, fps: float, seed: int) -> Film:
    """Eyes of the same photograph, blinking and swaying by themselves, seen through its holes."""
    holes = np.zeros(image_rgb.shape[:2], np.uint8)
    for contour in (topology.RIGHT_EYE_CONTOUR, topology.LEFT_EYE_CONTOUR):
        hull = cv2.convexHull(np.round(landmarks.points_px[contour, :2]).astype(np.int32))
        cv2.fillConvexPoly(holes, hull, 1)
    side = max(3, round(float(np.ptp(landmarks.points_px[:, 0])) / 30))
    inside = cv2.dilate(holes, np.ones((side, side), np.uint8))[..., None] > 0
    script = (rest(BLINK_EVERY_S) + blink(0.35)) * math.ceil(count / fps / BLINK_EVERY_S)
    habits = Habits(sway_deg=2.0, sway_px=2.0, noise_sigma=0.0)
    behind = animate(image_rgb, landmarks, script, fps=fps, seed=seed, habits=habits)
    return (np.where(inside, eyes, image_rgb) for eyes in itertools.islice(behind, count))
