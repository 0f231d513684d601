"""The conversion itself."""

from __future__ import annotations

from frapi.errors import ConversionError
from frapi.modelpack.graph import GraphBuilder
from frapi.modelpack.spec import ModelSpec
from frapi.modelpack.tflite import attention_ops, image_ops, tensor_ops
from frapi.modelpack.tflite.reader import TfliteReader
from frapi.modelpack.tflite.state import Conversion, Handler

# Part of a built file's identity: raise it when the same original would convert to other numbers or names.
VERSION = 1

_HANDLERS: dict[str, Handler] = {**image_ops.HANDLERS, **tensor_ops.HANDLERS, **attention_ops.HANDLERS}


def convert_tflite(content: bytes, spec: ModelSpec) -> GraphBuilder:
    """Convert a float TFLite network.

    Args:
        content: the ``.tflite`` file.
        spec: its one input (N, 3, H, W) and the outputs wanted, by their names in the file.
    Returns:
        The graph, its input and outputs named as in ``spec``. Call :meth:`GraphBuilder.finish` next.
    Raises:
        ConversionError: the file isn't TFLite, holds an operator that isn't supported, or lacks an output.
    """
    reader = TfliteReader(content)
    state = Conversion(reader)
    (source,) = reader.inputs
    _, channels, height, width = spec.inputs[0].shape
    if reader.shape(source) != (1, height, width, channels):
        raise ConversionError(f"{spec.name}: the file's input has the shape {reader.shape(source)}")
    state.set_value(source, spec.inputs[0].name, channels_first=True)
    for operator in reader.operators:
        handler = _HANDLERS.get(operator.kind)
        if handler is None:
            raise ConversionError(f"{spec.name}: unsupported operator {operator.kind}")
        handler(state, operator)
    by_name = {reader.name(tensor): tensor for tensor in reader.outputs}
    for output in spec.outputs:
        if output.source_name not in by_name:
            raise ConversionError(f"{spec.name}: the file has no output {output.source_name!r}")
        tensor = by_name[output.source_name]
        sizes = [size for size in output.shape[1:] if isinstance(size, int)]
        state.graph.rename(state.graph.reshape(state.original(tensor), -1, *sizes), output.name)
    return state.graph
