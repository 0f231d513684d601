"""What recognisers say of themselves is what the registry knows of their networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from frapi.modelpack import registry
from frapi.modelpack.spec import BuiltFrom
from frapi.vision.align import align_face
from frapi.vision.equipment import DETECTORS, Equipment
from frapi.vision.recognizers import ARCFACE, DLIB, MOBILEFACENET, RECOGNIZERS, Recognizer, with_file
from frapi.vision.topology import MESH_VERTICES
from tests.faces import landmarks

EVERY = pytest.mark.parametrize("recognizer", RECOGNIZERS.values(), ids=list(RECOGNIZERS))


@EVERY
def test_data_fit_the_network(recognizer: Recognizer) -> None:
    spec = registry.MODELS[recognizer.model]
    batch, channels, height, width = spec.inputs[0].shape
    assert (channels, height, width) == (3, recognizer.alignment.size_px, recognizer.alignment.size_px)
    assert (spec.inputs[0].name, spec.outputs[0].name) == (recognizer.input_name, recognizer.output_name)
    assert spec.outputs[0].shape[1] == recognizer.dim
    assert not recognizer.batched or batch == "N"
    assert spec.embedding is not None
    assert spec.embedding.dim == recognizer.dim


@EVERY
def test_normalisation_is_the_one_that_the_registry_states(recognizer: Recognizer) -> None:
    meaning = registry.MODELS[recognizer.model].inputs[0].meaning
    assert meaning.startswith("BGR" if recognizer.bgr else "RGB")
    stated = "0..255" if recognizer.deviation == 1 else f"(x - {recognizer.mean:g}) / {recognizer.deviation:g}"
    assert stated in meaning


@EVERY
def test_template_and_mesh_agree_where_the_face_is(recognizer: Recognizer) -> None:
    """Each point of the template lies near where a frontal face's vertices come to lie."""
    template = recognizer.alignment
    mesh = landmarks()
    assert max(max(group) for group in template.vertices) < MESH_VERTICES
    source = template.source_px(mesh)
    scale = np.linalg.norm(np.ptp(template.target_px, axis=0)) / np.linalg.norm(np.ptp(source, axis=0))
    moved = (source - source.mean(axis=0)) * scale + template.target_px.mean(axis=0)
    assert np.abs(moved - template.target_px).max() < 0.1 * template.size_px
    assert align_face(np.zeros((480, 640, 3), np.uint8), mesh, template).shape == (template.size_px,) * 2 + (3,)


@EVERY
def test_the_contract_is_documented(recognizer: Recognizer) -> None:
    documented = (Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8")
    shown = with_file(recognizer, "DIGEST") if recognizer is ARCFACE else recognizer
    assert f"`{recognizer.name}`" in documented
    assert f"`{shown.contract}`" in documented


def test_contracts_differ() -> None:
    assert len({each.contract for each in RECOGNIZERS.values()}) == len(RECOGNIZERS)


def test_the_default_is_built_and_free_to_use() -> None:
    spec = registry.MODELS[Equipment().recognizer.model]
    assert isinstance(spec.source, BuiltFrom)
    assert spec.licence == "CC0-1.0"
    assert Equipment().previous is None


def test_two_files_of_ones_own_are_two_contracts() -> None:
    first, second = (with_file(ARCFACE, digest * 64) for digest in "ab")
    assert first.contract == "arcface-aaaaaaaaaaaaaaaa/mesh5-112/mirror"
    assert first.contract != second.contract


def test_what_an_installation_needs() -> None:
    default = Equipment().models
    assert default == ("face_detector", "face_mesh_attention", "face_embedder")
    window = Equipment(recognizer=MOBILEFACENET, previous=DLIB, detector=DETECTORS["yunet"])
    assert window.models == ("yunet", "face_mesh_attention", "mobilefacenet", "face_embedder")
    assert set(window.models) <= set(registry.MODELS)
