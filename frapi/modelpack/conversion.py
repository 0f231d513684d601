"""Which converter turns which original into ONNX."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from frapi.errors import ConversionError
from frapi.modelpack.dlib import convert as dlib
from frapi.modelpack.graph import GraphBuilder
from frapi.modelpack.spec import BuiltFrom, Converter, ModelSpec
from frapi.modelpack.tflite import convert as tflite


@dataclass(frozen=True, slots=True)
class _Entry:
    version: int
    convert: Callable[[bytes, ModelSpec], GraphBuilder]


_CONVERTERS = {
    Converter.TFLITE: _Entry(tflite.VERSION, tflite.convert_tflite),
    Converter.DLIB: _Entry(dlib.VERSION, dlib.convert_dlib),
}


def converter_version(converter: Converter) -> int:
    """Changes when the same original would convert to another file."""
    return _CONVERTERS[converter].version


def convert(content: bytes, spec: ModelSpec) -> bytes:
    """Turn an original into ONNX.

    Args:
        content: the original, already checked against its digest.
        spec: of a model that is built.
    Returns:
        A serialised, valid ONNX model with the inputs and outputs of ``spec`` and its provenance as metadata.
    Raises:
        ConversionError: the converter doesn't understand the original.
    """
    if not isinstance(spec.source, BuiltFrom):
        raise ConversionError(f"{spec.name} is taken as it is")
    entry = _CONVERTERS[spec.source.converter]
    member = spec.source.member
    metadata = {
        "origin": spec.origin,
        "licence": spec.licence,
        "source": f"{member.archive.project} {member.archive.version}: {member.path}",
        "source_sha256": member.sha256,
        "converter": f"{spec.source.converter} {entry.version}",
    }
    return entry.convert(content, spec).finish(spec.name, spec.inputs, spec.outputs, metadata)
