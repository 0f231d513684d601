"""Operators on any tensor: arithmetic, shapes, stored weights."""

from __future__ import annotations

from frapi.errors import ConversionError
from frapi.modelpack.tflite.reader import Operator
from frapi.modelpack.tflite.state import Conversion, Handler

_BINARY = {"ADD": "Add", "MUL": "Mul"}
# Where an axis of N, H, W, C is found in N, C, H, W.
_CHANNELS_FIRST_AXIS = (0, 2, 3, 1)


def convert_dequantize(state: Conversion, operator: Operator) -> None:
    """Weights stored in half precision become plain float32."""
    (source,) = operator.inputs
    state.set_constant(operator.output, state.floats(source))


def convert_binary(state: Conversion, operator: Operator) -> None:
    """ADD and MUL of two computed tensors, or of one and a constant scalar or array."""
    layouts = {state.value(tensor).channels_first for tensor in operator.inputs if not state.is_constant(tensor)}
    if len(layouts) != 1:
        raise ConversionError(f"{operator.kind} of tensors in different layouts")
    (channels_first,) = layouts
    names = []
    for tensor in operator.inputs:
        if not state.is_constant(tensor):
            names.append(state.value(tensor).name)
            continue
        values = state.floats(tensor)
        if channels_first and values.size > 1:
            raise ConversionError(f"{operator.kind} of an image and an array")
        names.append(state.graph.constant(values))
    result = state.graph.add(_BINARY[operator.kind], *names)
    result = state.activate(result, operator.options.FusedActivationFunction())
    state.set_value(operator.output, result, channels_first=channels_first)


def convert_relu(state: Conversion, operator: Operator) -> None:
    value = state.value(operator.inputs[0])
    state.set_value(operator.output, state.graph.add("Relu", value.name), channels_first=value.channels_first)


def convert_reshape(state: Conversion, operator: Operator) -> None:
    """Other sizes, the batch first; the result is laid out as in the file."""
    shape = state.reader.shape(operator.output)
    result = state.graph.reshape(state.original(operator.inputs[0]), -1, *shape[1:])
    state.set_value(operator.output, result, channels_first=False)


def convert_concatenation(state: Conversion, operator: Operator) -> None:
    values = [state.value(tensor) for tensor in operator.inputs]
    channels_first = values[0].channels_first
    if any(value.channels_first != channels_first for value in values):
        raise ConversionError("CONCATENATION of tensors in different layouts")
    axis = operator.options.Axis() % len(state.reader.shape(operator.output))
    if channels_first:
        axis = _CHANNELS_FIRST_AXIS[axis]
    result = state.graph.add("Concat", *(value.name for value in values), axis=axis)
    state.set_value(operator.output, result, channels_first=channels_first)


def convert_strided_slice(state: Conversion, operator: Operator) -> None:
    """A slice that takes everything, which is how the attention mesh copies its plain mesh to an output."""
    source, begin, end, strides = operator.inputs
    options = operator.options
    shape = state.reader.shape(source)
    axes = range(len(shape))
    starts = [0 if options.BeginMask() >> axis & 1 else int(state.constant(begin)[axis]) for axis in axes]
    stops = [shape[axis] if options.EndMask() >> axis & 1 else int(state.constant(end)[axis]) for axis in axes]
    takes_all = starts == [0] * len(shape) and tuple(stops) == shape and set(state.constant(strides).tolist()) == {1}
    if not takes_all or state.reader.shape(operator.output) != shape:
        raise ConversionError("STRIDED_SLICE that cuts something off")
    value = state.value(source)
    state.set_value(operator.output, value.name, channels_first=value.channels_first)


HANDLERS: dict[str, Handler] = {
    "ADD": convert_binary,
    "CONCATENATION": convert_concatenation,
    "DEQUANTIZE": convert_dequantize,
    "MUL": convert_binary,
    "RELU": convert_relu,
    "RESHAPE": convert_reshape,
    "STRIDED_SLICE": convert_strided_slice,
}
