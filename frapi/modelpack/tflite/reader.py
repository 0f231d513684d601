"""Reads a TFLite flatbuffer into plain Python values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import tflite
from flatbuffers import flexbuffers

from frapi.errors import ConversionError
from frapi.modelpack.graph import Array

_BUILTIN_NAMES = {code: name for name, code in vars(tflite.BuiltinOperator).items() if isinstance(code, int)}
_DTYPES = {
    tflite.TensorType.FLOAT32: np.float32,
    tflite.TensorType.FLOAT16: np.float16,
    tflite.TensorType.INT32: np.int32,
}
_OPTIONS = {
    "ADD": tflite.AddOptions,
    "CONCATENATION": tflite.ConcatenationOptions,
    "CONV_2D": tflite.Conv2DOptions,
    "DEPTHWISE_CONV_2D": tflite.DepthwiseConv2DOptions,
    "MAX_POOL_2D": tflite.Pool2DOptions,
    "MUL": tflite.MulOptions,
    "RESIZE_BILINEAR": tflite.ResizeBilinearOptions,
    "STRIDED_SLICE": tflite.StridedSliceOptions,
}


@dataclass(frozen=True, slots=True)
class Operator:
    """One step of the network.

    Attributes:
        kind: builtin name such as ``CONV_2D``, or the name of a custom operator.
        inputs: tensor numbers.
        output: tensor number; every operator that is supported has one.
        options: the builtin's options table, or None.
        custom_options: a custom operator's options.
    """

    kind: str
    inputs: tuple[int, ...]
    output: int
    options: Any
    custom_options: Mapping[str, Any]


class TfliteReader:
    """A TFLite model with one subgraph.

    Raises:
        ConversionError: the bytes are no such model.
    """

    def __init__(self, content: bytes) -> None:
        if not tflite.Model.ModelBufferHasIdentifier(content, 0):
            raise ConversionError("not a TFLite file")
        self._model = tflite.Model.GetRootAs(content, 0)
        if self._model.SubgraphsLength() != 1:
            raise ConversionError("only TFLite files with one subgraph are supported")
        self._graph = self._model.Subgraphs(0)
        self.inputs = tuple(int(tensor) for tensor in self._graph.InputsAsNumpy())
        self.outputs = tuple(int(tensor) for tensor in self._graph.OutputsAsNumpy())
        self.operators = tuple(self._operator(index) for index in range(self._graph.OperatorsLength()))

    def name(self, tensor: int) -> str:
        return str(self._graph.Tensors(tensor).Name().decode())

    def shape(self, tensor: int) -> tuple[int, ...]:
        """Sizes in the file's own layout; the batch is 1."""
        table = self._graph.Tensors(tensor)
        return tuple(table.Shape(axis) for axis in range(table.ShapeLength()))

    def stored(self, tensor: int) -> Array | None:
        """The values stored for a tensor, or None when it is computed."""
        table = self._graph.Tensors(tensor)
        buffer = self._model.Buffers(table.Buffer())
        if buffer is None or buffer.DataLength() == 0:
            return None
        if table.Sparsity() is not None or table.Type() not in _DTYPES:
            raise ConversionError(f"tensor {self.name(tensor)!r} has an unsupported type")
        values: Array = np.frombuffer(buffer.DataAsNumpy().tobytes(), _DTYPES[table.Type()])
        return values.reshape(self.shape(tensor))

    def _operator(self, index: int) -> Operator:
        table = self._graph.Operators(index)
        code = self._model.OperatorCodes(table.OpcodeIndex())
        kind = _BUILTIN_NAMES[code.BuiltinCode()]
        custom: Mapping[str, Any] = {}
        if kind == "CUSTOM":
            kind = code.CustomCode().decode()
            if table.CustomOptionsLength():
                custom = flexbuffers.Loads(table.CustomOptionsAsNumpy().tobytes())
        options = None
        if kind in _OPTIONS:
            options = _OPTIONS[kind]()
            packed = table.BuiltinOptions()
            options.Init(packed.Bytes, packed.Pos)
        return Operator(
            kind=kind,
            inputs=tuple(int(tensor) for tensor in table.InputsAsNumpy()),
            output=int(table.Outputs(0)),
            options=options,
            custom_options=MappingProxyType(dict(custom)),
        )
