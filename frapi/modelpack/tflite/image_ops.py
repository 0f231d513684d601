"""Operators on images: convolution, pooling, padding, resizing, PReLU."""

from __future__ import annotations

import numpy as np
import tflite

from frapi.errors import ConversionError
from frapi.modelpack.tflite.reader import Operator
from frapi.modelpack.tflite.state import Conversion, Handler


def _same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """TFLite's SAME: as many outputs as strides fit, the odd pixel of padding at the end."""
    outputs = -(-size // stride)
    total = max((outputs - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def _pads(padding: int, image_hw: tuple[int, int], kernel_hw: tuple[int, int], stride_hw: tuple[int, int]) -> list[int]:
    if padding == tflite.Padding.VALID:
        return [0, 0, 0, 0]
    top, bottom = _same_padding(image_hw[0], kernel_hw[0], stride_hw[0])
    left, right = _same_padding(image_hw[1], kernel_hw[1], stride_hw[1])
    return [top, left, bottom, right]


def _image_hw(state: Conversion, tensor: int) -> tuple[int, int]:
    _, height, width, _ = state.reader.shape(tensor)
    return height, width


def convert_convolution(state: Conversion, operator: Operator) -> None:
    """Plain or depthwise convolution."""
    source, weights, bias = operator.inputs
    options = operator.options
    if options.DilationHFactor() != 1 or options.DilationWFactor() != 1:
        raise ConversionError(f"{operator.kind} with dilation")
    kernel = state.floats(weights)
    if operator.kind == "DEPTHWISE_CONV_2D":
        group = kernel.shape[3]
        kernel = kernel.transpose(3, 0, 1, 2)
    else:
        group = 1
        kernel = kernel.transpose(0, 3, 1, 2)
    kernel_hw = (kernel.shape[2], kernel.shape[3])
    stride_hw = (options.StrideH(), options.StrideW())
    result = state.graph.add(
        "Conv",
        state.channels_first(source),
        state.graph.constant(kernel),
        state.graph.constant(state.floats(bias)),
        kernel_shape=kernel_hw,
        strides=stride_hw,
        pads=_pads(options.Padding(), _image_hw(state, source), kernel_hw, stride_hw),
        group=group,
    )
    result = state.activate(result, options.FusedActivationFunction())
    state.set_value(operator.output, result, channels_first=True)


def convert_max_pool(state: Conversion, operator: Operator) -> None:
    (source,) = operator.inputs
    options = operator.options
    kernel_hw = (options.FilterHeight(), options.FilterWidth())
    stride_hw = (options.StrideH(), options.StrideW())
    result = state.graph.add(
        "MaxPool",
        state.channels_first(source),
        kernel_shape=kernel_hw,
        strides=stride_hw,
        pads=_pads(options.Padding(), _image_hw(state, source), kernel_hw, stride_hw),
    )
    result = state.activate(result, options.FusedActivationFunction())
    state.set_value(operator.output, result, channels_first=True)


def convert_pad(state: Conversion, operator: Operator) -> None:
    """Zero channels appended, on the skip side of a residual block, as a 1×1 convolution.

    ONNX Runtime leaves its blocked layout for Pad; the convolution is exact and makes the face detector a tenth faster.
    """
    source, amounts = operator.inputs
    before_after = state.constant(amounts).tolist()
    if before_after[:3] != [[0, 0]] * 3:
        raise ConversionError("PAD of other than channels")
    channels_before, channels_after = before_after[3]
    channels = state.reader.shape(source)[3]
    kernel = np.zeros((channels_before + channels + channels_after, channels, 1, 1), np.float32)
    kernel[channels_before + np.arange(channels), np.arange(channels)] = 1
    result = state.graph.add("Conv", state.channels_first(source), state.graph.constant(kernel), kernel_shape=[1, 1])
    state.set_value(operator.output, result, channels_first=True)


def convert_prelu(state: Conversion, operator: Operator) -> None:
    """``a·x + (1 - a)·relu(x)`` as two 1×1 depthwise convolutions.

    ONNX Runtime leaves its blocked layout for PRelu and stays in it for these: three times faster on a CPU.
    """
    source, slopes = operator.inputs
    x = state.channels_first(source)
    slope = state.floats(slopes).reshape(-1, 1, 1, 1)
    channels = slope.shape[0]
    negative = state.graph.add("Conv", x, state.graph.constant(slope), kernel_shape=[1, 1], group=channels)
    rectified = state.graph.add("Relu", x)
    positive = state.graph.add("Conv", rectified, state.graph.constant(1 - slope), kernel_shape=[1, 1], group=channels)
    state.set_value(operator.output, state.graph.add("Add", negative, positive), channels_first=True)


def convert_resize_bilinear(state: Conversion, operator: Operator) -> None:
    source = operator.inputs[0]
    if not operator.options.HalfPixelCenters():
        raise ConversionError("RESIZE_BILINEAR with other than half-pixel centres")
    in_height, in_width = _image_hw(state, source)
    out_height, out_width = _image_hw(state, operator.output)
    scales = np.array([1, 1, out_height / in_height, out_width / in_width], np.float32)
    result = state.graph.add(
        "Resize",
        state.channels_first(source),
        "",
        state.graph.constant(scales),
        mode="linear",
        coordinate_transformation_mode="half_pixel",
    )
    state.set_value(operator.output, result, channels_first=True)


HANDLERS: dict[str, Handler] = {
    "CONV_2D": convert_convolution,
    "DEPTHWISE_CONV_2D": convert_convolution,
    "MAX_POOL_2D": convert_max_pool,
    "PAD": convert_pad,
    "PRELU": convert_prelu,
    "RESIZE_BILINEAR": convert_resize_bilinear,
}
