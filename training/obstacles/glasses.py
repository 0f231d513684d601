"""Glasses: cut-outs, and frames drawn in the face's own three dimensions."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.obstacles.fabrics import any_colour
from training.obstacles.face import Face, Floats, Rng, noise, paste, shrink

_SCALE = 4


@dataclass
class _Frame:
    """Measures in units of the outer eye distance (about 90 mm)."""

    lens_width: float
    lens_height: float
    spacing: float
    rim: float
    squareness: float
    taper: float
    lift: float
    wrap: float
    drop: float
    half_rim: bool
    rimless: bool


def wear_glasses(face: Face, rng: Rng, cutouts: list[Floats], *, dark: bool) -> None:
    """Put on clear or dark glasses."""
    if cutouts and rng.random() < (0.4 if dark else 0.25):
        _wear_cutout(face, rng, cutouts[rng.integers(len(cutouts))], dark=dark)
    else:
        _wear_drawn(face, rng, _frame(rng, dark=dark), dark=dark)


def _frame(rng: Rng, *, dark: bool) -> _Frame:
    kind = rng.random()
    width = rng.uniform(0.50, 0.70) if dark else rng.uniform(0.46, 0.66)
    height = width * (rng.uniform(0.6, 0.95) if dark or rng.random() < 0.6 else rng.uniform(0.42, 0.65))
    # Half of thin metal, a fifth rimless, the rest of plastic.
    rim = rng.uniform(0.006, 0.018) if kind < 0.55 else rng.uniform(0.02, 0.075)
    return _Frame(
        lens_width=width,
        lens_height=min(height, 0.62),
        spacing=max(width + rng.uniform(0.14, 0.26), 0.66),
        rim=rim,
        squareness=float(rng.choice([2.0, 2.3, 2.8, 3.5, 5.0])),
        taper=rng.uniform(-0.05, 0.22),
        lift=rng.uniform(-0.05, 0.12) if rng.random() < 0.8 else rng.uniform(0.1, 0.25),
        wrap=rng.uniform(0.0, 0.35),
        drop=rng.uniform(-0.05, 0.12) if rng.random() < 0.9 else rng.uniform(0.1, 0.28),
        half_rim=rng.random() < 0.15,
        rimless=not dark and rng.random() < 0.2,
    )


def _wear_drawn(face: Face, rng: Rng, frame: _Frame, *, dark: bool) -> None:
    size = face.size
    origin = face.mesh[[33, 133, 362, 263]].mean(axis=0)
    origin = origin + face.axes[2] * face.unit * -rng.uniform(0.02, 0.14)
    tilt = rng.normal(0, 0.02)
    lenses = []
    for side in (-1, 1):
        local = _lens_contour(frame, side)
        local[:, 1] += local[:, 0] * tilt
        lenses.append(face.place(local, origin))
    rims, inside = _canvas(size), _canvas(size)
    for lens in lenses:
        cv2.fillPoly(inside, [_fixed(lens)], 255, cv2.LINE_AA, 4)
    thickness = frame.rim * face.unit
    if not frame.rimless:
        for lens in lenses:
            part = lens[len(lens) // 2 - 2 :] if frame.half_rim else lens
            _line(rims, part, thickness, closed=not frame.half_rim)
    _bridge_and_temples(face, rng, frame, lenses, origin, rims, thickness)
    lens_alpha, rim_alpha = shrink(inside, size), shrink(rims, size) * min(1.0, 0.35 + thickness / 1.6)
    if rng.random() < 0.7:
        _cast_shadow(face, rng, np.maximum(rim_alpha, lens_alpha * (0.5 if dark else 0.08)))
    _glaze(face, rng, lens_alpha, dark=dark)
    if frame.rimless:
        edge = lens_alpha - cv2.erode(lens_alpha, np.ones((3, 3)))
        tone = np.full(3, rng.choice([40.0, 230.0]), np.float32)
        paste(face, tone, edge * rng.uniform(0.15, 0.5), rng, lit=0.3)
    colour = _rim_colour(rng)
    shine = 1 + rng.uniform(0, 0.35) * noise(rng, size, rng.uniform(4, 20))
    paste(face, np.clip(colour * shine[..., None], 0, 255), rim_alpha * rng.uniform(0.8, 1.0), rng, lit=0.5)
    if rng.random() < 0.5 and thickness > 0.8:
        up = cv2.warpAffine(rim_alpha, np.float32([[1, 0, 0], [0, 1, -max(thickness * 0.3, 0.4)]]), (size, size))
        glint = np.clip(rim_alpha * up * np.clip(noise(rng, size, 12), 0, 1), 0, 1)
        paste(face, np.full(3, 245, np.float32), glint * rng.uniform(0.2, 0.8), rng, lit=0.2)


def _lens_contour(frame: _Frame, side: int, count: int = 64) -> Floats:
    """(count, 3) starting at the outer edge, going below first and above last."""
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    cos, sin = np.cos(angle), np.sin(angle)
    power = 2 / frame.squareness
    x = np.sign(cos) * np.abs(cos) ** power * frame.lens_width / 2
    y = np.sign(sin) * np.abs(sin) ** power * frame.lens_height / 2
    x = x * (1 - frame.taper * y / frame.lens_height)
    outward = x / frame.lens_width
    y = y - frame.lift * frame.lens_height * np.clip(outward + 0.2, 0, 1) * (y < 0)
    z = frame.wrap * np.clip(outward + 0.3, 0, 2) ** 2 * 0.4
    return np.stack([side * (x + frame.spacing / 2), y + frame.drop, z], axis=1).astype(np.float32)


def _bridge_and_temples(
    face: Face, rng: Rng, frame: _Frame, lenses: list[Floats], origin: Floats, rims: NDArray[np.uint8], thickness: float
) -> None:
    inner = frame.spacing / 2 - frame.lens_width / 2
    level = frame.drop - frame.lens_height * rng.uniform(0.0, 0.32)
    arch = rng.uniform(0.0, 0.12)
    local = np.array([[-inner * 1.05, level, 0], [0, level - arch, -0.04], [inner * 1.05, level, 0]], np.float32)
    start, top, end = face.place(local, origin)
    t = np.linspace(0, 1, 12)[:, None]
    curve = (1 - t) ** 2 * start + 2 * t * (1 - t) * (2 * top - (start + end) / 2) + t**2 * end
    _line(rims, curve, max(thickness * rng.uniform(0.7, 1.3), 0.5), closed=False)
    if rng.random() < 0.15:
        bar = face.place(local + np.array([0, -0.1, 0], np.float32), origin)
        _line(rims, bar, max(thickness, 0.5), closed=False)
    hinge_level = frame.drop - frame.lens_height * rng.uniform(0.1, 0.42)
    for side in (-1, 1):
        outer = side * (frame.spacing / 2 + frame.lens_width / 2)
        local = np.array(
            [
                [outer * 0.98, hinge_level, 0.02],
                [outer * 1.04, hinge_level, 0.06],
                [outer * 1.08, hinge_level + 0.05, 0.95],
            ],
            np.float32,
        )
        points = face.place(local, origin)
        # A temple that runs towards the middle of the face is behind the face.
        visible = side * (points[2, 0] - points[1, 0]) > 0
        _line(rims, points if visible else points[:2], max(thickness * rng.uniform(0.8, 2.2), 0.6), closed=False)


def _glaze(face: Face, rng: Rng, lens: Floats, *, dark: bool) -> None:
    """The lenses: tint, gradient, reflections."""
    size = face.size
    y = np.mgrid[:size, :size][0].astype(np.float32)
    rows = np.nonzero(lens.max(axis=1) > 0.5)[0]
    if len(rows) == 0:
        return
    height = (y - rows[0]) / max(rows[-1] - rows[0], 1)
    if dark:
        mirrored = rng.random() < 0.2
        tint = any_colour(rng) if mirrored or rng.random() < 0.3 else np.full(3, rng.uniform(5, 60), np.float32)
        depth = rng.uniform(0.72, 0.99) - np.clip(height, 0, 1) * (rng.uniform(0, 0.45) if rng.random() < 0.4 else 0)
        paste(face, tint, lens * depth, rng, lit=0.3)
    elif rng.random() < 0.5:
        tint = np.array([rng.uniform(120, 255), rng.uniform(140, 255), rng.uniform(120, 255)], np.float32)
        paste(face, tint, lens * rng.uniform(0.0, 0.16), rng, lit=0.8)
    if rng.random() < (0.6 if dark else 0.55):
        angle, cell = rng.uniform(-1.0, 1.0), rng.uniform(0.15, 0.8) * face.unit
        x = np.mgrid[:size, :size][1].astype(np.float32)
        phase = (x * np.cos(angle) + y * np.sin(angle)) / cell + rng.random()
        streaks = np.clip(np.sin(2 * np.pi * phase) * 3 - rng.uniform(0.5, 2.8), 0, 1)
        glare = np.clip(noise(rng, size, rng.uniform(0.2, 0.6) * face.unit) - rng.uniform(0.3, 1.3), 0, 1)
        pattern = streaks if rng.random() < 0.5 else glare
        hue = np.array([1, 1, 1]) if rng.random() < 0.6 else rng.uniform(0.4, 1.0, 3)
        paste(face, (hue * 250).astype(np.float32), lens * pattern * rng.uniform(0.1, 0.75), rng, lit=0.2)


def _rim_colour(rng: Rng) -> Floats:
    kind = rng.random()
    if kind < 0.45:
        return np.full(3, rng.uniform(8, 50), np.float32)
    if kind < 0.62:
        return np.array([rng.uniform(50, 110), rng.uniform(30, 65), rng.uniform(15, 40)], np.float32)
    if kind < 0.74:
        return np.full(3, rng.uniform(120, 210), np.float32)
    if kind < 0.84:
        return np.array([rng.uniform(150, 210), rng.uniform(120, 165), rng.uniform(60, 100)], np.float32)
    if kind < 0.88:
        return np.array([190, 160, 140], np.float32) * rng.uniform(0.8, 1.2)
    return any_colour(rng)


def _cast_shadow(face: Face, rng: Rng, alpha: Floats) -> None:
    shift = rng.normal(0, 0.02), rng.uniform(0.01, 0.08)
    matrix = np.float32([[1, 0, shift[0] * face.unit], [0, 1, shift[1] * face.unit]])
    soft = cv2.GaussianBlur(cv2.warpAffine(alpha, matrix, alpha.shape[::-1]), (0, 0), rng.uniform(0.5, 2.0))
    face.image *= (1 - rng.uniform(0.05, 0.4) * soft)[..., None]


def _wear_cutout(face: Face, rng: Rng, cutout: Floats, *, dark: bool) -> None:
    height, width = cutout.shape[:2]
    half = rng.uniform(0.70, 0.86)
    tall = 2 * half * height / width * rng.uniform(0.9, 1.15)
    origin = face.mesh[[33, 133, 362, 263]].mean(axis=0) - face.axes[2] * face.unit * rng.uniform(0, 0.12)
    drop = rng.uniform(-0.04, 0.12)
    local = np.array([[-half, drop - tall / 2, 0.08], [half, drop - tall / 2, 0.08], [-half, drop + tall / 2, 0.08]])
    corners = face.place(np.asarray(local, np.float32), np.asarray(origin, np.float32))
    matrix = cv2.getAffineTransform(np.float32([[0, 0], [width, 0], [0, height]]), corners)
    warped = cv2.warpAffine(cutout, matrix, (face.size, face.size), flags=cv2.INTER_AREA)
    alpha = warped[..., 3] / 255
    if dark:
        alpha = alpha * rng.uniform(0.85, 1.0)
    else:
        filled = cv2.morphologyEx(alpha, cv2.MORPH_CLOSE, np.ones((21, 21)))
        _glaze(face, rng, np.clip(filled - alpha, 0, 1), dark=False)
    colour = warped[..., :3]
    if rng.random() < 0.3:
        colour = np.clip(colour[..., rng.permutation(3)] * rng.uniform(0.5, 1.3) + rng.uniform(0, 30), 0, 255)
    if rng.random() < 0.7:
        _cast_shadow(face, rng, alpha * 0.8)
    paste(face, np.asarray(colour, np.float32), alpha, rng, lit=0.5)


def _canvas(size: int) -> NDArray[np.uint8]:
    return np.zeros((size * _SCALE, size * _SCALE), np.uint8)


def _fixed(points: Floats) -> NDArray[np.int32]:
    return np.round((points + 0.5) * _SCALE * 16).astype(np.int32)


def _line(canvas: NDArray[np.uint8], points: Floats, thickness_px: float, *, closed: bool) -> None:
    width = max(1, round(thickness_px * _SCALE))
    cv2.polylines(canvas, [_fixed(points)], closed, 255, width, cv2.LINE_AA, 4)
