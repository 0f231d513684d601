"""From names to networks: what is missing is told by its setting, with what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytest_django import Settings

from frapi.errors import ModelMissing
from frapi.inference.choice import choose_equipment, find_recognizer, installed_recognizers
from frapi.inference.factory import configured_equipment
from frapi.inference.local import LocalFrameAnalyzer
from frapi.modelpack.store import ModelStore
from frapi.simulation.person import encode_jpeg
from frapi.vision.equipment import YUNET, Equipment
from frapi.vision.ports import FloatArray
from frapi.vision.recognizers import DLIB, MOBILEFACENET
from tests import samples
from tests.inference.contract import request


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    """A cache into which some packs were pulled."""
    filled = ModelStore(tmp_path)
    with filled.locked():
        for name in ("mobilefacenet", "yunet"):
            filled.write(name, b"network")
        filled.write("arcface", b"own network", supplied_sha256="ab" * 32)
    return filled


def test_by_name(store: ModelStore) -> None:
    chosen = choose_equipment(store, recognizer="mobilefacenet", previous="dlib", detector="yunet")
    assert (chosen.recognizer, chosen.previous, chosen.detector) == (MOBILEFACENET, DLIB, YUNET)


def test_ones_own_network_has_a_contract_of_its_own(store: ModelStore) -> None:
    assert find_recognizer("arcface", store).contract == f"arcface-{'ab' * 8}/mesh5-112/mirror"
    assert [each.name for each in installed_recognizers(store)] == ["mobilefacenet", "arcface"]


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        ({"recognizer": "sface"}, "FRAPI_RECOGNIZER: Model sface is missing; run: python manage.py models pull sface"),
        (
            {"recognizer": "arcface"},
            "FRAPI_RECOGNIZER: Model arcface is missing; run: python manage.py models pull arcface --file FILE",
        ),
        ({"recognizer": "dlib", "previous": "mobilefacenet"}, "FRAPI_PREVIOUS_RECOGNIZER: Model mobilefacenet is mis"),
        ({"recognizer": "dlib", "detector": "yunet"}, "FRAPI_DETECTOR: Model yunet is missing; run: python manage.py"),
    ],
)
def test_what_is_not_installed(names: Mapping[str, str], complaint: str, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=re.escape(complaint)):
        choose_equipment(ModelStore(tmp_path), **names)


def test_what_every_installation_builds_may_still_be_missing(tmp_path: Path) -> None:
    assert choose_equipment(ModelStore(tmp_path), recognizer="dlib").recognizer is DLIB


def test_the_settings_choose(store: ModelStore, settings: Settings) -> None:
    settings.FRAPI = replace(
        settings.FRAPI, models_dir=store.models_dir, recognizer="mobilefacenet", previous_recognizer="dlib"
    )
    chosen = configured_equipment()
    assert (chosen.recognizer, chosen.previous) == (MOBILEFACENET, DLIB)


class Mirrored:
    """The real networks; the further recogniser is a stand-in that measures colours."""

    def has(self, model: str) -> bool:
        return model == MOBILEFACENET.model or samples.runner().has(model)

    def run(
        self, model: str, inputs: Mapping[str, FloatArray], outputs: Sequence[str] | None = None
    ) -> Mapping[str, FloatArray]:
        if model != MOBILEFACENET.model:
            return samples.runner().run(model, inputs)
        means = inputs[MOBILEFACENET.input_name].mean(axis=(2, 3))
        return {MOBILEFACENET.output_name: np.repeat(means, [43, 43, 42], axis=1)}


async def test_within_a_window_a_face_is_embedded_twice() -> None:
    equipment = Equipment(recognizer=MOBILEFACENET, previous=DLIB)
    analyzer = LocalFrameAnalyzer(Mirrored(), threads=1, equipment=equipment)
    picture = encode_jpeg(samples.seated("obama.jpg")[0])
    info = analyzer.info()
    assert info.contracts == (MOBILEFACENET.contract, DLIB.contract)
    assert info.models[MOBILEFACENET.model]
    seen = await analyzer.analyze(request(picture, embedding=True))
    assert seen.embedding is not None
    assert seen.previous_embedding is not None
    assert (seen.embedding.contract, seen.previous_embedding.contract) == info.contracts
    unasked = await analyzer.analyze(request(picture))
    assert unasked.embedding is None
    assert unasked.previous_embedding is None
    await analyzer.close()
