"""Draw the training pictures: real ones and composites, all through the same augmentation."""

from __future__ import annotations

import multiprocessing
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training.obstacles.augment import augment
from training.obstacles.crops import Crops
from training.obstacles.face import Face, Rng
from training.obstacles.glasses import wear_glasses
from training.obstacles.hands import CLEAR, COVERED, hold_hand
from training.obstacles.harmless import add_harmless
from training.obstacles.hats import wear_hat
from training.obstacles.labels import UNKNOWN, Label
from training.obstacles.masks import wear_mask
from training.obstacles.materials import Materials, load_materials
from training.obstacles.transplants import Transplants, transplant

# Side of a rendered picture: the network's input and room for small shifts.
RENDER_SIZE = 136


@dataclass(frozen=True)
class Stock:
    """What faces are dressed up with."""

    crops: Crops
    materials: Materials
    transplants: Transplants


@dataclass(frozen=True, slots=True)
class Recipe:
    """How often a composite wears what; each is drawn by itself."""

    glasses: float = 0.30
    dark: float = 0.28
    mask: float = 0.15
    hat: float = 0.22
    hand: float = 0.24
    transplanted: float = 0.6  # of the hands
    moved_skin: float = 0.12
    hand_beside: float = 0.10
    harmless: float = 0.65


def compose(face: Face, labels: NDArray[np.int8], rng: Rng, stock: Stock, recipe: Recipe) -> NDArray[np.int8]:
    """Dress a face up; returns its new labels."""
    labels, materials = labels.copy(), stock.materials
    if rng.random() < recipe.harmless:
        add_harmless(face, rng, materials.prints, materials.objects)
    if stock.transplants.hands and rng.random() < recipe.moved_skin:
        transplant(face, rng, stock.crops, stock.transplants, hand=False)
    hand = rng.random()
    others = hand >= recipe.hand or rng.random() < 0.25
    wears_mask = others and rng.random() < recipe.mask
    over_glasses = rng.random() < 0.15
    if wears_mask and not over_glasses:
        wear_mask(face, rng, materials.masks, materials.prints)
    if others and rng.random() < recipe.glasses and labels[Label.EYEWEAR] != 1:
        dark = rng.random() < recipe.dark
        wear_glasses(face, rng, materials.dark_glasses if dark else materials.clear_glasses, dark=dark)
        labels[Label.GLASSES], labels[Label.SUNGLASSES], labels[Label.EYEWEAR] = not dark, dark, 1
    if wears_mask and over_glasses:
        wear_mask(face, rng, materials.masks, materials.prints)
    if wears_mask:
        labels[Label.MASK] = 1
    if others and rng.random() < recipe.hat and labels[Label.HAT] != 1:
        wear_hat(face, rng, materials.hats, materials.prints)
        labels[Label.HAT] = 1
    if hand < recipe.hand:
        moved = bool(stock.transplants.hands) and rng.random() < recipe.transplanted
        _hold(face, labels, rng, stock, covering=True, moved=moved)
    elif hand < recipe.hand + recipe.hand_beside:
        _hold(face, labels, rng, stock, covering=False, moved=False)
    return labels


def _hold(face: Face, labels: NDArray[np.int8], rng: Rng, stock: Stock, *, covering: bool, moved: bool) -> None:
    if moved:
        share = transplant(face, rng, stock.crops, stock.transplants, hand=True)
    else:
        share = hold_hand(face, rng, stock.materials.hands, stock.materials.prints, covering=covering)
    if share >= COVERED:
        labels[Label.HAND] = 1
    elif share > CLEAR:
        labels[Label.HAND] = UNKNOWN
    if share > 0.3:
        # What is worn below the hand may not show any more.
        labels[[label for label in Label if label is not Label.HAND and labels[label] == 1]] = UNKNOWN


@dataclass(frozen=True, slots=True)
class Job:
    """One picture to render: which crop, what is known of it, whether it is dressed up, and the seed."""

    row: int
    labels: NDArray[np.int8]
    composite: bool
    seed: int


_stock: Stock
_recipe: Recipe


def render(
    jobs: list[Job],
    crops: Crops,
    transplants: Transplants,
    obstacles: Path,
    recipe: Recipe,
    *,
    held_out: bool,
    workers: int,
) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
    """Render all jobs.

    Returns:
        (N, RENDER_SIZE, RENDER_SIZE, 3) uint8 and their (N, 6) labels.
    """
    global _stock, _recipe
    # A process forked while OpenCV's own threads exist would wait for them for ever.
    cv2.setNumThreads(1)
    _stock, _recipe = Stock(crops, load_materials(obstacles, held_out=held_out), transplants), recipe
    images = np.empty((len(jobs), RENDER_SIZE, RENDER_SIZE, 3), np.uint8)
    labels = np.empty((len(jobs), len(Label)), np.int8)
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        for done, (image, known) in enumerate(pool.imap(_render, jobs, chunksize=32)):
            images[done], labels[done] = image, known
            if done % 500 == 499 or done + 1 == len(jobs):
                print(f"\rrendered {done + 1} of {len(jobs)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return images, labels


def _render(job: Job) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
    rng = np.random.default_rng(job.seed)
    crops = _stock.crops
    image, mesh, labels = crops.images[job.row].astype(np.float32), crops.meshes[job.row], job.labels
    if job.composite:
        face = Face(image, mesh)
        labels = compose(face, labels, rng, _stock, _recipe)
        image = face.image
    return augment(image, mesh, rng, size=RENDER_SIZE), labels
