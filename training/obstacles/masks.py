"""Masks: templates with key points, and shapes drawn along the mesh; also scarves drawn over mouth and nose."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from training.obstacles.fabrics import any_colour, cloth, folds
from training.obstacles.face import JAW, Face, Floats, Rng, draw_lines, fill, noise, paste, smooth_curve


@dataclass
class Template:
    """A mask, (H, W, 4), with six key points: upper right, bridge, upper left, lower right, chin, lower left."""

    picture: Floats
    points: Floats


def wear_mask(face: Face, rng: Rng, templates: list[Template], prints: list[Floats]) -> None:
    """Put on a mask or a scarf that covers the mouth."""
    kind = rng.random()
    below_nose = rng.random() < 0.12
    if kind < 0.35 and templates and _looks_ahead(face):
        _wear_template(face, rng, templates[rng.integers(len(templates))], below_nose=below_nose)
    elif kind < 0.88:
        _wear_drawn(face, rng, prints, below_nose=below_nose)
    else:
        _wear_scarf(face, rng, prints)


def _looks_ahead(face: Face) -> bool:
    """A template seen from the front doesn't go round a head turned far."""
    nose, right, left = face.at(1), face.at(234), face.at(454)
    return bool(0.4 < np.linalg.norm(nose - right) / max(np.linalg.norm(nose - left), 1) < 2.5)


def _upper_edge(face: Face, rng: Rng, *, below_nose: bool) -> tuple[Floats, Floats, Floats]:
    """Right, bridge and left end of the upper edge."""
    u = rng.uniform(-0.1, 0.75)
    right = face.mesh[234, :2] * (1 - u) + face.mesh[132, :2] * u
    left = face.mesh[454, :2] * (1 - u) + face.mesh[361, :2] * u
    if below_nose:
        return face.at(132), face.at(2, 164) + rng.normal(0, 0.02, 2) * face.unit, face.at(361)
    v = rng.beta(2, 2)
    bridge = face.mesh[6, :2] * (1 - v) + face.mesh[5, :2] * v
    return right, bridge, left


def _wear_template(face: Face, rng: Rng, template: Template, *, below_nose: bool) -> None:
    right, bridge, left = _upper_edge(face, rng, below_nose=below_nose)
    grow = rng.uniform(0.98, 1.1)
    middle = face.at(1, 6)
    lower = [middle + (face.at(*pair) - middle) * grow for pair in ((136, 172), (152,), (365, 397))]
    target = np.stack([right, bridge, left, *lower]).astype(np.float32)
    warped = _thin_plate(template.picture, template.points, target, face.size)
    colour, alpha = warped[..., :3], np.clip(warped[..., 3] / 255, 0, 1)
    if rng.random() < 0.45:
        grey = colour.mean(axis=2, keepdims=True) / 255
        colour = any_colour(rng) * (0.35 + 0.75 * grey)
    _straps(face, rng, right, left, lower[0], lower[2])
    paste(face, np.clip(colour * rng.uniform(0.75, 1.1), 0, 255), alpha, rng, lit=0.8, shadow=rng.uniform(0, 0.35))


def _wear_drawn(face: Face, rng: Rng, prints: list[Floats], *, below_nose: bool) -> None:
    size = face.size
    right, bridge, left = _upper_edge(face, rng, below_nose=below_nose)
    grow = rng.uniform(1.0, 1.1)
    jaw = face.outline(JAW, grow)
    first = int(rng.integers(2, 5))
    jaw = jaw[first : len(jaw) - first]
    jaw[len(jaw) // 2 - 1 : len(jaw) // 2 + 2, :] += face.axes[1, :2] * face.unit * rng.uniform(-0.06, 0.14)
    sag = face.axes[1, :2] * face.unit * rng.uniform(-0.02, 0.12)
    upper = np.stack([left, (left + bridge) / 2 + sag, bridge, (right + bridge) / 2 + sag, right])
    outline = np.concatenate([smooth_curve(jaw.astype(np.float32), 40), smooth_curve(upper.astype(np.float32), 30)])
    alpha = fill(outline, size)
    texture = _mask_texture(face, rng, prints, bridge)
    light = cv2.GaussianBlur(alpha, (0, 0), 0.12 * face.unit) * 2 - 1
    # The rim turns away from the light, the middle bulges towards it.
    texture = texture * (0.72 + 0.3 * np.clip(light, 0, 1))[..., None]
    _straps(face, rng, right, left, jaw[0], jaw[-1])
    paste(face, np.clip(texture, 0, 255), alpha, rng, lit=0.75, shadow=rng.uniform(0, 0.4), shadow_shift=0.04)
    if rng.random() < 0.5:
        edge = np.clip(alpha - cv2.erode(alpha, np.ones((3, 3))), 0, 1)
        paste(face, any_colour(rng), edge * rng.uniform(0.2, 0.8), rng, lit=0.6)


def _mask_texture(face: Face, rng: Rng, prints: list[Floats], bridge: Floats) -> Floats:
    size = face.size
    y, x = np.mgrid[:size, :size].astype(np.float32)
    down, across = face.axes[1, :2], face.axes[0, :2]
    v = ((x - bridge[0]) * down[0] + (y - bridge[1]) * down[1]) / face.unit
    u = ((x - bridge[0]) * across[0] + (y - bridge[1]) * across[1]) / face.unit
    kind = rng.random()
    if kind < 0.45:
        base = [[150, 190, 215], [120, 175, 215], [235, 238, 240], [160, 205, 190], [45, 45, 48], [225, 190, 200]]
        texture = np.broadcast_to(np.float32(base[rng.integers(len(base))]) * rng.uniform(0.85, 1.08), (size, size, 3))
        pleat = rng.uniform(0.09, 0.2)
        saw = ((v + 0.03 * u * u + rng.random()) % pleat) / pleat
        shade = 1 - rng.uniform(0.03, 0.22) * saw**2 + 0.03 * noise(rng, size, 14)
        return np.asarray(texture * shade[..., None], np.float32)
    if kind < 0.7:
        plain = np.full(3, rng.choice([238.0, 228.0, 40.0, 190.0]), np.float32)
        tone = plain if rng.random() < 0.8 else any_colour(rng)
        seam = np.exp(-((u / 0.03) ** 2)) * rng.uniform(0.05, 0.3)
        ridge = 1 - 0.18 * np.clip(np.abs(u) / 0.6, 0, 1) * rng.random()
        shade = (ridge - seam) * (1 + 0.03 * noise(rng, size, 18))
        texture = tone * shade[..., None]
        if rng.random() < 0.2:
            spot = (u - rng.choice([-0.3, 0.3])) ** 2 + (v - 0.55) ** 2 < 0.012
            texture[spot] = any_colour(rng)
        return np.asarray(texture, np.float32)
    return np.asarray(cloth(rng, size, prints) * folds(rng, size, strength=0.15)[..., None], np.float32)


def _wear_scarf(face: Face, rng: Rng, prints: list[Floats]) -> None:
    """A scarf, bandana, snood or half balaclava: over the nose, wide below the chin."""
    size = face.size
    right, bridge, left = _upper_edge(face, rng, below_nose=rng.random() < 0.2)
    down, across = face.axes[1, :2] * face.unit, face.axes[0, :2] * face.unit
    chin = face.at(152)
    flare = rng.uniform(-0.1, 0.6)
    outline = np.stack(
        [left + across * 0.04, left + down * 0.6 + across * 0.05, chin + across * (0.75 + flare) + down * 0.9]
        + [chin - across * (0.75 + flare) + down * 0.9, right + down * 0.6 - across * 0.05, right - across * 0.04]
        + [(right + bridge) / 2, bridge, (left + bridge) / 2]
    ).astype(np.float32)
    alpha = fill(smooth_curve(np.concatenate([outline, outline[:1]]), 90), size)
    texture = cloth(rng, size, prints) * folds(rng, size, strength=0.3)[..., None]
    paste(face, np.clip(texture, 0, 255), alpha, rng, lit=0.6, shadow=rng.uniform(0, 0.4))


def _straps(face: Face, rng: Rng, right: Floats, left: Floats, low_right: Floats, low_left: Floats) -> None:
    if rng.random() < 0.25:
        return
    lines = []
    for vertex, ends in ((234, (right, low_right)), (454, (left, low_left))):
        ear = face.mesh[vertex, :2] + (face.mesh[vertex, :2] - face.at(1)) * rng.uniform(0.02, 0.12)
        lines += [(np.stack([end, ear]), int(rng.integers(2, 6))) for end in ends]
    paste(face, np.full(3, rng.choice([235.0, 40.0]), np.float32), draw_lines(lines, face.size), rng, lit=0.6)


def _thin_plate(picture: Floats, source: Floats, target: Floats, size: int) -> Floats:
    """Warp a picture so that its points land on ``target``: a thin-plate spline on a coarse grid."""
    count = len(target)
    span = float(np.ptp(target))
    kernel = _radial(np.linalg.norm(target[:, None] - target[None], axis=2) / span) + np.eye(count) * 1e-3
    ones = np.concatenate([np.ones((count, 1)), target / span], axis=1)
    system = np.block([[kernel, ones], [ones.T, np.zeros((3, 3))]])
    weights = np.linalg.solve(system, np.concatenate([source, np.zeros((3, 2))]))
    nodes = 33
    axis = np.linspace(0, size - 1, nodes)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    radial = _radial(np.linalg.norm(grid[:, None] - target[None], axis=2) / span)
    where = radial @ weights[:count] + weights[count] + grid / span @ weights[count + 1 :]
    dense = cv2.resize(where.reshape(nodes, nodes, 2).astype(np.float32), (size, size), interpolation=cv2.INTER_LINEAR)
    # cv2.resize samples cell centres; the outermost half cell is flat, and never inside the mask.
    return np.asarray(cv2.remap(picture, dense[..., 0], dense[..., 1], cv2.INTER_LINEAR), np.float32)


def _radial(distance: Floats) -> Floats:
    return np.asarray(distance**2 * np.log(np.maximum(distance, 1e-6)), np.float32)
