"""Reads the layers of a network out of dlib's serialisation.

Each layer is serialised after the one it takes its input from, with much between them that inference doesn't need
(learning rates, cached outputs). Each layer of interest starts with its name as a string, so the layers are found by
their names rather than by parsing everything between.

Source: dlib's ``serialize.h`` and ``dnn/layers.h`` (BSL-1.0): the format only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from frapi.errors import ConversionError
from frapi.modelpack.graph import Array

# A serialised string: a control byte (1: one byte of length follows), the length, the name and its version.
_NAMES = (
    b"\x05con_[0-9]",
    b"\x07affine_",
    b"\x03fc_",
    b"\x04fc_[0-9]",
    b"\x0amax_pool_2",
    b"\x0aavg_pool_2",
    b"\x05relu_",
    b"\x09add_prev_",
)
_LAYER = re.compile(rb"\x01(?:" + b"|".join(_NAMES) + b")")


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer.

    Attributes:
        kind: ``con``, ``affine``, ``fc``, ``max_pool``, ``avg_pool``, ``relu`` or ``add_prev``.
        weights: flat float32; empty for a layer that has none.
        numbers: the integers of its declaration, in dlib's order.
    """

    kind: str
    weights: Array
    numbers: tuple[int, ...]


class _Cursor:
    """Reads dlib's primitive types from a position onwards."""

    def __init__(self, content: bytes, position: int) -> None:
        self._content = content
        self.position = position

    def _take(self, count: int) -> bytes:
        taken = self._content[self.position : self.position + count]
        if len(taken) != count:
            raise ConversionError("the dlib file ends in the middle of a layer")
        self.position += count
        return taken

    def integer(self) -> int:
        """A control byte (sign, length), then as many bytes, little-endian."""
        control = self._take(1)[0]
        magnitude = int.from_bytes(self._take(control & 0x0F), "little")
        return -magnitude if control & 0x80 else magnitude

    def integers(self, count: int) -> tuple[int, ...]:
        return tuple(self.integer() for _ in range(count))

    def string(self) -> str:
        return self._take(self.integer()).decode("latin1")

    def tensor(self) -> Array:
        version = self.integer()
        if version != 2:
            raise ConversionError(f"unsupported dlib tensor version {version}")
        count = int(np.prod(self.integers(4)))
        return np.frombuffer(self._take(4 * count), "<f4")


def read_layers(content: bytes) -> Iterator[Layer]:
    """Yield the layers from the input to the output.

    Raises:
        ConversionError: a layer is cut off or of an unknown version.
    """
    position = 0
    while match := _LAYER.search(content, position):
        cursor = _Cursor(content, match.start())
        yield _read_layer(cursor)
        position = cursor.position


def _read_layer(cursor: _Cursor) -> Layer:
    kind = cursor.string().rstrip("0123456789").rstrip("_")
    empty = np.zeros(0, np.float32)
    if kind == "con":
        weights = cursor.tensor()
        return Layer(kind, weights, cursor.integers(7))
    if kind == "affine":
        return Layer(kind, cursor.tensor(), ())
    if kind == "fc":
        sizes = cursor.integers(2)
        return Layer(kind, cursor.tensor(), sizes)
    if kind in {"max_pool", "avg_pool"}:
        return Layer(kind, empty, cursor.integers(6))
    return Layer(kind, empty, ())
