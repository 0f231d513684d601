"""Faces become vectors; :mod:`frapi.vision.similarity` compares them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from frapi.vision.align import Crop, align_face
from frapi.vision.cohort import corrected
from frapi.vision.ports import FloatArray, ModelRunner
from frapi.vision.recognizers import DLIB, RECOGNIZERS, Recognizer
from frapi.vision.types import Embedding, ImageU8, Landmarks, Vector

# Of the default recogniser.
CONTRACT, DIM = DLIB.contract, DLIB.dim

_COHORTS = {each.contract: each.cohort for each in RECOGNIZERS.values() if each.cohort is not None}


def embed_face(
    image_rgb: ImageU8,
    landmarks: Landmarks,
    runner: ModelRunner,
    recognizer: Recognizer = DLIB,
    *,
    thorough: bool = False,
) -> Embedding:
    """Embed one face: the mean over the recogniser's chips.

    Args:
        thorough: this photograph is all there is; more chips are averaged.
    Raises:
        DegenerateLandmarks: the face can't be aligned.
        ModelMissing: the recogniser's network isn't installed.
    """
    crops = recognizer.crops + (recognizer.further_crops if thorough else ())
    chips = _chips(image_rgb, landmarks, recognizer, crops)
    batches = [chips] if recognizer.batched else np.split(chips, len(chips))
    vectors = [runner.run(recognizer.model, {recognizer.input_name: each})[recognizer.output_name] for each in batches]
    return finished(np.concatenate(vectors).mean(axis=0), recognizer.contract)


def _chips(image_rgb: ImageU8, landmarks: Landmarks, recognizer: Recognizer, crops: Sequence[Crop]) -> FloatArray:
    """(N, 3, size, size) float32, as the network wants them."""
    chips = [align_face(image_rgb, landmarks, recognizer.alignment, crop) for crop in crops]
    if recognizer.mirror:
        chips += [chip[:, ::-1] for chip in chips]
    stacked = np.stack(chips)[..., ::-1] if recognizer.bgr else np.stack(chips)
    planes = stacked.transpose(0, 3, 1, 2).astype(np.float32)
    return np.ascontiguousarray((planes - np.float32(recognizer.mean)) / np.float32(recognizer.deviation))


def fuse_embeddings(embeddings: Sequence[Embedding], weights: Sequence[float]) -> Embedding:
    """The weighted mean of several embeddings of one person.

    Raises:
        ValueError: there is none, or their contracts differ.
    """
    contracts = {embedding.contract for embedding in embeddings}
    if len(contracts) != 1:
        raise ValueError("embeddings of one contract are needed")
    stacked = np.stack([unit(embedding.vector_l2) for embedding in embeddings])
    mean = np.average(stacked, axis=0, weights=np.asarray(weights))
    return finished(mean.astype(np.float32), contracts.pop())


def finished(vector: Vector, contract: str) -> Embedding:
    """An embedding of a vector of any length: of length 1, or shortened where the contract has a cohort."""
    vector_l2, cohort = unit(vector), _COHORTS.get(contract)
    return Embedding(vector_l2 if cohort is None else corrected(vector_l2, cohort), contract)


def unit(vector: Vector) -> Vector:
    """Scale to length 1."""
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)
