"""Writes ONNX graphs node by node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from frapi.errors import ConversionError
from frapi.modelpack.spec import InputSpec, OutputSpec

# The oldest pair that has every operator used; any ONNX Runtime since 1.14 runs it.
OPSET = 17
IR_VERSION = 8

Array = NDArray[Any]


class GraphBuilder:
    """Collects nodes and constants, and closes them into a checked model.

    Every method that adds something returns the name of its result.
    """

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[tuple[str, tuple[int, ...], bytes], str] = {}
        self._initializers: list[onnx.TensorProto] = []
        self._count = 0

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one output."""
        self._count += 1
        output = f"v{self._count}"
        self._nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def constant(self, values: Array) -> str:
        """Add a constant; equal ones are stored once."""
        array = np.ascontiguousarray(values)
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._constants:
            name = f"c{len(self._constants)}"
            self._constants[key] = name
            self._initializers.append(numpy_helper.from_array(array, name))
        return self._constants[key]

    def ints(self, *values: int) -> str:
        """Add a one-dimensional int64 constant: axes, shapes, bounds."""
        return self.constant(np.array(values, np.int64))

    def floats(self, values: Any) -> str:
        """Add a float32 constant of any shape."""
        return self.constant(np.asarray(values, np.float32))

    def slice(self, value: str, axis: int, start: int, stop: int) -> str:
        """Cut ``start:stop`` out of one axis."""
        return self.add("Slice", value, self.ints(start), self.ints(stop), self.ints(axis))

    def reshape(self, value: str, *shape: int) -> str:
        """Reshape; -1 stands for the batch."""
        return self.add("Reshape", value, self.ints(*shape))

    def rename(self, value: str, name: str) -> None:
        """Give a value the name of an output of the graph."""
        self._nodes.append(helper.make_node("Identity", [value], [name]))

    def finish(
        self, name: str, inputs: Sequence[InputSpec], outputs: Sequence[OutputSpec], metadata: Mapping[str, str]
    ) -> bytes:
        """Close the graph.

        Args:
            name: of the graph.
            inputs: all float32.
            outputs: all float32; each must have been made by :meth:`rename`.
            metadata: provenance, stored in the file.
        Returns:
            The serialised model.
        Raises:
            ConversionError: the graph isn't valid ONNX.
        """
        graph = helper.make_graph(
            self._nodes,
            name,
            [helper.make_tensor_value_info(spec.name, TensorProto.FLOAT, spec.shape) for spec in inputs],
            [helper.make_tensor_value_info(spec.name, TensorProto.FLOAT, spec.shape) for spec in outputs],
            self._initializers,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        helper.set_model_props(model, dict(metadata))
        try:
            onnx.checker.check_model(model, full_check=True)
        except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
            raise ConversionError(f"{name}: the converted graph isn't valid ONNX: {error}") from error
        return bytes(model.SerializeToString(deterministic=True))
