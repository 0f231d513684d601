"""Hands before the face, and beside it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.obstacles.fabrics import cloth, folds
from training.obstacles.face import Face, Floats, Rng, fill, noise, paste

# Share of the face's oval under a hand from which the face counts as covered, and up to which it counts as clear. A
# fist under the chin covers three or four hundredths.
COVERED = 0.03
CLEAR = 0.004

# Where hands are held, as vertices and how often: chin, mouth, nose, cheeks, jaw, temples, forehead.
_SPOTS = [((152,), 5), ((13, 14), 4), ((4,), 2), ((50,), 2), ((280,), 2), ((172,), 3), ((397,), 3)]
_SPOTS += [((71,), 1), ((301,), 1), ((151,), 1)]


def hold_hand(face: Face, rng: Rng, hands: list[Floats], prints: list[Floats], *, covering: bool) -> float:
    """Hold a hand (sometimes two) before or beside the face.

    Returns:
        Share of the face that is covered now.
    """
    covered = np.zeros((face.size, face.size), np.float32)
    for _ in range(2 if rng.random() < 0.15 else 1):
        for _attempt in range(8):
            hand = hands[rng.integers(len(hands))]
            matrix = _pose(face, rng, hand, covering=covering)
            warped = cv2.warpAffine(hand, matrix, (face.size, face.size), flags=cv2.INTER_AREA).astype(np.float32)
            sleeve = _sleeve(hand, matrix, rng, face.size) if rng.random() < 0.6 else np.zeros_like(covered)
            alpha = np.maximum(warped[..., 3] / 255, sleeve)
            share = face.share_under(alpha)
            if (share >= COVERED * 1.15) if covering else (share <= CLEAR and alpha.sum() > 0.02 * alpha.size):
                _lay(face, rng, warped, prints)
                texture = cloth(rng, face.size, prints) * folds(rng, face.size)[..., None]
                paste(face, np.clip(texture, 0, 255), sleeve, rng, lit=0.5)
                covered = np.maximum(covered, alpha)
                break
    return face.share_under(covered)


def _pose(face: Face, rng: Rng, hand: Floats, *, covering: bool) -> NDArray[np.float32]:
    """(2, 3) from the hand's picture to the crop, its wrist mostly below."""
    height, width = hand.shape[:2]
    middle = face.at(1, 6)
    wrist = rng.normal(0, 0.75) + np.pi / 2
    direction = np.array([np.cos(wrist), np.sin(wrist)])
    # A palm with fingers is about as long as the face from brow to chin; cameras see the nearer hand larger.
    length = rng.uniform(1.4, 2.9) * face.unit
    scale = length / (height * 0.5)
    if covering:
        weights = np.array([weight for _, weight in _SPOTS])
        spot = face.at(*_SPOTS[rng.choice(len(_SPOTS), p=weights / weights.sum())][0])
        centre = spot + direction * length * rng.uniform(-0.1, 0.4) + rng.normal(0, 0.15, 2) * face.unit
    else:
        bearing = rng.uniform(-0.3, np.pi + 0.3)
        centre = middle + np.array([np.cos(bearing), np.sin(bearing)]) * rng.uniform(1.1, 2.2) * face.unit
        direction = direction if rng.random() < 0.5 else centre - middle
    turn = np.arctan2(direction[1], direction[0]) - np.pi / 2 + rng.normal(0, 0.3)
    cos, sin = np.cos(turn) * scale, np.sin(turn) * scale
    flip = -1 if rng.random() < 0.5 else 1
    linear = np.array([[cos * flip, -sin], [sin * flip, cos]])
    # The upper part of the picture is the hand, the lower one its forearm.
    anchor = np.array([width / 2, height * 0.25])
    return np.concatenate([linear, (centre - linear @ anchor)[:, None]], axis=1).astype(np.float32)


def _sleeve(hand: Floats, matrix: NDArray[np.float32], rng: Rng, size: int) -> Floats:
    """(size, size) coverage of a sleeve over the forearm."""
    height = hand.shape[0]
    arm = np.nonzero(hand[-1, :, 3] > 128)[0]
    if len(arm) == 0:
        return np.zeros((size, size), np.float32)
    left, right = float(arm[0]), float(arm[-1])
    room = (right - left) * rng.uniform(0.05, 0.35)
    top = height * rng.uniform(0.42, 0.6)
    corners = [[left - room, top], [right + room, top], [right + 2 * room, height], [left - 2 * room, height]]
    return fill((np.array(corners) @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32), size)


def _lay(face: Face, rng: Rng, warped: Floats, prints: list[Floats]) -> None:
    alpha = warped[..., 3] / 255
    solid = alpha > 0.5
    if not solid.any():
        return
    colour = warped[..., :3]
    kind = rng.random()
    if kind < 0.06:
        # A glove, or a sleeve drawn over the hand.
        grey = colour.mean(axis=2, keepdims=True) / max(float(colour[solid].mean()), 1)
        colour = cloth(rng, face.size, prints) * grey * folds(rng, face.size)[..., None]
        paste(face, np.clip(colour, 0, 255), alpha, rng, lit=0.5, shadow=rng.uniform(0, 0.5))
        return
    # The skin is the person's own, a little lighter or darker, with the hand's own shading.
    mean = colour[solid].mean(axis=0)
    target = np.clip(face.skin * rng.uniform(0.75, 1.2) + rng.normal(0, 6, 3), 12, 245) if kind < 0.9 else mean
    matched = target + (colour - mean) * rng.uniform(0.6, 1.1)
    shade = 1 + 0.08 * noise(rng, face.size, 30)
    shadow = cv2.GaussianBlur(alpha, (0, 0), face.unit * rng.uniform(0.03, 0.15))
    shift = np.float32([[1, 0, rng.normal(0, 0.05) * face.unit], [0, 1, rng.uniform(0, 0.12) * face.unit]])
    face.image *= (1 - rng.uniform(0, 0.5) * cv2.warpAffine(shadow, shift, alpha.shape[::-1]))[..., None]
    soft = np.clip(cv2.GaussianBlur(alpha, (0, 0), rng.uniform(0.4, 1.2)), 0, 1)[..., None]
    light = np.clip(face.light(), 0.5, 1.5) ** rng.uniform(0, 0.5)
    face.image[:] = face.image * (1 - soft) + np.clip(matched * (shade * light)[..., None], 0, 255) * soft
