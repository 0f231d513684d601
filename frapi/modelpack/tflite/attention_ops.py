"""The attention mesh's three custom operators as plain ONNX.

They cut a rotated rectangle around the lips or an eye out of a feature map, and map the landmarks found in it back. The
file passes 4×4 matrices between them; only the rows for x and y and the columns for x, y and 1 ever matter, but the 4×4
shape is kept, for the file also scales a matrix element by element.

Source: MediaPipe's custom TFLite kernels, ``mediapipe/util/tflite/operations`` (Apache-2.0): the behaviour only.
"""

from __future__ import annotations

import numpy as np

from frapi.errors import ConversionError
from frapi.modelpack.graph import GraphBuilder
from frapi.modelpack.tflite.reader import Operator
from frapi.modelpack.tflite.state import Conversion, Handler


def convert_landmarks_to_transform(state: Conversion, operator: Operator) -> None:
    """Landmarks (N, 468, 3) -> matrix (N, 4, 4) from output pixels to the landmarks' plane.

    The rectangle is as rotated as the line between two landmarks and encloses a subset of them with a margin.
    """
    options = operator.custom_options
    if options["target_rotation_radians"] != 0:
        raise ConversionError("Landmarks2TransformMatrix to a rotated target")
    graph = state.graph
    size = np.array([options["output_width"], options["output_height"]], np.float32)
    margin = np.array([options["scale_x"], options["scale_y"]], np.float32)

    points = graph.slice(state.value(operator.inputs[0]).name, 2, 0, 2)
    rotation = _rotation(graph, points, options["left_rotation_idx"], options["right_rotation_idx"])
    subset = graph.add("Gather", points, graph.ints(*options["subset_idxs"]), axis=1)
    # Row vectors: p·R is R transposed times p, the points with the rotation taken out.
    upright = graph.add("MatMul", subset, rotation)
    highest = graph.add("ReduceMax", upright, axes=[1], keepdims=1)
    lowest = graph.add("ReduceMin", upright, axes=[1], keepdims=1)
    middle = graph.add("Mul", graph.add("Add", highest, lowest), graph.floats(0.5))
    extent = graph.add("Sub", highest, lowest)

    linear = graph.add("Mul", rotation, graph.add("Mul", extent, graph.floats((margin / size).reshape(1, 1, 2))))
    back = graph.add("Transpose", rotation, perm=[0, 2, 1])
    center = graph.add("Transpose", graph.add("MatMul", middle, back), perm=[0, 2, 1])
    shift = graph.add("Add", center, graph.add("MatMul", linear, graph.floats((-size / 2).reshape(2, 1))))
    zero = graph.add("Mul", center, graph.floats(0))
    top = graph.add("Concat", linear, zero, shift, axis=2)
    # Zero times the top rows brings the batch size along.
    bottom = graph.add("Add", graph.add("Mul", top, graph.floats(0)), graph.floats([[[0, 0, 1, 0], [0, 0, 0, 1]]]))
    state.set_value(operator.output, graph.add("Concat", top, bottom, axis=1), channels_first=False)


def _rotation(graph: GraphBuilder, points: str, left: int, right: int) -> str:
    """Rotation (N, 2, 2) by the angle of the line between two landmarks."""
    pair = graph.add("Gather", points, graph.ints(left, right), axis=1)
    line = graph.add("Sub", graph.slice(pair, 1, 1, 2), graph.slice(pair, 1, 0, 1))
    direction = graph.add("Div", line, graph.add("ReduceL2", line, axes=[2], keepdims=1))
    cos = graph.slice(direction, 2, 0, 1)
    sin = graph.slice(direction, 2, 1, 2)
    first_row = graph.add("Concat", cos, graph.add("Neg", sin), axis=2)
    second_row = graph.add("Concat", sin, cos, axis=2)
    return graph.add("Concat", first_row, second_row, axis=1)


def convert_transform_tensor(state: Conversion, operator: Operator) -> None:
    """Feature map and matrix -> the rectangle, sampled bilinearly; zero outside of the map.

    Four GatherND of whole channel vectors: ONNX Runtime's GridSample is about eight times slower on a CPU.
    """
    graph = state.graph
    source, matrix = operator.inputs
    _, in_height, in_width, channels = state.reader.shape(source)
    out_height, out_width = operator.custom_options["output_height"], operator.custom_options["output_width"]

    wanted = _sampling_points(graph, state.value(matrix).name, out_height, out_width)
    last = graph.floats([[[in_width - 1, in_height - 1]]])
    inside = graph.add("Min", graph.add("Max", wanted, graph.floats(0)), last)
    corner = graph.add("Min", graph.add("Floor", inside), graph.floats([[[in_width - 2, in_height - 2]]]))
    fraction = graph.add("Sub", inside, corner)
    rest = graph.add("Sub", graph.floats(1), fraction)
    # A point that clamping moved lies outside: its weight is zero.
    unmoved = graph.add("Cast", graph.add("Equal", wanted, inside), to=1)
    visible = graph.add("ReduceMin", unmoved, axes=[2], keepdims=1)
    index = graph.add("Cast", graph.add("MatMul", corner, graph.floats([[1], [in_width]])), to=7)

    rows = graph.reshape(state.original(source), -1, in_height * in_width, channels)
    right, below = graph.slice(fraction, 2, 0, 1), graph.slice(fraction, 2, 1, 2)
    left, above = graph.slice(rest, 2, 0, 1), graph.slice(rest, 2, 1, 2)
    total = ""
    for offset, horizontal, vertical in (
        (0, left, above),
        (1, right, above),
        (in_width, left, below),
        (in_width + 1, right, below),
    ):
        at = graph.add("Add", index, graph.ints(offset)) if offset else index
        vectors = graph.add("GatherND", rows, at, batch_dims=1)
        weight = graph.add("Mul", graph.add("Mul", horizontal, vertical), visible)
        part = graph.add("Mul", vectors, weight)
        total = graph.add("Add", total, part) if total else part
    image = graph.reshape(total, -1, out_height, out_width, channels)
    state.set_value(operator.output, graph.add("Transpose", image, perm=[0, 3, 1, 2]), channels_first=True)


def _sampling_points(graph: GraphBuilder, matrix: str, height: int, width: int) -> str:
    """Where each output pixel lies in the map: (N, height·width, 2), x and y, pixel centres at integers."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    zero, one = np.zeros(x.size, np.float32), np.ones(x.size, np.float32)
    centers = np.stack([x.ravel() + 0.5, y.ravel() + 0.5, zero, one])
    mapped = graph.add("MatMul", graph.slice(matrix, 1, 0, 2), graph.constant(centers))
    return graph.add("Transpose", graph.add("Sub", mapped, graph.floats(0.5)), perm=[0, 2, 1])


def convert_transform_landmarks(state: Conversion, operator: Operator) -> None:
    """Landmarks (N, P, 2) and matrix -> landmarks mapped by it."""
    graph = state.graph
    landmarks, matrix = operator.inputs
    if state.reader.shape(landmarks)[2] != 2:
        raise ConversionError("TransformLandmarks of other than x and y")
    top = graph.slice(state.value(matrix).name, 1, 0, 2)
    linear = graph.add("Transpose", graph.slice(top, 2, 0, 2), perm=[0, 2, 1])
    shift = graph.add("Transpose", graph.slice(top, 2, 3, 4), perm=[0, 2, 1])
    moved = graph.add("Add", graph.add("MatMul", state.value(landmarks).name, linear), shift)
    state.set_value(operator.output, moved, channels_first=False)


HANDLERS: dict[str, Handler] = {
    "Landmarks2TransformMatrix": convert_landmarks_to_transform,
    "TransformLandmarks": convert_transform_landmarks,
    "TransformTensorBilinear": convert_transform_tensor,
}
