"""The cut-outs and hands of the data folder, ready to be pasted."""

from __future__ import annotations

import configparser
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from training.obstacles.crops import fold
from training.obstacles.face import Floats
from training.obstacles.masks import Template

_LARGEST = 400  # pixels: nothing is pasted larger
_HAND = 200


@dataclass
class Materials:
    """Pictures (H, W, 4) RGBA, 0..255; ``prints`` (H, W, 3)."""

    clear_glasses: list[Floats]
    dark_glasses: list[Floats]
    masks: list[Template]
    hats: list[Floats]
    hands: list[Floats]
    objects: list[Floats]
    prints: list[Floats]


def load_materials(folder: Path, *, held_out: bool) -> Materials:
    """Read them.

    Args:
        folder: ``obstacles`` in the data folder.
        held_out: take the fifth that training doesn't see, so that tests meet new glasses and hands.
    """
    cut = folder / "cutouts"

    def take(paths: Iterable[Path]) -> list[Path]:
        return [path for path in sorted(paths) if (fold(path.stem) < 0.2) == held_out]

    def pictures(paths: Iterable[Path]) -> list[Floats]:
        return [picture for path in paths if (picture := _rgba(path)) is not None]

    hats = ["msml__*object_(13).png", "msml__*object_(12).png", "pederz__cap.png", "charlielito__hat.png"]
    worn = {"(13)", "(12)", "(18)", "(19)", "(20)", "(21)", "(5)", "(6)", "(7)", "(22)", "(23)", "(8)", "(9)"}
    objects = [p for p in cut.glob("msml__*object_train*.png") if p.stem[p.stem.rfind("(") :] not in worn]
    hands = take([*(folder / "hands_on_black").iterdir()]) + take([*(folder / "hands_on_light").iterdir()])
    scarves = pictures(take(cut.glob("*scarf_crop*.png")))
    textures = [cv2.imread(str(path))[..., ::-1].astype(np.float32) for path in cut.glob("*textures*")]
    return Materials(
        clear_glasses=pictures(take([*cut.glob("*eyeglasses*.png"), cut / "pederz__glass.png"])),
        dark_glasses=pictures(take([*cut.glob("*glasses_crop__glasses*.png"), cut / "charlielito__glasses.png"])),
        masks=_templates(cut),
        # Too few to hold any out.
        hats=pictures(path for pattern in hats for path in cut.glob(pattern)),
        hands=[hand for path in hands if (hand := _hand(path)) is not None],
        objects=pictures(take(objects)),
        prints=[_shrunk(p) for p in textures] + [_middle(p) for p in scarves],
    )


def _rgba(path: Path) -> Floats | None:
    picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if picture is None or picture.ndim != 3 or picture.shape[2] != 4:
        return None
    rgba = np.ascontiguousarray(picture[..., [2, 1, 0, 3]]).astype(np.float32)
    ys, xs = np.nonzero(rgba[..., 3] > 20)
    if len(ys) == 0:
        return None
    return _shrunk(rgba[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1])


def _shrunk(picture: Floats, largest: int = _LARGEST) -> Floats:
    scale = largest / max(picture.shape[:2])
    if scale >= 1:
        return picture
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.float32)


def _middle(picture: Floats) -> Floats:
    height, width = picture.shape[:2]
    return np.ascontiguousarray(picture[height // 4 : height * 3 // 4, width // 4 : width * 3 // 4, :3])


def _hand(path: Path) -> Floats | None:
    """Cut a hand off its ground and lengthen its forearm by repeating the last row."""
    picture = cv2.imread(str(path))
    if picture is None:
        return None
    rgb = _shrunk(picture[..., ::-1].astype(np.float32), _HAND)
    if path.parent.name.endswith("black"):
        alpha = (rgb.max(axis=2) > 25).astype(np.float32)
        alpha = cv2.erode(cv2.morphologyEx(alpha, cv2.MORPH_CLOSE, np.ones((5, 5))), np.ones((3, 3)))
    else:
        alpha = _off_light_ground(rgb)
    count, labels, stats, _ = cv2.connectedComponentsWithStats((alpha > 0.5).astype(np.uint8))
    if count < 2:
        return None
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    alpha = np.where(labels == largest, alpha, 0)
    share = alpha.mean()
    if not 0.08 < share < 0.7:
        return None
    ys, xs = np.nonzero(alpha > 0.5)
    rgba = np.dstack([rgb, alpha * 255])[ys.min() : ys.max() - 2, xs.min() : xs.max() + 1]
    row = rgba[-3:-2]
    arm = np.repeat(row, rgba.shape[0], axis=0)
    return np.ascontiguousarray(np.concatenate([rgba, arm]), np.float32)


def _off_light_ground(rgb: Floats) -> Floats:
    """Skin is more saturated than the grey ground."""
    picture = rgb.astype(np.uint8)
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB).astype(np.float32)
    warmth = np.clip(lab[..., 2] - 128 + 0.7 * (lab[..., 1] - 128), 0, 80).astype(np.uint8)
    _, mask = cv2.threshold(warmth, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    alpha = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((7, 7)))
    return cv2.erode(alpha, np.ones((3, 3))).astype(np.float32) / 255


def _templates(cut: Path) -> list[Template]:
    config = configparser.ConfigParser()
    config.read(next(iter(cut.glob("*masks.cfg"))))
    found = []
    for name in config.sections():
        section = config[name]
        if "template" not in section or "gas" in name or name.endswith(("left", "right")):
            continue
        path = cut / ("maskthefacetpl__masks__templates__" + Path(section["template"]).name)
        picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        if picture is None or picture.shape[2] != 4:
            continue
        points = np.array([[float(v) for v in section[f"mask_{key}"].split(",")] for key in "abcdef"], np.float32)
        rgba = np.ascontiguousarray(picture[..., [2, 1, 0, 3]]).astype(np.float32)
        # The points are those of a larger original; seen from the front its sides are alike.
        scale = picture.shape[1] / float(points[:, 0].min() + points[:, 0].max())
        found.append(Template(rgba, points * scale))
    return found
