"""The converted networks give what the originals give in their makers' own runtimes (``golden/make.py``)."""

from __future__ import annotations

import numpy as np
import pytest

from frapi.modelpack import registry
from frapi.vision.ports import FloatArray
from tests.modelpack.golden.inputs import FOLDER, golden_images
from tests.samples import runner

# Largest difference of a landmark, box (pixels) or logit: a two-hundredth of a tenth of a pixel.
ABSOLUTE_MARGIN = 5e-4
# The face detector's logits reach -15,000 on an empty picture; float32 holds seven digits.
RELATIVE_MARGIN = 2e-6
# The embedding's numbers are a tenth, and distances of 0.01 between two embeddings mean nothing yet.
DESCRIPTOR_MARGIN = 2e-6

# How many rows of a large output lie between two golden ones.
EVERY = {"face_detector": 8, "palm_detector": 16}
MODELS = ("face_detector", "face_mesh", "face_mesh_attention", "palm_detector", "face_embedder")


def network_input(model: str) -> FloatArray:
    """The golden images as the registry says the network wants them, as one batch."""
    side = registry.MODELS[model].inputs[0].shape[2]
    assert isinstance(side, int)
    images = np.stack(list(golden_images(side).values())).transpose(0, 3, 1, 2).astype(np.float32)
    match model:
        case "face_embedder":
            return images
        case "face_detector":
            return images / np.float32(127.5) - 1
        case _:
            return images / np.float32(255)


@pytest.mark.parametrize("model", MODELS)
def test_outputs_equal_the_originals(model: str) -> None:
    spec = registry.MODELS[model]
    outputs = runner().run(model, {spec.inputs[0].name: network_input(model)})
    golden = np.load(FOLDER / f"{model}.npz")
    margin = DESCRIPTOR_MARGIN if model == "face_embedder" else ABSOLUTE_MARGIN
    compared = 0
    for number, image in enumerate(golden_images(8)):
        for output in spec.outputs:
            values = outputs[output.name][number][:: EVERY.get(model, 1)]
            expected = golden[f"{image}.{output.name}"]
            np.testing.assert_allclose(
                values, expected, rtol=RELATIVE_MARGIN, atol=margin, err_msg=f"{image}.{output.name}"
            )
            compared += 1
    assert compared == len(golden.files)


def test_margins_would_notice_another_face() -> None:
    """The golden outputs of two images differ by far more than any margin."""
    for model in MODELS:
        golden = np.load(FOLDER / f"{model}.npz")
        output = registry.MODELS[model].outputs[0].name
        difference = np.abs(golden[f"portrait.{output}"] - golden[f"pattern.{output}"]).max()
        assert difference > 100 * ABSOLUTE_MARGIN


@pytest.mark.parametrize("model", MODELS)
def test_a_batch_gives_what_single_images_give(model: str) -> None:
    spec = registry.MODELS[model]
    batch = network_input(model)
    together = runner().run(model, {spec.inputs[0].name: batch})
    for number in range(len(batch)):
        alone = runner().run(model, {spec.inputs[0].name: batch[number : number + 1]})
        for output in spec.outputs:
            np.testing.assert_allclose(
                together[output.name][number], alone[output.name][0], rtol=RELATIVE_MARGIN, atol=ABSOLUTE_MARGIN
            )


def test_the_portrait_is_seen() -> None:
    """What the numbers are for: a face is found, present and where the picture has it."""
    detected = runner().run("face_detector", {"input": network_input("face_detector")})
    best = detected["scores"][:, :, 0].max(axis=1)
    pattern, portrait, _ = range(3)
    assert best[portrait] > best[pattern] + 1
    for model in ("face_mesh", "face_mesh_attention"):
        outputs = runner().run(model, {"input": network_input(model)})
        assert outputs["presence"][portrait, 0] > 0 > outputs["presence"][pattern, 0]
        left_in_image, right_in_image = outputs["mesh"][portrait, [33, 263], :2]
        # Read off the picture: the outer corners of the eyes.
        np.testing.assert_allclose(left_in_image, (60, 70), atol=3)
        np.testing.assert_allclose(right_in_image, (132, 68), atol=3)
