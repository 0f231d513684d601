"""A pack from a mirror folder, from its file to an embedding: what the network is shown is what its makers show it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from frapi.errors import DigestMismatch, ModelMissing
from frapi.inference.choice import choose_equipment
from frapi.inference.onnx import OnnxModelRunner
from frapi.modelpack import registry
from frapi.modelpack.index_settings import IndexSettings
from frapi.modelpack.pull import pull
from frapi.modelpack.spec import ModelSpec, PulledFrom
from frapi.modelpack.store import ModelStore
from frapi.vision.embed import embed_face
from frapi.vision.recognizers import RECOGNIZERS
from tests.faces import landmarks

PULLED = [each.name for each in RECOGNIZERS.values() if isinstance(registry.MODELS[each.model].source, PulledFrom)]


def stand_in(spec: ModelSpec) -> bytes:
    """A network with the outside of ``spec``: its numbers are the mean red, green and blue of what it is shown."""
    weights = np.zeros((3, spec.outputs[0].shape[1]), np.float32)
    weights[:, :3] = np.eye(3)
    nodes = [
        helper.make_node("GlobalAveragePool", [spec.inputs[0].name], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], [spec.outputs[0].name]),
    ]
    graph = helper.make_graph(
        nodes,
        "stand-in",
        [helper.make_tensor_value_info(spec.inputs[0].name, TensorProto.FLOAT, spec.inputs[0].shape)],
        [helper.make_tensor_value_info(spec.outputs[0].name, TensorProto.FLOAT, spec.outputs[0].shape)],
        [numpy_helper.from_array(weights, "weights")],
    )
    content: bytes = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8
    ).SerializeToString()
    return content


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with stand-ins for the files of all packs, which the registry pins instead of the real ones."""
    models: dict[str, ModelSpec] = dict(registry.MODELS)
    for name in PULLED:
        spec = models[name]
        assert isinstance(spec.source, PulledFrom)
        content = stand_in(spec)
        (tmp_path / spec.source.filename).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        models[name] = replace(spec, source=replace(spec.source, sha256=digest, size_bytes=len(content)))
    monkeypatch.setattr(registry, "MODELS", models)
    return tmp_path


def means(recognizer: str, store: ModelStore, colour: tuple[int, int, int]) -> list[float]:
    """Direction of the means that a network saw of a picture of one colour."""
    chosen = choose_equipment(store, recognizer=recognizer).recognizer
    image = np.full((480, 640, 3), colour, np.uint8)
    vector = embed_face(image, landmarks(), OnnxModelRunner(store), chosen).vector_l2
    assert vector.shape == (chosen.dim,)
    seen: list[float] = (vector[:3] / np.abs(vector[:3]).max()).tolist()
    return seen


@pytest.mark.parametrize(
    ("recognizer", "expected"),
    [
        ("sface", [1, 0.5, 0]),  # RGB as it is
        ("mobilefacenet", [0.58, 0, -1]),  # less 127.5: 72.5, -0.5 and -127.5
    ],
)
def test_from_the_mirror_to_an_embedding(recognizer: str, expected: list[float], mirror: Path, tmp_path: Path) -> None:
    store = ModelStore(tmp_path / "models")
    with pytest.raises(ModelMissing, match=f"models pull {recognizer}"):
        choose_equipment(store, recognizer=recognizer)
    pull(store, recognizer, mirror_dir=mirror, settings=IndexSettings(no_index=True), accept_licence=True)
    colour = (200, 100, 0) if recognizer == "sface" else (200, 127, 0)
    assert means(recognizer, store, colour) == pytest.approx(expected, abs=0.02)


def test_every_pulled_recogniser_is_tried() -> None:
    assert PULLED == ["sface", "mobilefacenet"]


def test_a_changed_file_is_not_installed(mirror: Path, tmp_path: Path) -> None:
    source = registry.MODELS["sface"].source
    assert isinstance(source, PulledFrom)
    (mirror / source.filename).write_bytes(b"another network")
    with pytest.raises(DigestMismatch, match=r"face_recognition_sface_2021dec\.onnx differs"):
        pull(ModelStore(tmp_path / "models"), "sface", mirror_dir=mirror, settings=IndexSettings(no_index=True))
