"""Scores of the exported file, as the server would get them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from frapi.vision.obstacles import INPUT_SIZE
from training.obstacles.augment import plain


def plain_crops(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(N, 128, 128, 3): stored crops without their margin and without augmentation."""
    return np.stack([plain(image.astype(np.float32), size=INPUT_SIZE) for image in images])


def score(file: Path, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(N, 5) calibrated scores of pictures of the input's side or larger, seen through their middle."""
    session = ort.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    margin = (images.shape[1] - INPUT_SIZE) // 2
    inner = slice(margin, margin + INPUT_SIZE)
    parts = []
    for at in range(0, len(images), 64):
        part = images[at : at + 64, inner, inner].transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1
        parts.append(session.run(["scores"], {"input": np.ascontiguousarray(part)})[0])
    return np.concatenate(parts).astype(np.float32)
