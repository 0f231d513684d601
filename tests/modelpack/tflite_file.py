"""Writes tiny TFLite files, for tests of the converter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import flatbuffers
import numpy as np
import tflite
from flatbuffers import flexbuffers


@dataclass(frozen=True)
class FakeTensor:
    """A tensor; with ``values`` a stored one."""

    shape: tuple[int, ...]
    values: np.ndarray | None = None
    dtype: int = tflite.TensorType.FLOAT32


@dataclass(frozen=True)
class FakeOperator:
    """An operator by its builtin code, or by the name of a custom one.

    Attributes:
        options: name of a builtin's table of options, such as ``Conv2DOptions``, and the fields set in it.
    """

    code: int | str
    inputs: tuple[str, ...]
    output: str
    custom_options: Mapping[str, Any] = field(default_factory=dict)
    options: tuple[str, Mapping[str, int]] | None = None


def write_tflite(
    tensors: Mapping[str, FakeTensor], operators: Sequence[FakeOperator], *, source: str, output: str
) -> bytes:
    """A file with one graph that leads from the tensor ``source`` to ``output``."""
    builder = flatbuffers.Builder(1024)
    numbers = {name: number for number, name in enumerate(tensors)}
    stored = [np.zeros(0, np.uint8), *(tensor.values for tensor in tensors.values() if tensor.values is not None)]
    buffers = [_buffer(builder, values) for values in stored]
    buffer_numbers = _buffer_numbers(tensors)
    tensor_tables = [_tensor(builder, name, tensor, buffer_numbers[name]) for name, tensor in tensors.items()]
    codes = [_code(builder, operator) for operator in operators]
    steps = [_operator(builder, index, operator, numbers) for index, operator in enumerate(operators)]

    tensor_vector = _offsets(builder, tensor_tables)
    operator_vector = _offsets(builder, steps)
    inputs = builder.CreateNumpyVector(np.array([numbers[source]], np.int32))
    outputs = builder.CreateNumpyVector(np.array([numbers[output]], np.int32))
    tflite.SubGraphStart(builder)
    tflite.SubGraphAddTensors(builder, tensor_vector)
    tflite.SubGraphAddInputs(builder, inputs)
    tflite.SubGraphAddOutputs(builder, outputs)
    tflite.SubGraphAddOperators(builder, operator_vector)
    graphs = _offsets(builder, [tflite.SubGraphEnd(builder)])

    code_vector = _offsets(builder, codes)
    buffer_vector = _offsets(builder, buffers)
    tflite.ModelStart(builder)
    tflite.ModelAddVersion(builder, 3)
    tflite.ModelAddOperatorCodes(builder, code_vector)
    tflite.ModelAddSubgraphs(builder, graphs)
    tflite.ModelAddBuffers(builder, buffer_vector)
    builder.Finish(tflite.ModelEnd(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def _offsets(builder: flatbuffers.Builder, offsets: Sequence[int]) -> int:
    builder.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        builder.PrependUOffsetTRelative(offset)
    return int(builder.EndVector())


def _buffer(builder: flatbuffers.Builder, values: np.ndarray) -> int:
    data = builder.CreateByteVector(values.tobytes())
    tflite.BufferStart(builder)
    tflite.BufferAddData(builder, data)
    return int(tflite.BufferEnd(builder))


def _buffer_numbers(tensors: Mapping[str, FakeTensor]) -> dict[str, int]:
    """Buffer 0 is the empty one, of every tensor that is computed."""
    numbers, used = {}, 0
    for name, tensor in tensors.items():
        used += tensor.values is not None
        numbers[name] = used if tensor.values is not None else 0
    return numbers


def _tensor(builder: flatbuffers.Builder, name: str, tensor: FakeTensor, buffer: int) -> int:
    label = builder.CreateString(name)
    shape = builder.CreateNumpyVector(np.array(tensor.shape, np.int32))
    tflite.TensorStart(builder)
    tflite.TensorAddShape(builder, shape)
    tflite.TensorAddType(builder, tensor.dtype)
    tflite.TensorAddBuffer(builder, buffer)
    tflite.TensorAddName(builder, label)
    return int(tflite.TensorEnd(builder))


def _code(builder: flatbuffers.Builder, operator: FakeOperator) -> int:
    custom = builder.CreateString(operator.code) if isinstance(operator.code, str) else None
    builtin = tflite.BuiltinOperator.CUSTOM if isinstance(operator.code, str) else operator.code
    tflite.OperatorCodeStart(builder)
    # Files hold the number twice, for readers from the time when it had eight bits.
    tflite.OperatorCodeAddDeprecatedBuiltinCode(builder, builtin)
    tflite.OperatorCodeAddBuiltinCode(builder, builtin)
    if custom is not None:
        tflite.OperatorCodeAddCustomCode(builder, custom)
    return int(tflite.OperatorCodeEnd(builder))


def _operator(builder: flatbuffers.Builder, index: int, operator: FakeOperator, numbers: Mapping[str, int]) -> int:
    inputs = builder.CreateNumpyVector(np.array([numbers[name] for name in operator.inputs], np.int32))
    outputs = builder.CreateNumpyVector(np.array([numbers[operator.output]], np.int32))
    custom = builtin = None
    if operator.custom_options:
        custom = builder.CreateByteVector(bytes(flexbuffers.Dumps(dict(operator.custom_options))))
    if operator.options is not None:
        table, values = operator.options
        getattr(tflite, f"{table}Start")(builder)
        for name, value in values.items():
            getattr(tflite, f"{table}Add{name}")(builder, value)
        builtin = getattr(tflite, f"{table}End")(builder)
    tflite.OperatorStart(builder)
    tflite.OperatorAddOpcodeIndex(builder, index)
    tflite.OperatorAddInputs(builder, inputs)
    tflite.OperatorAddOutputs(builder, outputs)
    if custom is not None:
        tflite.OperatorAddCustomOptions(builder, custom)
    if operator.options is not None:
        tflite.OperatorAddBuiltinOptionsType(builder, getattr(tflite.BuiltinOptions, operator.options[0]))
        tflite.OperatorAddBuiltinOptions(builder, builtin)
    return int(tflite.OperatorEnd(builder))
