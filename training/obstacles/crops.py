"""Cut every face out of the data folder once, with its mesh in the crop's own pixels.

The crop is the one that the server looks at, with a margin for random shifts, turns and scales.
"""

from __future__ import annotations

import hashlib
import math
import multiprocessing
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from frapi.inference.onnx import OnnxModelRunner
from frapi.modelpack.store import ModelStore
from frapi.vision import topology
from frapi.vision.detect import detect_faces
from frapi.vision.geometry import crop_to_image
from frapi.vision.landmarks import fit_landmarks, roi_of_detection, roi_of_landmarks
from frapi.vision.obstacles import obstacle_roi, warp_with_repeated_edge
from frapi.vision.types import FaceBox, ImageU8, Landmarks

CROP_SIZE = 192
# Side of the stored crop over the side of the one the network sees.
MARGIN = 1.25
# The archives hold faces far smaller than a webcam's; they are enlarged before the detector looks.
MIN_IMAGE_SIDE = 320
# A mask or a hand lowers both, and the archives' faces are known to be faces.
MIN_FACE_SCORE = 0.5
MIN_PRESENCE_SCORE = 0.3


@dataclass(frozen=True, slots=True)
class Source:
    """One picture: where it is, which collection it is from, who is on it."""

    path: Path
    collection: str
    person: str


@dataclass(frozen=True, slots=True)
class Crops:
    """All faces.

    Attributes:
        images: (N, CROP_SIZE, CROP_SIZE, 3) uint8, RGB.
        meshes: (N, 478, 3) float32, pixels of the crop.
        collections: (N,) name of the collection.
        persons: (N,) name of the person, unique over collections.
        paths: (N,) relative to the data folder.
    """

    images: NDArray[np.uint8]
    meshes: NDArray[np.float32]
    collections: NDArray[np.str_]
    persons: NDArray[np.str_]
    paths: NDArray[np.str_]


def sources(data: Path) -> Iterator[Source]:
    """Every picture of the data folder that training or testing uses."""
    for path in sorted((data / "lfw/images").rglob("*.jpg")):
        yield Source(path, "lfw", f"lfw/{path.parent.name}")
    for path in sorted((data / "faces").glob("*.jpg")):
        yield Source(path, "faces", "faces/" + "_".join(path.stem.split("_")[:-2]))
    for label in ("with_mask", "without_mask"):
        for path in sorted((data / "obstacles/mask" / label).iterdir()):
            yield Source(path, label, f"{label}/{path.stem}")
    for raw in ("ClientRaw", "ImposterRaw"):
        for path in sorted((data / "pad" / raw).rglob("*.jpg")):
            yield Source(path, raw, f"pad/{path.name[:4]}")


def load_crops(data: Path, cache: Path, models: Path, *, workers: int) -> Crops:
    """The crops, from ``cache`` if they are there."""
    file = cache / "crops.npz"
    if not file.exists():
        _extract(data, file, models, workers)
    content = np.load(file)
    return Crops(**{name: content[name] for name in Crops.__slots__})


def _extract(data: Path, file: Path, models: Path, workers: int) -> None:
    todo = list(sources(data))
    found = []
    with multiprocessing.Pool(workers, _start_worker, (models,)) as pool:
        for done, crop in enumerate(pool.imap(_crop, todo, chunksize=16), 1):
            if crop is not None:
                found.append((todo[done - 1], *crop))
            if done % 500 == 0 or done == len(todo):
                print(f"\rfaces cut out: {len(found)} of {done} (of {len(todo)})", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    images = np.stack([image for _, image, _ in found])
    np.savez(
        file,
        images=images,
        meshes=np.stack([mesh for _, _, mesh in found]),
        collections=np.array([source.collection for source, _, _ in found]),
        persons=np.array(_merge_duplicates([source.person for source, _, _ in found], images)),
        paths=np.array([str(source.path.relative_to(data)) for source, _, _ in found]),
    )


_runner: OnnxModelRunner


def _start_worker(models: Path) -> None:
    global _runner  # noqa: PLW0603  one per process
    cv2.setNumThreads(1)
    _runner = OnnxModelRunner(ModelStore(models))


def _crop(source: Source) -> tuple[NDArray[np.uint8], NDArray[np.float32]] | None:
    image = cv2.imread(str(source.path), cv2.IMREAD_COLOR)
    if image is None:
        return None
    image_rgb = np.ascontiguousarray(image[..., ::-1])
    enlarge = MIN_IMAGE_SIDE / min(image_rgb.shape[:2])
    if enlarge > 1:
        image_rgb = np.asarray(cv2.resize(image_rgb, None, fx=enlarge, fy=enlarge), np.uint8)
    landmarks = _find_face(image_rgb)
    if landmarks is None:
        return None
    roi = obstacle_roi(landmarks)
    to_image = crop_to_image(replace(roi, side_px=roi.side_px * MARGIN), CROP_SIZE)
    inverse = cv2.invertAffineTransform(to_image)
    mesh = np.empty((topology.REFINED_VERTICES, 3), np.float32)
    mesh[:, :2] = landmarks.points_px[:, :2] @ inverse[:, :2].T + inverse[:, 2]
    mesh[:, 2] = landmarks.points_px[:, 2] * math.hypot(inverse[0, 0], inverse[0, 1])
    return warp_with_repeated_edge(image_rgb, to_image, CROP_SIZE), mesh


def _find_face(image_rgb: ImageU8) -> Landmarks | None:
    """The most prominent face; tight crops get a margin, without which the detector sees nothing."""
    for margin in (0.0, 0.5):
        pad = round(max(image_rgb.shape[:2]) * margin)
        padded = cv2.copyMakeBorder(image_rgb, pad, pad, pad, pad, cv2.BORDER_REPLICATE) if pad else image_rgb
        faces = detect_faces(padded, _runner, min_score=MIN_FACE_SCORE)
        if not faces:
            continue
        face = max(faces, key=lambda face: _prominence(face.box, padded.shape))
        landmarks = fit_landmarks(padded, roi_of_detection(face), _runner)
        landmarks = fit_landmarks(padded, roi_of_landmarks(landmarks), _runner)
        if landmarks.presence_score >= MIN_PRESENCE_SCORE:
            points = landmarks.points_px.copy()
            points[:, :2] -= pad
            return replace(landmarks, points_px=points)
    return None


def _prominence(box: FaceBox, shape: tuple[int, ...]) -> float:
    """The subject of an archive's picture is its largest face near the middle."""
    off = abs((box.x_min + box.x_max) / shape[1] - 1) + abs((box.y_min + box.y_max) / shape[0] - 1)
    return float(box.width_px * (1.5 - off))


def _merge_duplicates(persons: list[str], images: NDArray[np.uint8]) -> list[str]:
    """Give pictures that look the same (the mask set repeats itself) the same name, so that no split divides them."""
    greys = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in images)
    small = np.stack([cv2.resize(grey, (9, 8), interpolation=cv2.INTER_AREA) for grey in greys])
    bits = (small[:, :, 1:] > small[:, :, :-1]).reshape(len(small), 64)
    unnamed = [i for i, person in enumerate(persons) if person.startswith("with")]
    root = {i: i for i in unnamed}

    def find(i: int) -> int:
        while root[i] != i:
            i = root[i]
        return i

    signs = bits[unnamed].astype(np.float32) * 2 - 1
    distance = (64 - signs @ signs.T) / 2
    for a, b in zip(*np.nonzero(np.triu(distance <= 8, 1)), strict=True):
        root[find(unnamed[b])] = find(unnamed[a])
    return [f"mask-set/{find(i)}" if i in root else person for i, person in enumerate(persons)]


def fold(person: str) -> float:
    """Where a person stands in 0..1: the same in every run, the same for all of his pictures."""
    return int.from_bytes(hashlib.sha256(person.encode()).digest()[:4], "big") / 2**32
