"""Colours and textures to make masks, hats, scarves and hair of."""

from __future__ import annotations

import colorsys

import cv2
import numpy as np

from training.obstacles.face import Floats, Rng, noise

_HAIR = np.array(
    [[22, 18, 17], [45, 32, 25], [72, 50, 36], [105, 74, 48], [150, 112, 70], [196, 165, 115], [120, 60, 35]]
    + [[140, 138, 136], [205, 203, 200]],
    np.float32,
)


def any_colour(rng: Rng) -> Floats:
    """Any colour of cloth or plastic; black, white, grey and navy more often than others."""
    kind = rng.random()
    if kind < 0.28:
        return np.full(3, rng.uniform(12, 55), np.float32) + rng.normal(0, 4, 3).astype(np.float32)
    if kind < 0.42:
        return np.full(3, rng.uniform(190, 248), np.float32) + rng.normal(0, 4, 3).astype(np.float32)
    if kind < 0.52:
        return np.full(3, rng.uniform(60, 180), np.float32)
    hue, saturation, value = rng.random(), rng.uniform(0.25, 0.95), rng.uniform(0.2, 0.95)
    return np.array(colorsys.hsv_to_rgb(hue, saturation, value), np.float32) * 255


def hair_colour(rng: Rng) -> Floats:
    """A colour of hair."""
    base = _HAIR[rng.integers(len(_HAIR))]
    return np.asarray(np.clip(base * rng.uniform(0.75, 1.25) + rng.normal(0, 4, 3), 5, 240), np.float32)


def cloth(rng: Rng, size: int, prints: list[Floats]) -> Floats:
    """(size, size, 3) a cloth of any make.

    Args:
        prints: pictures of printed cloth, RGB 0..255.
    """
    texture = np.broadcast_to(any_colour(rng), (size, size, 3)).copy()
    kind = rng.random()
    if kind < 0.12 and prints:
        texture = printed(rng, size, prints[rng.integers(len(prints))])
    elif kind < 0.30:
        texture = _striped(rng, texture, size)
    elif kind < 0.42:
        texture = _knitted(rng, texture, size)
    elif kind < 0.50:
        second = any_colour(rng)
        spots = noise(rng, size, rng.uniform(5, 30)) > rng.uniform(-0.3, 1)
        texture = np.where(spots[..., None], second, texture)
    texture = texture * (1 + 0.05 * rng.random() * noise(rng, size, rng.uniform(1, 3)))[..., None]
    if rng.random() < 0.25:
        texture = _logo(rng, texture, size)
    return np.asarray(np.clip(texture, 0, 255), np.float32)


def folds(rng: Rng, size: int, *, strength: float = 0.2) -> Floats:
    """(size, size) shading of soft creases, about 1."""
    angle, cell = rng.uniform(0, np.pi), rng.uniform(12, 45)
    y, x = np.mgrid[:size, :size].astype(np.float32)
    along = x * np.cos(angle) + y * np.sin(angle) + noise(rng, size, 40) * rng.uniform(3, 14)
    waves = np.sin(along / cell * 2 * np.pi + noise(rng, size, 60) * 1.5)
    return np.asarray(1 + strength * rng.uniform(0.2, 1) * waves + 0.06 * noise(rng, size, 25), np.float32)


def printed(rng: Rng, size: int, picture: Floats) -> Floats:
    """A piece of a printed cloth, tiled by mirroring."""
    scale = rng.uniform(0.4, 1.6) * size / max(picture.shape[:2])
    piece = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    reps = (-(-size // piece.shape[0]), -(-size // piece.shape[1]), 1)
    return np.asarray(np.tile(piece, reps)[:size, :size], np.float32)


def _striped(rng: Rng, texture: Floats, size: int) -> Floats:
    angle, cell, share = rng.uniform(0, np.pi), rng.uniform(3, 30), rng.uniform(0.2, 0.7)
    y, x = np.mgrid[:size, :size].astype(np.float32)
    lines = ((x * np.cos(angle) + y * np.sin(angle)) % cell) < cell * share
    texture = np.where(lines[..., None], any_colour(rng), texture)
    if rng.random() < 0.4:
        across = ((y * np.cos(angle) - x * np.sin(angle)) % cell) < cell * share
        texture = np.where(across[..., None], texture * 0.5 + any_colour(rng) * 0.5, texture)
    return texture


def _knitted(rng: Rng, texture: Floats, size: int) -> Floats:
    y, x = np.mgrid[:size, :size].astype(np.float32)
    cell, row = rng.uniform(3, 9), rng.uniform(2, 6)
    ribs = 0.5 + 0.5 * np.sin(2 * np.pi * x / cell + 0.8 * np.sin(2 * np.pi * y / row))
    return np.asarray(texture * (1 - rng.uniform(0.1, 0.45) * ribs)[..., None], np.float32)


def _logo(rng: Rng, texture: Floats, size: int) -> Floats:
    canvas = np.clip(texture, 0, 255).astype(np.uint8)
    colour = tuple(float(value) for value in any_colour(rng))
    x, y = (int(v) for v in rng.uniform(0.3, 0.7, 2) * size)
    if rng.random() < 0.5:
        face, scale, weight = int(rng.integers(0, 7)), rng.uniform(0.4, 1.3), int(rng.integers(1, 4))
        word = "".join(chr(rng.integers(65, 91)) for _ in range(rng.integers(1, 6)))
        cv2.putText(canvas, word, (x - 20, y), face, scale, colour, weight, cv2.LINE_AA)
    else:
        axes = (int(rng.uniform(4, 20)), int(rng.uniform(4, 20)))
        cv2.ellipse(canvas, (x, y), axes, rng.uniform(0, 180), 0, 360, colour, -1, cv2.LINE_AA)
    return canvas.astype(np.float32)
