"""Find faces: YuNet, where its pack is installed.

Source: the decoding of OpenCV's ``FaceDetectorYN`` (Apache-2.0); the network is Shiqi Yu's (MIT).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from frapi.vision.detect import DetectedFace, letterbox, same_faces
from frapi.vision.geometry import Affine, to_tensor, warp
from frapi.vision.ports import FloatArray, ModelRunner
from frapi.vision.types import FaceBox, ImageU8

MODEL = "yunet"
INPUT_SIZE = 640
STRIDES = (8, 16, 32)
# Its scores are higher than BlazeFace's: of 464 photographs of Labeled Faces in the Wild no face had less than 0.86,
# and things taken for faces have up to 0.70.
LEAST_SCORE = 0.8


def detect_faces(
    image_rgb: ImageU8, runner: ModelRunner, *, min_score: float, zoom: float = 1.0
) -> tuple[DetectedFace, ...]:
    """All faces, best first, with five points: the eyes, the nose tip and the corners of the mouth, right ones first.

    Arguments as of :func:`frapi.vision.detect.detect_faces`; what scores under :data:`LEAST_SCORE` is none in any case.
    """
    to_image = letterbox(image_rgb, INPUT_SIZE, zoom)
    image_bgr = warp(image_rgb, to_image, INPUT_SIZE)[..., ::-1]
    outputs = runner.run(MODEL, {"input": to_tensor(image_bgr, scale=1.0)})
    candidates = np.concatenate([_decode(outputs, stride) for stride in STRIDES])
    candidates = candidates[candidates[:, -1] >= max(min_score, LEAST_SCORE)]
    corners, scores = candidates[:, :4].reshape(-1, 2, 2), candidates[:, -1]
    return tuple(_to_face(candidates[group[0]], to_image) for group in same_faces(corners, scores))


def _decode(outputs: Mapping[str, FloatArray], stride: int) -> NDArray[np.float32]:
    """(N, 15) corners, five points and score of every cell of one stride, in pixels of the input."""
    cells = INPUT_SIZE // stride
    y, x = np.mgrid[0:cells, 0:cells]
    grid = np.stack([x, y], axis=-1).reshape(-1, 1, 2)
    box = outputs[f"bbox_{stride}"][0]
    center = (box[:, :2] + grid[:, 0]) * stride
    half = np.exp(box[:, 2:]) * stride / 2
    points = (outputs[f"kps_{stride}"][0].reshape(-1, 5, 2) + grid) * stride
    likely = np.clip(outputs[f"cls_{stride}"][0], 0, 1) * np.clip(outputs[f"obj_{stride}"][0], 0, 1)
    rows = [center - half, center + half, points.reshape(-1, 10), np.sqrt(likely)]
    return np.concatenate(rows, axis=1).astype(np.float32)


def _to_face(candidate: NDArray[np.float32], to_image: Affine) -> DetectedFace:
    in_image = candidate[:14].reshape(-1, 2) @ to_image[:, :2].T + to_image[:, 2]
    (x_min, y_min), (x_max, y_max) = in_image[:2].tolist()
    return DetectedFace(FaceBox(x_min, y_min, x_max, y_max, float(candidate[14])), np.asarray(in_image[2:], np.float32))
