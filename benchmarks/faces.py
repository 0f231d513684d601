"""Photographs of Labeled Faces in the Wild as embeddings and quality components, whole and damaged.

Looking at all of them takes minutes, so the results are kept in the data folder of the server.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from rich.progress import track

from benchmarks import corpus
from frapi.evaluation.films import find_photos, person_of_film
from frapi.vision import embed
from frapi.vision.detect import DetectedFace, detect_faces
from frapi.vision.embed import embed_face
from frapi.vision.landmarks import fit_landmarks, roi_of_detection, roi_of_landmarks
from frapi.vision.quality import luminance_components
from frapi.vision.types import ImageU8, Vector
from frapi.vision.view import view_face

SEED = 0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Face:
    """One photograph, or a damaged copy.

    Attributes:
        components: of quality, as far as luminance tells them.
    """

    person: str
    file: str
    embedding_l2: Vector
    components: dict[str, float]


def embeddings(data: Path, *, thorough: bool = False) -> dict[str, NDArray[np.float32]]:
    """Person -> (n, D) float32, every photograph.

    Args:
        thorough: as a photograph by itself is embedded, not as a frame of a session.
    """
    return _by_person(whole(data, thorough=thorough))


def close_ups(data: Path, *, thorough: bool = False) -> dict[str, NDArray[np.float32]]:
    """Person -> (n, D) float32, the close crops of the folder ``faces``: other people, another archive."""
    photographs = [(person_of_film(path), path) for path in find_photos(data / "faces")]
    return _by_person(_cached("close-ups", photographs, lambda image, rng: _with_border(image), thorough=thorough))


def whole(data: Path, *, thorough: bool = False) -> list[Face]:
    """Every photograph as it is."""
    return _cached("whole", _photographs(data), lambda image, rng: image, thorough=thorough)


def damaged(data: Path) -> list[Face]:
    """A damaged copy of each photograph of people who have several."""
    return _cached("damaged", _photographs(data, at_least=2), damage)


def damage(image_rgb: ImageU8, rng: np.random.Generator) -> ImageU8:
    """One kind of damage, from slight to severe."""
    kind = _DAMAGES[rng.integers(len(_DAMAGES))]
    return np.clip(kind(image_rgb.astype(np.float32), float(rng.uniform()), rng), 0, 255).astype(np.uint8)


Pixels = NDArray[np.float32]


def _blur(pixels: Pixels, severity: float, rng: np.random.Generator) -> Pixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.5 + 4 * severity))


def _shake(pixels: Pixels, severity: float, rng: np.random.Generator) -> Pixels:
    length = int(3 + 18 * severity)
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1
    center = (length / 2 - 0.5, length / 2 - 0.5)
    turned = cv2.warpAffine(kernel, cv2.getRotationMatrix2D(center, rng.uniform(0, 180), 1), (length, length))
    return np.asarray(cv2.filter2D(pixels, -1, turned / turned.sum()))


def _darken(pixels: Pixels, severity: float, rng: np.random.Generator) -> Pixels:
    return np.asarray(pixels * (0.55 - 0.5 * severity) + rng.normal(0, 2 + 4 * severity, pixels.shape))


def _overexpose(pixels: Pixels, severity: float, rng: np.random.Generator) -> Pixels:
    return pixels * (1.2 + 2.5 * severity) + 20 * severity


def _light_from_one_side(pixels: Pixels, severity: float, rng: np.random.Generator) -> Pixels:
    across = np.linspace(-0.5, 0.5, pixels.shape[1])[None, :, None]
    return np.asarray(pixels * (0.15 + 0.85 * np.clip(across * (2 + 6 * severity) + 0.5, 0, 1)))


def _shrink(pixels: Pixels, severity: float, rng: np.random.Generator) -> Pixels:
    scale = 0.62 - 0.5 * severity
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (pixels.shape[1], pixels.shape[0]), interpolation=cv2.INTER_LINEAR))


def _add_noise(pixels: Pixels, severity: float, rng: np.random.Generator) -> Pixels:
    return np.asarray(pixels + rng.normal(0, 5 + 30 * severity, pixels.shape))


def _compress(pixels: Pixels, severity: float, rng: np.random.Generator) -> Pixels:
    quality = int(45 - 40 * severity)
    _, data = cv2.imencode(".jpg", pixels.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.float32)


def _flatten(pixels: Pixels, severity: float, rng: np.random.Generator) -> Pixels:
    mean = pixels.mean()
    return np.asarray((pixels - mean) * (0.6 - 0.5 * severity) + mean)


_DAMAGES: tuple[Callable[[Pixels, float, np.random.Generator], Pixels], ...] = (
    _blur,
    _shake,
    _darken,
    _overexpose,
    _light_from_one_side,
    _shrink,
    _add_noise,
    _compress,
    _flatten,
)


def _photographs(data: Path, *, at_least: int = 1) -> list[tuple[str, Path]]:
    everyone = corpus.lfw_photographs(data)
    return [(person, path) for person, paths in everyone.items() if len(paths) >= at_least for path in paths]


def _by_person(looked: list[Face]) -> dict[str, NDArray[np.float32]]:
    by_person: dict[str, list[Vector]] = {}
    for face in looked:
        by_person.setdefault(face.person, []).append(face.embedding_l2)
    return {person: np.stack(vectors) for person, vectors in by_person.items()}


def _with_border(image_rgb: ImageU8) -> ImageU8:
    """The detector wants something around a face."""
    width = image_rgb.shape[1] // 4
    return np.asarray(cv2.copyMakeBorder(image_rgb, width, width, width, width, cv2.BORDER_REPLICATE), np.uint8)


def _cached(
    name: str,
    photographs: list[tuple[str, Path]],
    change: Callable[[ImageU8, np.random.Generator], ImageU8],
    *,
    thorough: bool = False,
) -> list[Face]:
    contract = embed.CONTRACT.replace("/", "_")
    cache = settings.FRAPI.home / "benchmarks" / f"{name}{'-thorough' * thorough}-{contract}.pickle"
    if not cache.exists():
        looked = [
            _look(person, path, change(corpus.read_rgb(path), np.random.default_rng([SEED, number])), thorough=thorough)
            for number, (person, path) in enumerate(track(photographs, f"looking at faces, {name}"))
        ]
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.write_bytes(pickle.dumps([face for face in looked if face is not None]))
    faces: list[Face] = pickle.loads(cache.read_bytes())  # noqa: S301  our own file
    return faces


def _look(person: str, path: Path, image_rgb: ImageU8, *, thorough: bool) -> Face | None:
    """The face in the middle; None where no face is found."""
    runner = corpus.runner()
    found = detect_faces(image_rgb, runner, min_score=0.5)
    if not found:
        return None
    height, width = image_rgb.shape[:2]

    def off_center(face: DetectedFace) -> float:
        box = face.box
        return float(abs(box.x_min + box.x_max - width) + abs(box.y_min + box.y_max - height) - box.width_px)

    mesh = fit_landmarks(image_rgb, roi_of_detection(min(found, key=off_center)), runner)
    mesh = fit_landmarks(image_rgb, roi_of_landmarks(mesh), runner)
    components = luminance_components(view_face(image_rgb, mesh).luminance)
    embedding = embed_face(image_rgb, mesh, runner, thorough=thorough)
    return Face(person, path.name, embedding.vector_l2, components)
