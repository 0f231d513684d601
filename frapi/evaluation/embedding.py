"""Pictures become embeddings, each but once: what was seen is kept, so that a run that was interrupted goes on."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from frapi.errors import DegenerateLandmarks, InvalidImage
from frapi.vision.decode import decode_image
from frapi.vision.detect import DetectedFace
from frapi.vision.embed import embed_face
from frapi.vision.equipment import Equipment
from frapi.vision.landmarks import fit_landmarks, roi_of_detection, roi_of_landmarks
from frapi.vision.pipeline import FAR_FACE_ZOOM, analyze
from frapi.vision.ports import ModelRunner
from frapi.vision.types import AnalysisPolicy, ImageU8, RegionOfInterest, TrackState, Vector

# Faces of archives are smaller than those of a webcam, and pictures larger than its frames.
ARCHIVE = AnalysisPolicy(max_image_bytes=2**28, max_image_pixels=2**27, min_interocular_px=8.0)
UNREADABLE = "unreadable"

Progress = Callable[[int, int], None]


class Chosen(StrEnum):
    """Which face of a picture is its person's."""

    LARGEST = "largest"
    CENTRE = "centre"  # archives cut around one person may show larger ones beside


@dataclass(frozen=True, slots=True)
class Manner:
    """How pictures are looked at; what was seen in one manner says nothing of another.

    Attributes:
        chosen: which face.
        thorough: with the pains that a photograph by itself deserves, not those that a frame of a session gets.
    """

    equipment: Equipment
    chosen: Chosen
    thorough: bool

    @property
    def folder(self) -> Path:
        """A name for it."""
        contract = re.sub(r"[^\w.-]+", "_", self.equipment.recognizer.contract)
        pains = "photograph" if self.thorough else "frame"
        return Path(contract) / f"{self.equipment.detector.name}-{self.chosen.value}-{pains}"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class EmbeddedPicture:
    """What was seen in one picture.

    Attributes:
        vector_l2: (D,) float32, as embeddings of its contract are; None where no face could be embedded.
        quality_score: of the face, 0..1.
        reason: why there is no vector; empty when there is one.
    """

    vector_l2: Vector | None
    quality_score: float
    reason: str


class EmbeddingCache:
    """What was seen, in a folder: one small file for each picture, named by the digest of the picture's bytes.

    Vectors lie there in the clear, as the pictures themselves do: the folder is readable by its owner only.
    """

    def __init__(self, folder: Path, manner: Manner) -> None:
        self._folder = folder / manner.folder

    def get(self, digest: str) -> EmbeddedPicture | None:
        """None when the picture wasn't looked at yet, or what was written of it is torn."""
        try:
            stored = json.loads(self._path(digest).read_text(encoding="utf-8"))
            vector = np.frombuffer(base64.b64decode(stored["vector"]), "<f4") if stored["vector"] else None
            return EmbeddedPicture(vector, float(stored["quality_score"]), str(stored["reason"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, digest: str, seen: EmbeddedPicture) -> None:
        """Keep it, whole or not at all."""
        vector = "" if seen.vector_l2 is None else base64.b64encode(seen.vector_l2.astype("<f4").tobytes()).decode()
        path = self._path(digest)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump({"vector": vector, "quality_score": seen.quality_score, "reason": seen.reason}, stream)
        Path(temporary).replace(path)

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / f"{digest}.json"


def embed_pictures(
    paths: Sequence[str],
    images: Path,
    runner: ModelRunner,
    manner: Manner,
    *,
    cache: EmbeddingCache,
    threads: int,
    progress: Progress,
) -> dict[str, EmbeddedPicture]:
    """Look at each picture once, or remember it.

    Args:
        paths: from ``images``.
        threads: pictures looked at side by side.
    Raises:
        ModelMissing: the model pack isn't there.
    """

    def look(path: str) -> tuple[str, EmbeddedPicture]:
        try:
            data = (images / path).read_bytes()
        except OSError:
            return path, EmbeddedPicture(None, 0.0, UNREADABLE)
        digest = hashlib.sha256(data).hexdigest()
        seen = cache.get(digest)
        if seen is None:
            seen = embed_picture(data, runner, manner)
            cache.put(digest, seen)
        return path, seen

    wanted = list(dict.fromkeys(paths))
    results: dict[str, EmbeddedPicture] = {}
    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(look, path) for path in wanted]
        try:
            for done, future in enumerate(as_completed(running), 1):
                path, results[path] = future.result()
                progress(done, len(wanted))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return results


def embed_picture(data: bytes, runner: ModelRunner, manner: Manner) -> EmbeddedPicture:
    """Look at one picture, at the chosen one of its faces.

    Raises:
        ModelMissing: the model pack isn't there.
    """
    try:
        image = decode_image(data, max_bytes=ARCHIVE.max_image_bytes, max_pixels=ARCHIVE.max_image_pixels)
    except InvalidImage:
        return EmbeddedPicture(None, 0.0, UNREADABLE)
    roi = _where(image, runner, manner)
    if roi is None:
        return EmbeddedPicture(None, 0.0, "no_face")
    # A face that is being followed isn't looked for: the pipeline takes the one it is given, whoever stands beside.
    seen = analyze(image, TrackState(0, roi, 0), runner, ARCHIVE)
    if seen.landmarks is None or seen.quality is None:
        return EmbeddedPicture(None, 0.0, str(seen.reason or "no_face"))
    try:
        embedding = embed_face(image, seen.landmarks, runner, manner.equipment.recognizer, thorough=manner.thorough)
    except DegenerateLandmarks:
        return EmbeddedPicture(None, 0.0, "no_face")
    return EmbeddedPicture(embedding.vector_l2, seen.quality.score, "")


def _where(image_rgb: ImageU8, runner: ModelRunner, manner: Manner) -> RegionOfInterest | None:
    find = manner.equipment.detector.find
    faces = find(image_rgb, runner, min_score=ARCHIVE.min_face_score) or find(
        image_rgb, runner, min_score=ARCHIVE.min_face_score, zoom=FAR_FACE_ZOOM
    )
    if not faces:
        return None
    height, width = image_rgb.shape[:2]

    def off_centre(face: DetectedFace) -> float:
        box = face.box
        return float(abs(box.x_min + box.x_max - width) + abs(box.y_min + box.y_max - height) - box.width_px)

    found = (
        min(faces, key=off_centre) if manner.chosen is Chosen.CENTRE else max(faces, key=lambda face: face.box.width_px)
    )
    mesh = fit_landmarks(image_rgb, roi_of_detection(found), runner)
    return roi_of_landmarks(mesh)


def count_failures(embedded: Mapping[str, EmbeddedPicture]) -> dict[str, int]:
    """Reason -> pictures without a vector."""
    counts: dict[str, int] = {}
    for seen in embedded.values():
        if seen.vector_l2 is None:
            counts[seen.reason] = counts.get(seen.reason, 0) + 1
    return dict(sorted(counts.items()))
