"""A recogniser's data decide what its network is shown, and how the answers become one vector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from frapi.errors import DegenerateLandmarks
from frapi.vision.align import Crop, align_face
from frapi.vision.embed import embed_face, fuse_embeddings
from frapi.vision.ports import FloatArray
from frapi.vision.recognizers import DLIB, Recognizer
from frapi.vision.similarity import cosine_similarity
from frapi.vision.types import Embedding, ImageU8, Landmarks, Points
from tests.faces import landmarks

SIZE = DLIB.alignment.size_px


class Network:
    """Answers with the mean of each channel; keeps what it was shown."""

    def __init__(self) -> None:
        self.shown: list[FloatArray] = []

    def run(
        self, model: str, inputs: Mapping[str, FloatArray], outputs: Sequence[str] | None = None
    ) -> Mapping[str, FloatArray]:
        assert (model, list(inputs)) == (DLIB.model, [DLIB.input_name])
        self.shown.append(inputs[DLIB.input_name])
        return {DLIB.output_name: inputs[DLIB.input_name].mean(axis=(2, 3))}

    def has(self, model: str) -> bool:
        return True


def aligned_mesh() -> Landmarks:
    """A mesh whose points lie where the template wants them: a chip is the image's top left corner."""
    points: Points = np.zeros((478, 3), np.float32)
    points[[group[0] for group in DLIB.alignment.vertices], :2] = DLIB.alignment.target_px
    return Landmarks(points, 1.0)


def picture() -> ImageU8:
    """Left half red, right half dark blue."""
    image = np.zeros((SIZE, SIZE, 3), np.uint8)
    image[:, : SIZE // 2, 0], image[:, SIZE // 2 :, 2] = 200, 100
    return image


def shown(recognizer: Recognizer, *, thorough: bool = False) -> list[FloatArray]:
    network = Network()
    embed_face(picture(), aligned_mesh(), network, replace(recognizer, contract="mine/1"), thorough=thorough)
    return network.shown


def test_a_chip_and_its_mirror_image_in_one_batch() -> None:
    (batch,) = shown(DLIB)
    assert batch.shape == (2, 3, SIZE, SIZE)
    assert batch.dtype == np.float32
    assert batch[0, :, 75, 20].tolist() == [200, 0, 0]
    np.testing.assert_array_equal(batch[1], batch[0, :, :, ::-1])


def test_a_network_of_batch_one_is_run_for_each_chip() -> None:
    assert [batch.shape[0] for batch in shown(replace(DLIB, batched=False))] == [1, 1]


def test_a_photograph_by_itself_is_seen_through_more_chips() -> None:
    (batch,) = shown(DLIB, thorough=True)
    assert len(batch) == 2 * (1 + len(DLIB.further_crops)) > 2


def test_without_mirror() -> None:
    (batch,) = shown(replace(DLIB, mirror=False))
    assert batch.shape[0] == 1


def test_colour_order_and_range() -> None:
    (batch,) = shown(replace(DLIB, bgr=True, mean=100.0, deviation=50.0))
    assert batch[0, :, 75, 20].tolist() == [-2, -2, 2]


def test_the_mean_of_all_chips_is_a_unit_vector_under_the_recognisers_contract() -> None:
    embedding = embed_face(picture(), aligned_mesh(), Network(), replace(DLIB, contract="mine/1"))
    assert embedding.contract == "mine/1"
    assert float(np.linalg.norm(embedding.vector_l2)) == pytest.approx(1)
    assert embedding.vector_l2[0] == pytest.approx(2 * embedding.vector_l2[2], rel=0.03)


def test_crops_depart_from_the_template() -> None:
    shifted = align_face(picture(), aligned_mesh(), DLIB.alignment, Crop(shift_px=(10.0, 0.0)))
    assert shifted[75, 80].tolist() == [200, 0, 0]
    assert shifted[75, 90].tolist() == [0, 0, 100]
    zoomed = align_face(picture(), aligned_mesh(), DLIB.alignment, Crop(zoom=2.0))
    turned = align_face(picture(), aligned_mesh(), DLIB.alignment, Crop(angle_deg=90.0))
    assert zoomed[75, 20].tolist() == [200, 0, 0]
    assert turned[20, 75].tolist() == [200, 0, 0], "what was left is above"
    (batch,) = shown(replace(DLIB, crops=(Crop(), Crop(zoom=1.1)), mirror=False))
    assert batch.shape[0] == 2


@pytest.mark.parametrize("yaw_deg", [0.0, 20.0])
def test_points_come_to_lie_on_the_template(yaw_deg: float) -> None:
    mesh = landmarks(yaw_deg=yaw_deg)
    image = np.zeros((480, 640, 3), np.uint8)
    for x, y in mesh.points_px[[33, 263], :2].round().astype(int):
        image[y - 2 : y + 3, x - 2 : x + 3] = 255
    chip = align_face(image, mesh, DLIB.alignment)
    lit = np.argwhere(chip[:, :, 0] > 128)
    for x, y in DLIB.alignment.target_px[[0, 2]]:
        assert np.hypot(lit[:, 1] - x, lit[:, 0] - y).min() < 8


def test_points_that_coincide_can_not_be_aligned() -> None:
    with pytest.raises(DegenerateLandmarks):
        embed_face(picture(), Landmarks(np.ones((478, 3), np.float32), 1.0), Network())


def test_embeddings_of_two_contracts_never_meet() -> None:
    first, second = (Embedding(np.eye(1, 4, dtype=np.float32)[0], name) for name in ("a/1", "b/1"))
    with pytest.raises(ValueError, match="a/1 and b/1"):
        cosine_similarity(first, second)
    with pytest.raises(ValueError, match="one contract"):
        fuse_embeddings([first, second], [1.0, 1.0])
