"""Hats of many makes, drawn around the head; also cut-outs."""

from __future__ import annotations

import cv2
import numpy as np

from training.obstacles.fabrics import any_colour, cloth, folds
from training.obstacles.face import FOREHEAD, Face, Floats, Rng, fill, noise, paste, smooth_curve


def wear_hat(face: Face, rng: Rng, cutouts: list[Floats], prints: list[Floats]) -> None:
    """Put on a hat, cap, beanie, helmet, hood, turban or headscarf."""
    kind = rng.random()
    if kind < 0.12 and cutouts:
        _wear_cutout(face, rng, cutouts[rng.integers(len(cutouts))])
    elif kind < 0.40:
        _wear_dome(face, rng, prints, brim=False)
    elif kind < 0.68:
        _wear_dome(face, rng, prints, brim=True)
    elif kind < 0.82:
        _wear_wide_brim(face, rng, prints)
    else:
        _wear_hood(face, rng, prints)


def head_dome(face: Face, rng: Rng, *, edge: float, height: float, wide: float) -> Floats:
    """The outline of what sits on a head: along the forehead at ``edge`` (0 brows, 1 hairline), ``height`` units up."""
    across, down = face.axes[0, :2] * face.unit, face.axes[1, :2] * face.unit
    brow, hairline = face.at(105, 334), face.at(10)
    middle = brow * (1 - edge) + hairline * edge
    ends = [face.outline([vertex], wide)[0] for vertex in (127, 356)]
    lift = rng.uniform(0.0, 0.5)
    right, left = (end + (middle - (face.at(127, 356))) * lift for end in ends)
    # From temple to temple a flat arch: half an ellipse or flatter.
    t = np.linspace(-1, 1, 9)[:, None]
    base = right * (1 - t) / 2 + left * (1 + t) / 2
    lower = base + (middle - (right + left) / 2) * np.clip(1 - t**2, 0, 1) ** rng.uniform(0.35, 0.75)
    half = np.linalg.norm(left - right) / 2 / face.unit
    centre = (right + left) / 2
    centre = centre + (hairline - centre) * 0.5
    rise = float(np.dot(centre - hairline, face.axes[1, :2])) / face.unit + height
    angle = np.linspace(0, np.pi, 24)
    power = rng.uniform(0.5, 0.9)
    x = np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** power * half * rng.uniform(1.0, 1.1)
    y = -(np.sin(angle) ** power) * rise
    dome = centre + x[:, None] * across + y[:, None] * down
    return np.concatenate([smooth_curve(lower.astype(np.float32), 30), dome]).astype(np.float32)


def _shaded(face: Face, rng: Rng, prints: list[Floats], alpha: Floats) -> Floats:
    size = face.size
    texture = cloth(rng, size, prints) * folds(rng, size, strength=0.12)[..., None]
    inner = cv2.GaussianBlur(alpha, (0, 0), 0.18 * face.unit)
    side = noise(rng, size, size) * 0.12
    return np.asarray(np.clip(texture * (0.6 + 0.45 * inner + side)[..., None], 0, 255), np.float32)


def _wear_dome(face: Face, rng: Rng, prints: list[Floats], *, brim: bool) -> None:
    edge = rng.uniform(0.25, 1.0) if brim else rng.uniform(0.0, 1.05)
    outline = head_dome(face, rng, edge=edge, height=rng.uniform(0.5, 1.15), wide=rng.uniform(1.03, 1.28))
    alpha = fill(outline, face.size)
    texture = _shaded(face, rng, prints, alpha)
    lower = outline[:30]
    down, across = face.axes[1, :2] * face.unit, face.axes[0, :2] * face.unit
    if not brim:
        if rng.random() < 0.5:
            cuff = fill(np.concatenate([lower, lower[::-1] - down * rng.uniform(0.15, 0.4)]), face.size) * alpha
            texture = (
                texture * (1 - 0.35 * rng.random() * cuff[..., None])
                if rng.random() < 0.5
                else np.where(cuff[..., None] > 0.5, cloth(rng, face.size, prints), texture)
            )
        paste(face, texture, alpha, rng, lit=0.5, shadow=rng.uniform(0.1, 0.6), shadow_shift=rng.uniform(0.03, 0.12))
        return
    inset = int(rng.integers(2, 7))
    front = lower[inset : len(lower) - inset]
    t = np.linspace(-1, 1, len(front))
    # Seen from below the brim rises over the edge, seen from above it hangs below it.
    drop = rng.uniform(0.05, 0.42) if rng.random() < 0.75 else rng.uniform(-0.3, -0.05)
    turned = rng.normal(0, 0.08)
    visor = front + ((1 - t**2) ** rng.uniform(0.4, 0.8) * drop)[:, None] * down + turned * across * (1 - t**2)[:, None]
    brim_alpha = fill(np.concatenate([front, visor[::-1]]).astype(np.float32), face.size)
    shadow = fill(np.concatenate([front, visor[::-1] + down * rng.uniform(0.1, 0.6)]).astype(np.float32), face.size)
    soft = cv2.GaussianBlur(shadow, (0, 0), face.unit * rng.uniform(0.02, 0.12))
    face.image *= (1 - rng.uniform(0.1, 0.65) * soft)[..., None]
    paste(face, texture, alpha, rng, lit=0.5, shadow=0.2)
    colour = texture * rng.uniform(0.5, 1.0) if rng.random() < 0.6 else np.broadcast_to(any_colour(rng), texture.shape)
    paste(face, np.asarray(colour, np.float32), brim_alpha, rng, lit=0.5)


def _wear_wide_brim(face: Face, rng: Rng, prints: list[Floats]) -> None:
    edge = rng.uniform(0.4, 1.1)
    outline = head_dome(face, rng, edge=edge, height=rng.uniform(0.5, 1.0), wide=rng.uniform(1.0, 1.18))
    alpha = fill(outline, face.size)
    centre = outline[[0, 29]].mean(axis=0) * 0.4 + outline[15] * 0.6
    half = float(np.linalg.norm(outline[0] - outline[29])) / 2
    axes = (half * rng.uniform(1.25, 2.0), face.unit * rng.uniform(0.1, 0.4))
    tilt = float(np.degrees(np.arctan2(face.axes[0, 1], face.axes[0, 0]))) + rng.normal(0, 4)
    ring = cv2.ellipse2Poly((0, 0), (1000, 1000), 0, 0, 360, 6).astype(np.float32) / 1000 * np.float32(axes)
    cos, sin = np.cos(np.radians(tilt)), np.sin(np.radians(tilt))
    brim = ring @ np.float32([[cos, sin], [-sin, cos]]) + centre
    brim_alpha = fill(brim.astype(np.float32), face.size)
    texture = _shaded(face, rng, prints, np.maximum(alpha, brim_alpha))
    lower = np.float32([[1, 0, 0], [0, 1, face.unit * rng.uniform(0.1, 0.7)]])
    shadow = cv2.warpAffine(brim_alpha, lower, alpha.shape[::-1])
    face.image *= (1 - rng.uniform(0, 0.6) * cv2.GaussianBlur(shadow, (0, 0), 3))[..., None]
    paste(face, texture * rng.uniform(0.6, 1.0), brim_alpha, rng, lit=0.5)
    paste(face, texture, alpha, rng, lit=0.5)
    if rng.random() < 0.6:
        band = fill(np.concatenate([outline[:30], outline[:30][::-1] - face.axes[1, :2] * face.unit * 0.2]), face.size)
        paste(face, any_colour(rng), band * alpha, rng, lit=0.5)


def _wear_hood(face: Face, rng: Rng, prints: list[Floats]) -> None:
    """A headscarf, hood or helmet: cloth all around the face, lower or higher on the forehead, open or closed below."""
    size = face.size
    middle = face.at(1, 6)
    down = face.axes[1, :2] * face.unit
    opening = face.outline([*FOREHEAD, 454, 361, 397, 379, 152, 150, 172, 132, 234], rng.uniform(0.97, 1.12))
    edge = rng.uniform(0.1, 1.0)
    shift = (face.at(105, 334) * (1 - edge) + face.at(10) * edge) - face.at(10)
    weight = np.clip((middle - opening) @ face.axes[1, :2] / face.unit, 0, 1)
    opening = opening + weight[:, None] * shift * 0.9
    closed = rng.random() < 0.6
    if not closed:
        low = np.clip((opening - middle) @ face.axes[1, :2] / face.unit, 0, None)
        opening = opening + (low**2)[:, None] * down * rng.uniform(0.4, 1.0)
    inner = fill(smooth_curve(np.concatenate([opening, opening[:1]]).astype(np.float32), 100), size)
    outer_line = face.outline([*FOREHEAD, 454, 361, 397, 379, 152, 150, 172, 132, 234], rng.uniform(1.35, 1.75))
    low = np.clip((outer_line - middle) @ face.axes[1, :2] / face.unit, 0, None)
    aside = np.sign(outer_line - middle) * (low * face.unit * 0.3)[:, None]
    outer_line = outer_line + low[:, None] * down * 0.8 + aside
    outer = fill(smooth_curve(np.concatenate([outer_line, outer_line[:1]]).astype(np.float32), 100), size)
    alpha = np.clip(outer - inner, 0, 1)
    texture = cloth(rng, size, prints) * folds(rng, size, strength=0.28)[..., None]
    texture = texture * (0.7 + 0.4 * cv2.GaussianBlur(alpha, (0, 0), 0.15 * face.unit))[..., None]
    if rng.random() < 0.6:
        rim = np.clip(cv2.GaussianBlur(alpha, (0, 0), 0.08 * face.unit) - alpha, 0, 1)
        face.image *= (1 - rng.uniform(0.2, 0.9) * rim)[..., None]
    paste(face, np.clip(texture, 0, 255), alpha, rng, lit=0.5)


def _wear_cutout(face: Face, rng: Rng, cutout: Floats) -> None:
    place_on_head(face, rng, cutout, width=rng.uniform(1.75, 2.25), drop=rng.uniform(-0.05, 0.28))


def place_on_head(face: Face, rng: Rng, cutout: Floats, *, width: float, drop: float) -> None:
    """Lay a cut-out over the top of the head, its lower edge ``drop`` units below the hairline."""
    height_px, width_px = cutout.shape[:2]
    tall = width * height_px / width_px
    origin = np.append(face.at(10), 0).astype(np.float32)
    tilt = rng.normal(0, 0.06)
    half = width / 2
    local = np.array([[-half, drop - tall - tilt, 0], [half, drop - tall + tilt, 0], [-half, drop - tilt, 0]])
    corners = face.place(np.asarray(local, np.float32), np.asarray(origin, np.float32))
    matrix = cv2.getAffineTransform(np.float32([[0, 0], [width_px, 0], [0, height_px]]), corners)
    picture = cutout[:, ::-1] if rng.random() < 0.5 else cutout
    warped = cv2.warpAffine(np.ascontiguousarray(picture), matrix, (face.size, face.size), flags=cv2.INTER_AREA)
    colour = warped[..., :3]
    if rng.random() < 0.5:
        colour = np.clip(colour[..., rng.permutation(3)] * rng.uniform(0.5, 1.4) + rng.uniform(0, 25), 0, 255)
    paste(face, np.asarray(colour, np.float32), warped[..., 3] / 255, rng, lit=0.5, shadow=rng.uniform(0.1, 0.5))
