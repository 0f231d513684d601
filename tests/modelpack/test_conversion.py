"""The converters refuse what they don't understand, and their own arithmetic is right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import onnxruntime
import pytest
import tflite
from numpy.typing import NDArray

from frapi.errors import ConversionError
from frapi.modelpack import registry
from frapi.modelpack.conversion import convert
from frapi.modelpack.dlib.reader import read_layers
from frapi.modelpack.graph import GraphBuilder
from frapi.modelpack.spec import InputSpec, ModelSpec, OutputSpec
from tests.modelpack.tflite_file import FakeOperator, FakeTensor, write_tflite

SIDE = 6
IMAGE = FakeTensor((1, SIDE, SIDE, 4))
RELU = FakeOperator(tflite.BuiltinOperator.RELU, ("image",), "result")


def spec(channels: int = 4, output: str = "result", shape: tuple[int | str, ...] = ("N", SIDE, SIDE, 4)) -> ModelSpec:
    """A network on a small image."""
    return replace(
        registry.MODELS["face_mesh"],
        inputs=(InputSpec("input", ("N", channels, SIDE, SIDE), ""),),
        outputs=(OutputSpec("output", shape, "", output),),
    )


def run(model: bytes, image: NDArray[np.float32]) -> NDArray[np.float32]:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    (result,) = session.run(None, {"input": image})
    return np.asarray(result, np.float32)


def images(count: int) -> NDArray[np.float32]:
    return np.random.default_rng(1).normal(size=(count, 4, SIDE, SIDE)).astype(np.float32)


def test_smallest_network() -> None:
    content = write_tflite({"image": IMAGE, "result": IMAGE}, [RELU], source="image", output="result")
    batch = images(3)
    np.testing.assert_array_equal(run(convert(content, spec()), batch), np.maximum(batch, 0).transpose(0, 2, 3, 1))


def test_conversion_is_reproducible() -> None:
    content = write_tflite({"image": IMAGE, "result": IMAGE}, [RELU], source="image", output="result")
    assert convert(content, spec()) == convert(content, spec())


def test_half_precision_weights_are_unpacked() -> None:
    slopes = np.array([0.25, 0, -1, 0.3], np.float16)
    content = write_tflite(
        {
            "image": IMAGE,
            "packed": FakeTensor((1, 1, 4), slopes, tflite.TensorType.FLOAT16),
            "slopes": FakeTensor((1, 1, 4)),
            "result": IMAGE,
        },
        [
            FakeOperator(tflite.BuiltinOperator.DEQUANTIZE, ("packed",), "slopes"),
            FakeOperator(tflite.BuiltinOperator.PRELU, ("image", "slopes"), "result"),
        ],
        source="image",
        output="result",
    )
    batch = -np.ones((1, 4, SIDE, SIDE), np.float32)
    np.testing.assert_array_equal(run(convert(content, spec()), batch)[0, 0, 0], -slopes.astype(np.float32))


def test_prelu_without_a_prelu() -> None:
    slopes = np.array([0.25, 0, -1, 2], np.float32)
    content = write_tflite(
        {"image": IMAGE, "slopes": FakeTensor((1, 1, 4), slopes), "result": IMAGE},
        [FakeOperator(tflite.BuiltinOperator.PRELU, ("image", "slopes"), "result")],
        source="image",
        output="result",
    )
    batch = images(2)
    expected = np.where(batch > 0, batch, batch * slopes.reshape(1, 4, 1, 1)).transpose(0, 2, 3, 1)
    np.testing.assert_allclose(run(convert(content, spec()), batch), expected, atol=1e-6)


@pytest.mark.parametrize(("before", "after"), [(0, 3), (2, 1)])
def test_padded_channels_are_zero(before: int, after: int) -> None:
    channels = before + 4 + after
    amounts = np.array([[0, 0], [0, 0], [0, 0], [before, after]], np.int32)
    content = write_tflite(
        {
            "image": IMAGE,
            "amounts": FakeTensor((4, 2), amounts, tflite.TensorType.INT32),
            "result": FakeTensor((1, SIDE, SIDE, channels)),
        },
        [FakeOperator(tflite.BuiltinOperator.PAD, ("image", "amounts"), "result")],
        source="image",
        output="result",
    )
    batch = images(2)
    expected = np.pad(batch, ((0, 0), (before, after), (0, 0), (0, 0))).transpose(0, 2, 3, 1)
    found = run(convert(content, spec(shape=("N", SIDE, SIDE, channels))), batch)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("activation", "low", "high"),
    [
        (tflite.ActivationFunctionType.NONE, -np.inf, np.inf),
        (tflite.ActivationFunctionType.RELU, 0, np.inf),
        (tflite.ActivationFunctionType.RELU6, 0, 6),
    ],
)
def test_fused_activations(activation: int, low: float, high: float) -> None:
    content = write_tflite(
        {"image": IMAGE, "result": IMAGE},
        [
            FakeOperator(
                tflite.BuiltinOperator.ADD,
                ("image", "image"),
                "result",
                options=("AddOptions", {"FusedActivationFunction": activation}),
            )
        ],
        source="image",
        output="result",
    )
    batch = 5 * images(1)
    np.testing.assert_array_equal(
        run(convert(content, spec()), batch), (2 * batch).clip(low, high).transpose(0, 2, 3, 1)
    )


def _sample(image: NDArray[np.float32], matrix: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """One image (C, H, W) sampled as MediaPipe's kernel does it: bilinear, zero outside of the pixel centres."""
    result = np.zeros((size, size, image.shape[0]), np.float32)
    for row in range(size):
        for column in range(size):
            x, y = (matrix @ np.array([column + 0.5, row + 0.5, 0, 1]))[:2] - 0.5
            if not (0 <= x <= SIDE - 1 and 0 <= y <= SIDE - 1):
                continue
            left, top = min(int(x), SIDE - 2), min(int(y), SIDE - 2)
            across, down = x - left, y - top
            upper = (1 - across) * image[:, top, left] + across * image[:, top, left + 1]
            lower = (1 - across) * image[:, top + 1, left] + across * image[:, top + 1, left + 1]
            result[row, column] = (1 - down) * upper + down * lower
    return result


def test_sampling_inside_and_outside_of_the_map() -> None:
    """The golden images never make the attention mesh look outside of its map."""
    size = 5
    along, across = 1.3 * np.cos(np.deg2rad(20)), 1.3 * np.sin(np.deg2rad(20))
    matrix = np.array([[along, -across, 0, 0.4], [across, along, 0, 1.1], [0, 0, 1, 0], [0, 0, 0, 1]], np.float32)
    content = write_tflite(
        {
            "image": IMAGE,
            # A convolution over the whole image that gives the matrix whatever the image is.
            "weights": FakeTensor((16, SIDE, SIDE, 4), np.zeros((16, SIDE, SIDE, 4), np.float32)),
            "bias": FakeTensor((16,), matrix.ravel()),
            "numbers": FakeTensor((1, 1, 1, 16)),
            "matrix": FakeTensor((1, 4, 4)),
            "result": FakeTensor((1, size, size, 4)),
        },
        [
            FakeOperator(
                tflite.BuiltinOperator.CONV_2D,
                ("image", "weights", "bias"),
                "numbers",
                options=("Conv2DOptions", {"Padding": tflite.Padding.VALID, "StrideH": 1, "StrideW": 1}),
            ),
            FakeOperator(tflite.BuiltinOperator.RESHAPE, ("numbers",), "matrix"),
            FakeOperator(
                "TransformTensorBilinear",
                ("image", "matrix"),
                "result",
                {"output_height": size, "output_width": size},
            ),
        ],
        source="image",
        output="result",
    )
    batch = images(2)
    found = run(convert(content, spec(shape=("N", size, size, 4))), batch)
    expected = np.stack([_sample(image, matrix, size) for image in batch])
    np.testing.assert_allclose(found, expected, atol=1e-5)
    outside = (expected == 0).all(axis=(0, 3))
    assert outside.any()
    assert not outside.all()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04" + bytes(100)])
def test_other_files_are_no_tflite(content: bytes) -> None:
    with pytest.raises(ConversionError, match="not a TFLite file"):
        convert(content, spec())


@pytest.mark.parametrize(
    ("operator", "complaint"),
    [
        (FakeOperator(tflite.BuiltinOperator.TANH, ("image",), "result"), "unsupported operator TANH"),
        (FakeOperator("Mystery", ("image",), "result"), "unsupported operator Mystery"),
        (FakeOperator(tflite.BuiltinOperator.RELU, ("other",), "result"), "'other' isn't computed"),
        (FakeOperator(tflite.BuiltinOperator.PRELU, ("image", "other"), "result"), "'other' isn't a constant"),
        (FakeOperator(tflite.BuiltinOperator.PRELU, ("image", "bytes"), "result"), "'bytes' has an unsupported type"),
        (FakeOperator(tflite.BuiltinOperator.PAD, ("image", "rows"), "result"), "PAD of other than channels"),
        (
            FakeOperator(
                tflite.BuiltinOperator.ADD,
                ("image", "image"),
                "result",
                options=("AddOptions", {"FusedActivationFunction": tflite.ActivationFunctionType.TANH}),
            ),
            "unsupported activation",
        ),
        (
            FakeOperator(
                tflite.BuiltinOperator.RESIZE_BILINEAR,
                ("image", "rows"),
                "result",
                options=("ResizeBilinearOptions", {"AlignCorners": 1}),
            ),
            "half-pixel",
        ),
    ],
)
def test_refusals_name_the_trouble(operator: FakeOperator, complaint: str) -> None:
    tensors = {
        "image": IMAGE,
        "other": IMAGE,
        "bytes": FakeTensor((4,), np.zeros(4, np.uint8), tflite.TensorType.UINT8),
        "rows": FakeTensor((4, 2), np.ones((4, 2), np.int32), tflite.TensorType.INT32),
        "result": IMAGE,
    }
    content = write_tflite(tensors, [operator], source="image", output="result")
    with pytest.raises(ConversionError, match=complaint):
        convert(content, spec())


def test_input_and_output_must_be_as_registered() -> None:
    content = write_tflite({"image": IMAGE, "result": IMAGE}, [RELU], source="image", output="result")
    with pytest.raises(ConversionError, match="input has the shape"):
        convert(content, spec(channels=3))
    with pytest.raises(ConversionError, match="no output 'mesh'"):
        convert(content, spec(output="mesh"))


def test_pulled_models_are_not_converted() -> None:
    with pytest.raises(ConversionError, match="yunet is taken as it is"):
        convert(b"", registry.MODELS["yunet"])


def test_invalid_graph_is_an_error_of_the_conversion() -> None:
    graph = GraphBuilder()
    graph.rename(graph.add("NoSuchOperator", "input"), "output")
    with pytest.raises(ConversionError, match="isn't valid ONNX"):
        graph.finish("broken", spec().inputs, spec().outputs, {})


@pytest.mark.parametrize("content", [b"", b"\x01\x05con_5" + b"\x01\x02" + bytes(3)])
def test_other_files_are_no_dlib_network(content: bytes) -> None:
    with pytest.raises(ConversionError):
        convert(content, registry.MODELS["face_embedder"])


def test_dlib_file_cut_off_in_a_layer() -> None:
    # An affine layer that promises two numbers and has one.
    content = b"\x01\x07affine_" + b"\x01\x02" + b"\x01\x02\x01\x01\x01\x01\x01\x01" + bytes(4)
    with pytest.raises(ConversionError, match="ends in the middle of a layer"):
        list(read_layers(content))
