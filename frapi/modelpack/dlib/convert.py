"""dlib's face ResNet as an ONNX graph.

Everything linear is folded into the convolutions: the input's mean and scale into the first (exact, for it has no
padding) and each affine layer into the one before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from frapi.errors import ConversionError
from frapi.modelpack.dlib.reader import Layer, read_layers
from frapi.modelpack.graph import Array, GraphBuilder
from frapi.modelpack.spec import ModelSpec

# Part of a built file's identity: raise it when the same original would convert to other numbers or names.
VERSION = 1

# dlib's input layer: (pixel - mean) / 256.
_MEAN_RGB = np.array([122.782, 117.001, 104.298])
_SCALE = 256.0


@dataclass(frozen=True, slots=True)
class _Features:
    """A feature map: its name, channels and side."""

    name: str
    channels: int
    side: int


class _ResNet:
    """Appends dlib's layers to a graph, one by one."""

    def __init__(self, graph: GraphBuilder, chip: str, side: int) -> None:
        self.graph = graph
        self.current = _Features(chip, 3, side)
        self.block_input = self.current
        self.shortcut: _Features | None = None
        self._is_first = True

    def convolve(self, layer: Layer, affine: Layer) -> None:
        """A convolution with the affine layer after it."""
        channels, kernel_h, kernel_w, stride, _, pad, _ = layer.numbers
        split = channels * self.current.channels * kernel_h * kernel_w
        values = layer.weights.astype(np.float64)
        if values.size != split + channels or affine.weights.size != 2 * channels:
            raise ConversionError("dlib network: a convolution's sizes don't fit its input")
        weights = values[:split].reshape(channels, self.current.channels, kernel_h, kernel_w)
        bias = values[split:]
        if self._is_first:
            weights = weights / _SCALE
            bias = bias - (weights * _MEAN_RGB.reshape(1, 3, 1, 1)).sum(axis=(1, 2, 3))
            self._is_first = False
        gamma, beta = np.split(affine.weights.astype(np.float64), 2)
        weights = weights * gamma.reshape(-1, 1, 1, 1)
        bias = bias * gamma + beta
        name = self._conv(self.current.name, weights, bias, stride, pad)
        self.current = _Features(name, channels, (self.current.side + 2 * pad - kernel_h) // stride + 1)

    def _conv(self, source: str, weights: Array, bias: Array, stride: int, pad: int) -> str:
        return self.graph.add(
            "Conv",
            source,
            self.graph.floats(weights),
            self.graph.floats(bias),
            kernel_shape=weights.shape[2:],
            strides=[stride, stride],
            pads=[pad] * 4,
        )

    def max_pool(self, layer: Layer) -> None:
        kernel, _, stride, *_ = layer.numbers
        name = self.graph.add("MaxPool", self.current.name, kernel_shape=[kernel] * 2, strides=[stride] * 2)
        side = (self.current.side - kernel) // stride + 1
        self.block_input = self.current = _Features(name, self.current.channels, side)

    def relu(self) -> None:
        name = self.graph.add("Relu", self.current.name)
        self.current = _Features(name, self.current.channels, self.current.side)

    def halve_shortcut(self) -> None:
        """The shortcut of a block that halves the map: average pool, with the new channels zero.

        Written as one 2×2 convolution, which keeps ONNX Runtime in its blocked layout.
        """
        source = self.block_input
        weights = np.zeros((self.current.channels, source.channels, 2, 2))
        diagonal = np.arange(source.channels)
        weights[diagonal, diagonal] = 0.25
        name = self._conv(source.name, weights, np.zeros(self.current.channels), stride=2, pad=0)
        self.shortcut = _Features(name, self.current.channels, source.side // 2)

    def end_block(self) -> None:
        """Add the shortcut; where the branch came out smaller, dlib reads zeros beyond its end."""
        shortcut = self.shortcut or self.block_input
        missing = shortcut.side - self.current.side
        name = self.current.name
        if missing:
            name = self.graph.add("Pad", name, self.graph.ints(0, 0, 0, 0, 0, 0, missing, missing))
        name = self.graph.add("Relu", self.graph.add("Add", name, shortcut.name))
        self.block_input = self.current = _Features(name, shortcut.channels, shortcut.side)
        self.shortcut = None

    def describe(self, layer: Layer) -> str:
        """Average over the map, then the last matrix."""
        outputs, inputs = layer.numbers
        pooled = self.graph.add("Flatten", self.graph.add("GlobalAveragePool", self.current.name))
        return self.graph.add("MatMul", pooled, self.graph.floats(layer.weights.reshape(inputs, outputs)))


def convert_dlib(content: bytes, spec: ModelSpec) -> GraphBuilder:
    """Convert dlib's face recognition network.

    Args:
        content: the ``.dat`` file.
        spec: its one input (N, 3, side, side), RGB in 0..255, and its one output.
    Returns:
        The graph, its input and output named as in ``spec``. Call :meth:`GraphBuilder.finish` next.
    Raises:
        ConversionError: the file is no such network.
    """
    graph = GraphBuilder()
    side = spec.inputs[0].shape[2]
    if not isinstance(side, int):
        raise ConversionError(f"{spec.name}: the input's size isn't fixed")
    network = _ResNet(graph, spec.inputs[0].name, side)
    descriptor = _append_layers(network, read_layers(content))
    if descriptor is None:
        raise ConversionError(f"{spec.name}: not dlib's face network")
    graph.rename(descriptor, spec.outputs[0].name)
    return graph


def _append_layers(network: _ResNet, layers: Iterator[Layer]) -> str | None:
    for layer in layers:
        if layer.kind == "con":
            affine = next(layers, None)
            if affine is None or affine.kind != "affine":
                raise ConversionError("dlib network: a convolution without its affine layer")
            network.convolve(layer, affine)
        elif layer.kind == "relu":
            network.relu()
        elif layer.kind == "max_pool":
            network.max_pool(layer)
        elif layer.kind == "avg_pool" and layer.numbers[0] == 2:
            network.halve_shortcut()
        elif layer.kind == "add_prev":
            network.end_block()
            next(layers)  # the block's relu, which end_block appended
        elif layer.kind == "fc":
            return network.describe(layer)
    return None
