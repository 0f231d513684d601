"""A network of the operator's own: checked, named as the registry wants it, and told from every other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import onnx
import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from onnx import TensorProto, helper, numpy_helper

from frapi.errors import ConversionError, DigestMismatch, ModelMissing, ModelPackError
from frapi.inference.onnx import OnnxModelRunner
from frapi.modelpack.store import ModelState, ModelStore
from frapi.modelpack.supply import supply
from frapi.vision.embed import embed_face
from frapi.vision.recognizers import ARCFACE, with_file
from tests.faces import landmarks


@pytest.fixture
def store(models_dir: Path) -> ModelStore:
    return ModelStore(models_dir)


def network(
    *,
    size: int = 112,
    dim: int = 512,
    input_name: str = "input.1",
    first: Sequence[onnx.NodeProto] = (),
    seed: int = 0,
) -> bytes:
    """A small network with the outside of InsightFace's: colour means, spread over the output."""
    weights = np.random.default_rng(seed).standard_normal((3, dim)).astype(np.float32)
    nodes = [
        *first,
        helper.make_node("GlobalAveragePool", [first[-1].output[0] if first else input_name], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["683"]),
    ]
    graph = helper.make_graph(
        nodes,
        "own",
        [helper.make_tensor_value_info(input_name, TensorProto.FLOAT, [None, 3, size, size])],
        [helper.make_tensor_value_info("683", TensorProto.FLOAT, [None, dim])],
        [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(np.float32([127.5]), "mean")],
    )
    opset = [helper.make_opsetid("", 17)]
    content: bytes = helper.make_model(graph, opset_imports=opset, ir_version=8).SerializeToString()
    return content


def given(store: ModelStore, folder: Path, content: bytes, *, accept_licence: bool = True) -> list[str]:
    file = folder / "own.onnx"
    file.write_bytes(content)
    return supply(store, "arcface", file, hashlib.sha256(content).hexdigest(), accept_licence=accept_licence)


def test_an_own_network_embeds(store: ModelStore, tmp_path: Path) -> None:
    content = network()
    assert given(store, tmp_path, content) == ["arcface"]
    assert store.check("arcface") is ModelState.READY
    recognizer = with_file(ARCFACE, store.digest("arcface"))
    image = np.full((480, 640, 3), (255, 0, 0), np.uint8)
    embedding = embed_face(image, landmarks(), OnnxModelRunner(store), recognizer)
    assert embedding.vector_l2.shape == (512,)
    weights = np.random.default_rng(0).standard_normal((3, 512))
    expected = np.array([1, -1, -1]) @ weights  # (x - 127.5) / 127.5 of pure red
    assert float(embedding.vector_l2 @ (expected / np.linalg.norm(expected))) == pytest.approx(1, abs=1e-4)
    assert hashlib.sha256(content).hexdigest()[:16] in embedding.contract


def test_another_file_is_another_contract(store: ModelStore, tmp_path: Path) -> None:
    contracts = []
    for seed in (0, 1):
        given(store, tmp_path, network(seed=seed))
        contracts.append(with_file(ARCFACE, store.digest("arcface")).contract)
    assert contracts[0] != contracts[1]
    assert len(list(store.models_dir.glob("arcface-*.onnx"))) == 1, "the older file is gone"


def test_terms_must_be_accepted(store: ModelStore, tmp_path: Path) -> None:
    with pytest.raises(ModelPackError, match=r"non-commercial.*--accept-licence"):
        given(store, tmp_path, network(), accept_licence=False)
    assert not store.has("arcface")
    with pytest.raises(ModelMissing, match=r"models pull arcface --file FILE --sha256 DIGEST"):
        store.path("arcface")


def test_wrong_digest(store: ModelStore, tmp_path: Path) -> None:
    (tmp_path / "own.onnx").write_bytes(network())
    with pytest.raises(DigestMismatch, match=r"own\.onnx: its digest is [0-9a-f]{64}, not the one given"):
        supply(store, "arcface", tmp_path / "own.onnx", "0" * 64, accept_licence=True)


def test_no_such_file(store: ModelStore, tmp_path: Path) -> None:
    with pytest.raises(ModelPackError, match="No such file"):
        supply(store, "arcface", tmp_path / "own.onnx", "0" * 64, accept_licence=True)


NORMALISING = helper.make_node("Sub", ["input.1", "mean"], ["centred"])


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"no network", "is no ONNX network"),
        (b"", "expected one input"),
        (network(size=160), r"expected one input \[3, 112, 112\].*found input\.1 \[3, 160, 160\]"),
        (network(dim=128), r"output \[512\] an image, found .*683 \[128\]"),
        (network(first=[NORMALISING]), "normalises its input itself"),
        (network(first=[helper.make_node("Nonsense", ["input.1"], ["x"])]), "no valid ONNX network"),
        (network(first=[helper.make_node("Relu", ["input.1"], ["input"])]), "uses the name input"),
    ],
    ids=["bytes", "empty", "size", "dimension", "normalises", "invalid", "name taken"],
)
def test_networks_of_another_kind(content: bytes, complaint: str, store: ModelStore, tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match=complaint):
        given(store, tmp_path, content)
    assert not store.has("arcface")


def test_weights_in_another_file(store: ModelStore, tmp_path: Path) -> None:
    model = onnx.load_model_from_string(network())
    model.graph.initializer[0].data_location = TensorProto.EXTERNAL
    with pytest.raises(ConversionError, match="weights in another file"):
        given(store, tmp_path, model.SerializeToString())


@pytest.fixture
def command_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelStore:
    monkeypatch.setattr(settings, "FRAPI", replace(settings.FRAPI, models_dir=tmp_path / "models"))
    return ModelStore(tmp_path / "models")


def test_as_it_is_typed(command_store: ModelStore, tmp_path: Path) -> None:
    content = network()
    file, digest = tmp_path / "w600k_r50.onnx", hashlib.sha256(content).hexdigest()
    file.write_bytes(content)
    words = ["pull", "arcface", "--file", str(file), "--sha256", digest.upper()]
    with pytest.raises(CommandError, match="--accept-licence"):
        call_command("models", *words)
    out = StringIO()
    call_command("models", *words, "--accept-licence", stdout=out)
    assert "Installed arcface" in out.getvalue()
    assert command_store.has("arcface")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["arcface", "--accept-licence"], "name it with --file"),
        (["arcface", "--file", "own.onnx"], "go together"),
        (["arcface", "--sha256", "00"], "go together"),
        (["yunet", "--file", "own.onnx", "--sha256", "00"], "leave --file and --sha256 away"),
    ],
)
def test_half_said(words: list[str], complaint: str, command_store: ModelStore) -> None:
    with pytest.raises(CommandError, match=complaint):
        call_command("models", "pull", *words)
