"""What lies over a face without being an obstacle, pasted by the same means, so that pasting itself is no cue."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from training.obstacles.fabrics import any_colour, cloth, folds, hair_colour
from training.obstacles.face import (
    JAW,
    LEFT_BROW,
    LEFT_EYE,
    LIPS,
    RIGHT_BROW,
    RIGHT_EYE,
    Face,
    Floats,
    Rng,
    draw_lines,
    fill,
    noise,
    paste,
)
from training.obstacles.hats import head_dome


def add_harmless(face: Face, rng: Rng, prints: list[Floats], objects: list[Floats]) -> None:
    """Add one to three harmless things."""
    things: list[tuple[float, Callable[[], None]]] = [
        (0.20, lambda: _fringe(face, rng)),
        (0.09, lambda: _dark_fringe(face, rng)),
        (0.13, lambda: _big_hair(face, rng)),
        (0.16, lambda: _beard(face, rng)),
        (0.14, lambda: _make_up(face, rng)),
        (0.07, lambda: _headphones(face, rng)),
        (0.09, lambda: _lines(face, rng)),
        (0.07, lambda: _neck_cloth(face, rng, prints)),
        (0.10, lambda: _beside(face, rng, objects, prints)),
        (0.06, lambda: _shut_eyes(face, rng)),
        (0.08, lambda: _eye_shade(face, rng)),
        (0.07, lambda: _eye_bags(face, rng)),
        (0.05, lambda: _microphone(face, rng)),
    ]
    weights = np.array([weight for weight, _ in things])
    for index in rng.choice(len(things), size=int(rng.integers(1, 4)), replace=False, p=weights / weights.sum()):
        things[index][1]()


def _strands(rng: Rng, size: int, colour: Floats, direction: float) -> Floats:
    """(size, size, 3) a texture of hair running along ``direction`` (radians)."""
    grain = rng.standard_normal((size, size)).astype(np.float32)
    length = int(rng.integers(9, 25))
    kernel = np.zeros((length, length), np.float32)
    half = (length - 1) / 2
    step = np.array([np.cos(direction), np.sin(direction)]) * half
    cv2.line(kernel, tuple(np.round(half - step).astype(int)), tuple(np.round(half + step).astype(int)), 1.0)
    kernel /= kernel.sum()
    grain = cv2.filter2D(grain, -1, kernel) * np.sqrt(length)
    grain = grain * rng.uniform(0.08, 0.22) + noise(rng, size, 25) * 0.12
    return np.asarray(np.clip(colour * (1 + grain[..., None]), 0, 255), np.float32)


def _ragged(rng: Rng, alpha: Floats, roughness: float) -> Floats:
    """An outline frayed as hair is."""
    size = alpha.shape[0]
    y, x = np.mgrid[:size, :size].astype(np.float32)
    dx, dy = noise(rng, size, 3) * roughness * 0.5, noise(rng, size, 3) * roughness
    frayed = cv2.remap(alpha, x + dx, y + dy, cv2.INTER_LINEAR)
    return np.asarray(cv2.GaussianBlur(frayed, (0, 0), rng.uniform(0.5, 1.5)), np.float32)


def _own_hair(face: Face, rng: Rng) -> Floats:
    """The person's own colour of hair, or any."""
    top = face.at(10) - face.axes[1, :2] * face.unit * 0.3
    x, y = np.clip(top.round().astype(int), 2, face.size - 3)
    sample = np.median(face.image[y - 2 : y + 3, x - 2 : x + 3].reshape(-1, 3), axis=0)
    return np.asarray(sample, np.float32) if rng.random() < 0.4 and sample.mean() < 150 else hair_colour(rng)


def _fringe(face: Face, rng: Rng) -> None:
    edge = rng.uniform(-0.1, 0.95)
    outline = head_dome(face, rng, edge=edge, height=rng.uniform(0.1, 0.55), wide=rng.uniform(0.98, 1.1))
    alpha = fill(outline, face.size)
    if rng.random() < 0.5:
        # Parted, or swept to a side: only a part of the forehead is covered.
        x = np.mgrid[: face.size, : face.size][1].astype(np.float32)
        offset = (x - face.at(10)[0]) / face.unit
        alpha = alpha * np.clip((offset - rng.uniform(-0.6, 0.4)) * rng.choice([-8.0, 8.0]), 0, 1)
    alpha = _ragged(rng, alpha, rng.uniform(1.5, 5)) * rng.uniform(0.7, 1.0)
    hair = _strands(rng, face.size, _own_hair(face, rng), np.pi / 2 + rng.normal(0, 0.5))
    paste(face, hair, alpha, rng, lit=0.4, shadow=rng.uniform(0, 0.4), shadow_shift=0.04)


def _dark_fringe(face: Face, rng: Rng) -> None:
    """Straight black hair down to the brows, smooth and without a parting: as dark and as even as a cap."""
    edge, height = rng.uniform(-0.15, 0.7), rng.uniform(0.4, 0.8)
    outline = head_dome(face, rng, edge=edge, height=height, wide=rng.uniform(1.0, 1.15))
    alpha = _ragged(rng, fill(outline, face.size), rng.uniform(1, 4)) * rng.uniform(0.9, 1.0)
    colour = np.full(3, rng.uniform(6, 45), np.float32) + rng.normal(0, 3, 3).astype(np.float32)
    hair = _strands(rng, face.size, np.clip(colour, 3, 60), np.pi / 2 + rng.normal(0, 0.3))
    paste(face, hair, alpha, rng, lit=0.3, shadow=rng.uniform(0, 0.3), shadow_shift=0.03)


def _big_hair(face: Face, rng: Rng) -> None:
    """Hair above and around the head: where hats and hoods would be."""
    edge, height = rng.uniform(0.75, 1.2), rng.uniform(0.3, 0.9)
    outline = head_dome(face, rng, edge=edge, height=height, wide=rng.uniform(1.05, 1.3))
    alpha = fill(outline, face.size)
    if rng.random() < 0.5:
        for side in (234, 454):
            root = face.mesh[side, :2]
            out = root - face.at(1)
            out = out / max(float(np.linalg.norm(out)), 1) * face.unit
            down = face.axes[1, :2] * face.unit
            tip = root + down * rng.uniform(0.4, 1.4)
            lock = np.stack([root - down * 0.9, root + out * 0.1, tip, root + down + out * 0.5])
            alpha = np.maximum(alpha, fill(cv2.convexHull(lock.astype(np.float32))[:, 0], face.size))
        alpha = alpha * (1 - face.oval(0.99))
    alpha = _ragged(rng, alpha, rng.uniform(1.5, 6))
    colour = _own_hair(face, rng)
    if rng.random() < 0.3:
        curls = colour * (1 + 0.35 * noise(rng, face.size, rng.uniform(2, 6)))[..., None]
        paste(face, np.clip(curls, 0, 255), alpha, rng, lit=0.3)
    else:
        paste(face, _strands(rng, face.size, colour, rng.uniform(0.3, 2.8)), alpha, rng, lit=0.3)


def _beard(face: Face, rng: Rng) -> None:
    size = face.size
    kind = rng.random()
    alpha = np.zeros((size, size), np.float32)
    if kind < 0.75:
        jaw = face.outline(JAW[3:-3], rng.uniform(1.0, 1.15))
        u = rng.uniform(0.1, 0.8)
        upper = [face.at(361) * (1 - u) + face.at(291) * u, face.at(291, 410), face.at(2, 164), face.at(61, 186)]
        upper.append(face.at(132) * (1 - u) + face.at(61) * u)
        alpha = fill(np.concatenate([jaw, np.stack(upper)]).astype(np.float32), size)
        mouth = face.mesh[LIPS, :2]
        alpha = alpha * (1 - fill((mouth - mouth.mean(axis=0)) * rng.uniform(1.0, 1.25) + mouth.mean(axis=0), size))
    if kind > 0.5:
        lip = np.stack(
            [face.at(*each) for each in ((61,), (40, 92), (2, 164), (270, 322), (291,), (269,), (0,), (39,))]
        )
        alpha = np.maximum(alpha, fill(lip.astype(np.float32), size))
    alpha = _ragged(rng, alpha, rng.uniform(1, 3)) * rng.uniform(0.3, 1.0)
    if rng.random() < 0.4:
        alpha = alpha * np.clip(0.6 + 0.4 * rng.standard_normal((size, size)).astype(np.float32), 0, 1)
    paste(face, _strands(rng, size, _own_hair(face, rng), np.pi / 2 + rng.normal(0, 0.4)), alpha, rng, lit=0.6)


def _make_up(face: Face, rng: Rng) -> None:
    size = face.size
    if rng.random() < 0.7:
        lips = np.array([rng.uniform(110, 210), rng.uniform(10, 70), rng.uniform(30, 90)], np.float32)
        paste(face, lips, fill(face.mesh[LIPS, :2], size) * rng.uniform(0.3, 0.8), rng, lit=0.9)
    if rng.random() < 0.7:
        shadow = any_colour(rng) * 0.7
        for eye, brow in ((RIGHT_EYE, RIGHT_BROW), (LEFT_EYE, LEFT_BROW)):
            lid = face.mesh[brow, :2] * 0.5 + face.mesh[eye[0], :2] * 0.5
            ring = cv2.convexHull(np.concatenate([face.mesh[eye, :2], lid]))[:, 0]
            soft = cv2.GaussianBlur(fill(ring, size), (0, 0), 0.03 * face.unit) * (1 - fill(face.mesh[eye, :2], size))
            paste(face, shadow, soft * rng.uniform(0.2, 0.75), rng, lit=0.8)
    if rng.random() < 0.6:
        lids = [(face.mesh[[*eye, eye[0]], :2], int(rng.integers(2, 7))) for eye in (RIGHT_EYE, LEFT_EYE)]
        brows = [(face.mesh[brow[:5], :2], int(rng.integers(3, 12))) for brow in (RIGHT_BROW, LEFT_BROW)]
        alpha = draw_lines([*lids, *brows], size)
        paste(face, np.float32([25, 18, 18]), alpha * rng.uniform(0.3, 0.9), rng, lit=0.3)
    if rng.random() < 0.4:
        for vertex in (50, 280):
            blush = fill(_disc(face.at(vertex), 0.2 * face.unit), size)
            paste(face, np.float32([210, 90, 90]), cv2.GaussianBlur(blush, (0, 0), 0.1 * face.unit) * 0.4, rng, lit=1.0)


def _headphones(face: Face, rng: Rng) -> None:
    size = face.size
    band = head_dome(face, rng, edge=1.0, height=rng.uniform(0.35, 0.6), wide=1.06)[30:]
    alpha = draw_lines([(band, int(rng.uniform(0.04, 0.16) * face.unit * 3))], size)
    colour = any_colour(rng)
    paste(face, colour, alpha * (1 - face.oval(0.98)), rng, lit=0.5)
    if rng.random() < 0.85:
        for vertex in (234, 454):
            out = (face.mesh[vertex, :2] - face.at(1)) * rng.uniform(1.05, 1.25) + face.at(1)
            cup = _disc(out, face.unit * rng.uniform(0.12, 0.26), stretch=rng.uniform(1.2, 1.9))
            paste(face, colour * rng.uniform(0.7, 1.1), fill(cup, size), rng, lit=0.5)


def _lines(face: Face, rng: Rng) -> None:
    """Strands of hair, wires, scratches across the face: not every thin line is a rim."""
    size = face.size
    strands = []
    for _ in range(int(rng.integers(1, 8))):
        start = face.at(10) + rng.normal(0, 0.6, 2) * face.unit
        points = [start]
        heading = rng.normal(np.pi / 2, 0.7)
        for _step in range(8):
            heading += rng.normal(0, 0.25)
            points.append(points[-1] + np.array([np.cos(heading), np.sin(heading)]) * 0.2 * face.unit)
        strands.append((np.stack(points), int(rng.integers(1, 5))))
    alpha = draw_lines(strands, size)
    paste(face, _own_hair(face, rng), alpha * rng.uniform(0.4, 1.0), rng, lit=0.4, shadow=0.15)


def _neck_cloth(face: Face, rng: Rng, prints: list[Floats]) -> None:
    """A scarf, roll neck or mask below the chin: it covers nothing."""
    size = face.size
    down, across = face.axes[1, :2] * face.unit, face.axes[0, :2] * face.unit
    chin = face.at(152)
    gap = rng.uniform(0.08, 0.35)
    places = np.linspace(-1.6, 1.6, 12)
    sag = gap + 0.25 * (1 - np.abs(places)) * rng.uniform(0.2, 1, 12) - 0.3 * np.abs(places)
    edge = chin + places[:, None] * across + sag[:, None] * down
    outline = np.concatenate([edge, np.stack([chin + across * 1.8 + down * 3, chin - across * 1.8 + down * 3])])
    alpha = fill(outline.astype(np.float32), size) * (1 - face.oval(1.03))
    texture = cloth(rng, size, prints) * folds(rng, size, strength=0.3)[..., None]
    paste(face, np.clip(texture, 0, 255), alpha, rng, lit=0.5)


def _beside(face: Face, rng: Rng, objects: list[Floats], prints: list[Floats]) -> None:
    """Clutter behind and beside the head."""
    size = face.size
    keep = np.clip(face.oval(1.12) + fill(head_dome(face, rng, edge=1.0, height=0.55, wide=1.15), size), 0, 1)
    if objects and rng.random() < 0.6:
        thing = objects[rng.integers(len(objects))]
        scale = rng.uniform(0.6, 1.6) * face.unit * 1.5 / max(thing.shape[:2])
        turn = rng.normal(0, 0.5)
        cos, sin = np.cos(turn) * scale, np.sin(turn) * scale
        bearing = rng.uniform(-0.5, np.pi + 0.5)
        centre = face.at(1) + np.array([np.cos(bearing), np.sin(bearing)]) * face.unit * rng.uniform(1.1, 1.8)
        linear = np.array([[cos, -sin], [sin, cos]])
        anchor = np.array(thing.shape[1::-1]) / 2
        matrix = np.concatenate([linear, (centre - linear @ anchor)[:, None]], axis=1).astype(np.float32)
        warped = cv2.warpAffine(thing, matrix, (size, size), flags=cv2.INTER_AREA)
        paste(face, np.asarray(warped[..., :3], np.float32), warped[..., 3] / 255 * (1 - keep), rng, lit=0.3)
        return
    blob = np.clip((noise(rng, size, rng.uniform(30, 90)) - rng.uniform(-0.5, 0.8)) * 8, 0, 1)
    paste(face, cloth(rng, size, prints), blob * (1 - keep), rng, lit=0.2)


def _shut_eyes(face: Face, rng: Rng) -> None:
    """Close the lids by drawing the skin of the upper lid down over the eye."""
    size = face.size
    y, x = np.mgrid[:size, :size].astype(np.float32)
    for eye, lower, upper in ((RIGHT_EYE, 145, 27), (LEFT_EYE, 374, 257)):
        ring = face.mesh[eye, :2]
        centre = ring.mean(axis=0)
        area = fill((ring - centre) * np.float32([1.1, 1.35]) + centre, size)
        soft = np.clip(cv2.GaussianBlur(area, (0, 0), 0.02 * face.unit) * 1.3, 0, 1)
        skin = face.at(upper)
        gap = max(float(face.mesh[lower, 1] - skin[1]), 1.0)
        source = skin[1] + (y - skin[1]) * (1 - soft * np.clip(0.9 * (y - skin[1]) / gap, 0, 0.92))
        face.image[:] = cv2.remap(face.image, x, source.astype(np.float32), cv2.INTER_LINEAR)
        lash = face.mesh[eye[: len(eye) // 2 + 1], :2]
        line = draw_lines([(lash, int(rng.integers(2, 5)))], size)
        face.image *= (1 - rng.uniform(0.2, 0.7) * line)[..., None]


def _eye_shade(face: Face, rng: Rng) -> None:
    """Deep-set or tired eyes: darkness without glasses."""
    strength = rng.uniform(0.15, 0.6)
    for eye in (RIGHT_EYE, LEFT_EYE):
        centre = face.mesh[eye, :2].mean(axis=0) + face.axes[1, :2] * face.unit * rng.uniform(-0.06, 0.08)
        disc = fill(_disc(centre, face.unit * rng.uniform(0.2, 0.32), stretch=rng.uniform(0.6, 0.9)), face.size)
        soft = cv2.GaussianBlur(disc, (0, 0), face.unit * rng.uniform(0.05, 0.12))
        face.image *= (1 - strength * soft)[..., None]


def _eye_bags(face: Face, rng: Rng) -> None:
    """Bags, creases and make-up below the eyes: arcs where the lower rims of glasses would be."""
    size, strength = face.size, rng.uniform(0.15, 0.55)
    for eye in (RIGHT_EYE, LEFT_EYE):
        arc = face.mesh[eye[:9], :2]
        for _ in range(int(rng.integers(1, 3))):
            low = arc + face.axes[1, :2] * face.unit * rng.uniform(0.04, 0.17)
            low = (low - low.mean(axis=0)) * rng.uniform(0.8, 1.25) + low.mean(axis=0)
            line = draw_lines([(low.astype(np.float32), int(rng.integers(1, 7)))], size)
            soft = cv2.GaussianBlur(line, (0, 0), rng.uniform(0.5, 2.0))
            face.image *= (1 - strength * soft)[..., None]


def _microphone(face: Face, rng: Rng) -> None:
    """A microphone in front of the chin or beside the mouth."""
    size = face.size
    tip = face.at(152) + rng.normal(0, 0.35, 2) * face.unit + face.axes[1, :2] * face.unit * rng.uniform(0.0, 0.4)
    end = tip + np.array([rng.normal(0, 0.7), 1.5]) * face.unit
    alpha = draw_lines([(np.stack([tip, end]), int(rng.uniform(0.05, 0.2) * face.unit * 3))], size)
    alpha = np.maximum(alpha, fill(_disc(tip, face.unit * rng.uniform(0.06, 0.16), stretch=1.3), size))
    paste(face, any_colour(rng) * 0.5, alpha, rng, lit=0.4)


def _disc(centre: Floats, radius: float, *, stretch: float = 1.0) -> Floats:
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    return np.asarray(centre + np.stack([np.cos(angle), np.sin(angle) * stretch], axis=1) * radius, np.float32)
