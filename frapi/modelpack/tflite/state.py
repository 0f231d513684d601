"""What a conversion knows at any moment: which tensor is which value, and in which layout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import tflite

from frapi.errors import ConversionError
from frapi.modelpack.graph import Array, GraphBuilder
from frapi.modelpack.tflite.reader import Operator, TfliteReader


@dataclass(frozen=True, slots=True)
class Value:
    """A computed tensor in the ONNX graph.

    Attributes:
        name: of the value.
        channels_first: a 4-D tensor laid out as N, C, H, W instead of the file's N, H, W, C.
    """

    name: str
    channels_first: bool


class Conversion:
    """The state that operator handlers read and extend."""

    def __init__(self, reader: TfliteReader) -> None:
        self.reader = reader
        self.graph = GraphBuilder()
        self._values: dict[int, Value] = {}
        self._constants: dict[int, Array] = {}

    def set_value(self, tensor: int, name: str, *, channels_first: bool) -> None:
        self._values[tensor] = Value(name, channels_first)

    def set_constant(self, tensor: int, values: Array) -> None:
        self._constants[tensor] = values

    def is_constant(self, tensor: int) -> bool:
        return tensor not in self._values

    def constant(self, tensor: int) -> Array:
        """The known values of a tensor, in the file's layout.

        Raises:
            ConversionError: the tensor is computed.
        """
        if tensor not in self._constants:
            stored = self.reader.stored(tensor)
            if stored is None:
                raise ConversionError(f"tensor {self.reader.name(tensor)!r} isn't a constant")
            self._constants[tensor] = stored
        return self._constants[tensor]

    def floats(self, tensor: int) -> Array:
        return self.constant(tensor).astype(np.float32)

    def value(self, tensor: int) -> Value:
        """A computed tensor as it stands.

        Raises:
            ConversionError: the tensor hasn't been computed.
        """
        if tensor not in self._values:
            raise ConversionError(f"tensor {self.reader.name(tensor)!r} isn't computed")
        return self._values[tensor]

    def channels_first(self, tensor: int) -> str:
        """The name of a 4-D tensor, which must be laid out N, C, H, W."""
        value = self.value(tensor)
        if not value.channels_first:
            raise ConversionError(f"tensor {self.reader.name(tensor)!r} isn't an image")
        return value.name

    def original(self, tensor: int) -> str:
        """The name of a tensor in the file's own layout."""
        value = self.value(tensor)
        if not value.channels_first:
            return value.name
        _, height, width, channels = self.reader.shape(tensor)
        if height == width == 1:
            return self.graph.reshape(value.name, -1, 1, 1, channels)
        return self.graph.add("Transpose", value.name, perm=[0, 2, 3, 1])

    def activate(self, name: str, function: int) -> str:
        """Append the activation that TFLite fuses into an operator."""
        if function == tflite.ActivationFunctionType.NONE:
            return name
        if function == tflite.ActivationFunctionType.RELU:
            return self.graph.add("Relu", name)
        if function == tflite.ActivationFunctionType.RELU6:
            return self.graph.add("Clip", name, self.graph.floats(0), self.graph.floats(6))
        raise ConversionError(f"unsupported activation {function}")


Handler = Callable[[Conversion, Operator], None]
