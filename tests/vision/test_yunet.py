"""YuNet: made-up outputs decode to what was put in; the real network agrees with its makers' own decoding."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from frapi.inference.onnx import OnnxModelRunner
from frapi.vision import yunet
from frapi.vision.equipment import DETECTORS, Equipment
from frapi.vision.pipeline import analyze
from frapi.vision.ports import FloatArray
from frapi.vision.similarity import cosine_similarity
from frapi.vision.types import AnalysisPolicy, EmbeddingRequest
from tests import samples

FRAME = np.zeros((480, 640, 3), np.uint8)


class Network:
    """Sees faces where it is told to: (stride, row, column, score)."""

    def __init__(self, *faces: tuple[int, int, int, float]) -> None:
        self.faces = faces
        self.shown: FloatArray | None = None

    def has(self, model: str) -> bool:
        return True

    def run(
        self, model: str, inputs: Mapping[str, FloatArray], outputs: Sequence[str] | None = None
    ) -> Mapping[str, FloatArray]:
        assert model == "yunet"
        self.shown = inputs["input"]
        outputs: dict[str, FloatArray] = {}
        for stride in yunet.STRIDES:
            cells = yunet.INPUT_SIZE // stride
            for name, width in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)):
                outputs[f"{name}_{stride}"] = np.zeros((1, cells * cells, width), np.float32)
        for stride, row, column, score in self.faces:
            cell = row * (yunet.INPUT_SIZE // stride) + column
            outputs[f"cls_{stride}"][0, cell] = outputs[f"obj_{stride}"][0, cell] = score
            # The box is 4 by 8 cells, its centre half a cell on; the first point is one cell to the right.
            outputs[f"bbox_{stride}"][0, cell] = [0.5, 0.5, np.log(4), np.log(8)]
            outputs[f"kps_{stride}"][0, cell, :2] = [1, 0]
        return outputs


def test_a_face_in_pixels_of_the_image() -> None:
    network = Network((16, 20, 10, 0.9))
    (face,) = yunet.detect_faces(FRAME, network, min_score=0.5)
    # 480 rows lie in the middle of 640: 80 are above them.
    box = face.box
    assert (box.x_min, box.y_min, box.x_max, box.y_max) == pytest.approx((136, 184, 200, 312), abs=1e-3)
    assert box.score == pytest.approx(0.9)
    assert face.key_points_px.shape == (5, 2)
    assert face.key_points_px[0].tolist() == pytest.approx([176, 240])
    assert network.shown is not None
    assert network.shown.shape == (1, 3, 640, 640)


def test_best_first_and_one_for_each_face() -> None:
    network = Network((16, 20, 10, 0.85), (16, 20, 11, 0.82), (32, 10, 15, 0.9), (8, 40, 70, 0.7))
    found = yunet.detect_faces(FRAME, network, min_score=0.5)
    assert [round(face.box.score, 2) for face in found] == [0.9, 0.85]
    assert len(yunet.detect_faces(FRAME, network, min_score=0.88)) == 1


def test_nobody() -> None:
    assert yunet.detect_faces(FRAME, Network(), min_score=0.5) == ()


def test_the_network_is_shown_blue_first() -> None:
    red = np.zeros((640, 640, 3), np.uint8)
    red[..., 0] = 200
    network = Network()
    yunet.detect_faces(red, network, min_score=0.5)
    assert network.shown is not None
    assert network.shown[0, :, 300, 300].tolist() == [0, 0, 200]


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> OnnxModelRunner:
    """The real networks, YuNet among them."""
    return samples.runner_with("yunet", folder=tmp_path_factory.mktemp("models"))


@pytest.mark.parametrize("name", ["obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg"])
def test_as_its_makers_decode_it(name: str, runner: OnnxModelRunner) -> None:
    square = np.zeros((640, 640, 3), np.uint8)
    portrait = samples.seated(name)[0][:640, :640]
    square[: portrait.shape[0], : portrait.shape[1]] = portrait
    makers = cv2.FaceDetectorYN.create(
        str(Path(os.environ["FRAPI_DATA"]) / "weights" / "face_detection_yunet_2023mar.onnx"), "", (640, 640), 0.5, 0.3
    )
    _, theirs = makers.detect(np.ascontiguousarray(square[..., ::-1]))
    ours = yunet.detect_faces(square, runner, min_score=0.5)
    assert len(ours) == len(theirs)
    assert ours[0].box.score == pytest.approx(theirs[0][14], abs=1e-3)
    np.testing.assert_allclose(ours[0].key_points_px, theirs[0][4:14].reshape(5, 2), atol=0.5)


@pytest.mark.parametrize("name", ["obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg"])
def test_the_pipeline_sees_the_same_face_through_either_detector(name: str, runner: OnnxModelRunner) -> None:
    image, request = samples.seated(name)[0], EmbeddingRequest(0.0, 0.0)
    embeddings = []
    for detector in DETECTORS.values():
        seen = analyze(image, None, runner, AnalysisPolicy(), request, Equipment(detector=detector))
        assert seen.reason is None
        assert seen.embedding is not None
        embeddings.append(seen.embedding)
    assert cosine_similarity(*embeddings) > 0.998
