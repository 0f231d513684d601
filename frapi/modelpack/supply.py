"""Installs a network of the operator's own."""

from __future__ import annotations

import hashlib
from pathlib import Path

import onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from frapi.errors import ConversionError, DigestMismatch, ModelPackError
from frapi.modelpack import registry
from frapi.modelpack.spec import ModelSpec, Supplied
from frapi.modelpack.store import ModelStore

# Networks that begin with these normalise their input themselves (InsightFace's older exports do).
_NORMALISING = {"Sub", "Mul", "Div"}


def supply(store: ModelStore, pack_name: str, file: Path, sha256: str, *, accept_licence: bool) -> list[str]:
    """Install the operator's file as a pack's model.

    Args:
        file: an ONNX network.
        sha256: its digest, as its makers state it, in hexadecimal digits.
        accept_licence: the person answers for the file's licence.
    Returns:
        The names of the models installed.
    Raises:
        ModelPackError: the pack takes no such file, or its terms must be accepted first, or the file can't be read.
        DigestMismatch: the file has another digest.
        ConversionError: the network isn't of the kind that the pack names.
    """
    pack = registry.pack(pack_name)
    spec = registry.model(pack.models[0])
    if not isinstance(spec.source, Supplied):
        raise ModelPackError(f"{pack_name} has a file of its own; leave --file and --sha256 away")
    pack.demand_acceptance(accepted=accept_licence)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ModelPackError(f"{file}: {error.strerror}") from None
    digest = hashlib.sha256(content).hexdigest()
    if digest != sha256.lower():
        raise DigestMismatch(f"{file.name}: its digest is {digest}, not the one given with --sha256")
    fitted = _fitted(content, spec, file.name)
    with store.locked():
        store.write(spec.name, fitted, supplied_sha256=digest)
    return [spec.name]


def _fitted(content: bytes, spec: ModelSpec, filename: str) -> bytes:
    """The network under the names that the registry gives its input and output."""
    try:
        model = onnx.load_model_from_string(content)
    except DecodeError as error:
        raise ConversionError(f"{filename} is no ONNX network") from error
    graph = model.graph
    if any(each.data_location == onnx.TensorProto.EXTERNAL for each in graph.initializer):
        raise ConversionError(f"{filename} keeps its weights in another file; save it as one file first")
    weights = {each.name for each in graph.initializer}
    inputs = [each for each in graph.input if each.name not in weights]
    wanted = (spec.inputs[0].shape[1:], spec.outputs[0].shape[1:])
    if len(inputs) != 1 or len(graph.output) != 1 or (_shape(inputs[0]), _shape(graph.output[0])) != wanted:
        found = ", ".join(f"{each.name} {list(_shape(each))}" for each in (*inputs, *graph.output))
        raise ConversionError(
            f"{filename}: expected one input {list(wanted[0])} and one output {list(wanted[1])} an image, found {found}"
        )
    if any(node.op_type in _NORMALISING and inputs[0].name in node.input for node in graph.node):
        raise ConversionError(f"{filename}: it normalises its input itself; the pack is for networks that don't")
    _rename(graph, inputs[0].name, spec.inputs[0].name)
    _rename(graph, graph.output[0].name, spec.outputs[0].name)
    try:
        onnx.checker.check_model(model)
    except onnx.checker.ValidationError as error:
        raise ConversionError(f"{filename} is no valid ONNX network") from error
    return bytes(model.SerializeToString())


def _shape(value: onnx.ValueInfoProto) -> tuple[int, ...]:
    """Without the batch; 0 for a size that isn't fixed."""
    return tuple(size.dim_value for size in value.type.tensor_type.shape.dim)[1:]


def _rename(graph: onnx.GraphProto, old: str, new: str) -> None:
    """
    Raises:
        ConversionError: the new name is taken.
    """
    if old == new:
        return
    values = [*graph.input, *graph.output, *graph.value_info, *graph.initializer]
    names = {each.name for each in values} | {name for node in graph.node for name in (*node.input, *node.output)}
    if new in names:
        raise ConversionError(f"The network uses the name {new} for something else")
    for value in values:
        if value.name == old:
            value.name = new
    for node in graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
        node.output[:] = [new if name == old else name for name in node.output]
