"""Faces become unit vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from frapi.vision.align import align_face
from frapi.vision.ports import FloatArray, ModelRunner
from frapi.vision.recognizers import DLIB, Recognizer
from frapi.vision.types import Embedding, ImageU8, Landmarks, Vector

# Of the default recogniser.
CONTRACT, DIM = DLIB.contract, DLIB.dim


def embed_face(
    image_rgb: ImageU8, landmarks: Landmarks, runner: ModelRunner, recognizer: Recognizer = DLIB
) -> Embedding:
    """Embed one face: the mean over the recogniser's chips.

    Raises:
        DegenerateLandmarks: the face can't be aligned.
        ModelMissing: the recogniser's network isn't installed.
    """
    chips = _chips(image_rgb, landmarks, recognizer)
    batches = [chips] if recognizer.batched else np.split(chips, len(chips))
    vectors = [runner.run(recognizer.model, {recognizer.input_name: each})[recognizer.output_name] for each in batches]
    return Embedding(unit(np.concatenate(vectors).mean(axis=0)), recognizer.contract)


def _chips(image_rgb: ImageU8, landmarks: Landmarks, recognizer: Recognizer) -> FloatArray:
    """(N, 3, size, size) float32, as the network wants them."""
    chips = [align_face(image_rgb, landmarks, recognizer.alignment, crop) for crop in recognizer.crops]
    if recognizer.mirror:
        chips += [chip[:, ::-1] for chip in chips]
    stacked = np.stack(chips)[..., ::-1] if recognizer.bgr else np.stack(chips)
    planes = stacked.transpose(0, 3, 1, 2).astype(np.float32)
    return np.ascontiguousarray((planes - np.float32(recognizer.mean)) / np.float32(recognizer.deviation))


def fuse_embeddings(embeddings: Sequence[Embedding], weights: Sequence[float]) -> Embedding:
    """The weighted mean of several embeddings of one person, a unit vector again.

    Raises:
        ValueError: there is none, or their contracts differ.
    """
    contracts = {embedding.contract for embedding in embeddings}
    if len(contracts) != 1:
        raise ValueError("embeddings of one contract are needed")
    stacked = np.stack([embedding.vector_l2 for embedding in embeddings])
    mean = np.average(stacked, axis=0, weights=np.asarray(weights))
    return Embedding(unit(mean.astype(np.float32)), contracts.pop())


def cosine_similarity(first: Embedding, second: Embedding) -> float:
    """Similarity in -1..1.

    Raises:
        ValueError: the contracts differ; such vectors have nothing in common.
    """
    if first.contract != second.contract:
        raise ValueError(f"embedding contracts differ: {first.contract} and {second.contract}")
    return float(first.vector_l2 @ second.vector_l2)


def unit(vector: Vector) -> Vector:
    """Scale to length 1."""
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)
