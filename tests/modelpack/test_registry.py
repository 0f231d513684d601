"""The registry is whole, and the built files are what it says."""

from __future__ import annotations

import re
from pathlib import Path

import onnx
import pytest
from django.conf import settings

from frapi.errors import ModelPackError
from frapi.modelpack import registry
from frapi.modelpack.graph import OPSET
from frapi.modelpack.spec import Archive, BuiltFrom, PulledFrom, ShippedWith, Supplied
from frapi.modelpack.store import ModelState, ModelStore
from tests.samples import runner

DIGEST = re.compile(r"[0-9a-f]{64}")
BUILT = [spec.name for spec, _ in registry.built_models()]


def test_what_vision_needs_is_built() -> None:
    assert BUILT == ["face_detector", "face_mesh", "face_mesh_attention", "palm_detector", "face_embedder"]


def test_everything_is_pinned_and_has_a_licence() -> None:
    for spec in registry.MODELS.values():
        source = spec.source.member if isinstance(spec.source, BuiltFrom) else spec.source
        if not isinstance(source, Supplied):
            assert DIGEST.fullmatch(source.sha256), spec.name
            assert source.size_bytes > 0, spec.name
        assert spec.licence, spec.name
        assert spec.origin, spec.name
        assert spec.inputs, spec.name
        assert spec.outputs, spec.name
    for member in registry.SAMPLES.values():
        assert DIGEST.fullmatch(member.sha256)


def test_archives_are_visited_once() -> None:
    archives: list[Archive] = []
    for _, member in registry.built_models():
        assert DIGEST.fullmatch(member.archive.sha256)
        if member.archive not in archives[-1:]:
            archives.append(member.archive)
    assert len(archives) == len(set(archives)) == 2


def test_packs_and_pulled_models_belong_together() -> None:
    pulled = {name for name, spec in registry.MODELS.items() if isinstance(spec.source, PulledFrom | Supplied)}
    assert {model for pack in registry.PACKS.values() for model in pack.models} == pulled


def test_shipped_model_is_the_file_that_the_registry_pins(tmp_path: Path) -> None:
    empty = ModelStore(tmp_path)
    shipped = [spec for spec in registry.MODELS.values() if isinstance(spec.source, ShippedWith)]
    assert [spec.name for spec in shipped] == ["obstacle_classifier"]
    for spec in shipped:
        assert empty.check(spec.name) is ModelState.READY, "it needs no building"
        model = onnx.load_model_from_string(empty.read(spec.name))
        assert [(each.name, _shape(each)) for each in model.graph.input] == [
            (each.name, each.shape) for each in spec.inputs
        ]
        assert [(each.name, _shape(each)) for each in model.graph.output] == [
            (each.name, each.shape) for each in spec.outputs
        ]
        assert spec.source.size_bytes <= 3_000_000


def test_weights_without_a_known_licence_need_acceptance() -> None:
    for pack in registry.PACKS.values():
        for name in pack.models:
            unknown = registry.MODELS[name].licence in {"none stated", "for the operator to check"}
            assert bool(pack.needs_acceptance) == unknown


def test_embedders_state_their_contract() -> None:
    for spec in registry.MODELS.values():
        if spec.embedding is not None:
            assert spec.outputs[0].shape[1] == spec.embedding.dim
    ids = [spec.embedding.id for spec in registry.MODELS.values() if spec.embedding]
    assert len(ids) == len(set(ids)) == 4


def test_unknown_model() -> None:
    with pytest.raises(ModelPackError, match="face_detector"):
        registry.model("nobody")


@pytest.mark.parametrize("name", BUILT)
def test_built_file(name: str) -> None:
    runner()
    spec = registry.MODELS[name]
    model = onnx.load_model_from_string(ModelStore(settings.FRAPI.models_dir).read(name))
    assert [(each.name, _shape(each)) for each in model.graph.input] == [
        (each.name, each.shape) for each in spec.inputs
    ]
    assert [(each.name, _shape(each)) for each in model.graph.output] == [
        (each.name, each.shape) for each in spec.outputs
    ]
    assert model.opset_import[0].version == OPSET
    assert isinstance(spec.source, BuiltFrom)
    metadata = {each.key: each.value for each in model.metadata_props}
    assert metadata["source_sha256"] == spec.source.member.sha256
    assert metadata["licence"] == spec.licence


@pytest.mark.parametrize("name", BUILT)
def test_operators_that_leave_the_fast_layout_are_avoided(name: str) -> None:
    runner()
    model = onnx.load_model_from_string(ModelStore(settings.FRAPI.models_dir).read(name))
    operators = [node.op_type for node in model.graph.node]
    assert "PRelu" not in operators
    assert "GridSample" not in operators
    # dlib's two levels of odd size need one each.
    assert operators.count("Pad") == (2 if name == "face_embedder" else 0)
    # Weights are stored once, as float32.
    assert {each.data_type for each in model.graph.initializer} <= {onnx.TensorProto.FLOAT, onnx.TensorProto.INT64}


def _shape(value: onnx.ValueInfoProto) -> tuple[int | str, ...]:
    return tuple(size.dim_param or size.dim_value for size in value.type.tensor_type.shape.dim)
