"""``manage.py models``, as it is typed."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from frapi.modelpack import registry
from frapi.modelpack.store import ModelStore
from tests.samples import runner


def run(*words: str) -> str:
    out = StringIO()
    call_command("models", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelStore:
    """A cache with nothing in it, and a user without any index."""
    monkeypatch.setattr(
        settings,
        "FRAPI",
        replace(
            settings.FRAPI,
            models_dir=tmp_path / "models",
            model_mirror_dir=tmp_path,
            index_environ={"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": "/dev/null", "HOME": str(tmp_path)},
        ),
    )
    return ModelStore(tmp_path / "models")


def test_list_names_every_model_with_state_and_licence(empty: ModelStore) -> None:
    lines = run("list").splitlines()
    assert len(lines) == 1 + len(registry.MODELS)
    assert lines[1].split()[:3] == ["face_detector", "missing", "Apache-2.0"]
    assert "not installed" in next(line for line in lines if line.startswith("yunet"))
    assert lines[1].split()[3] == "detector"


def test_list_says_which_recognisers_run(empty: ModelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = replace(settings.FRAPI, recognizer="sface", previous_recognizer="dlib", detector="yunet")
    monkeypatch.setattr(settings, "FRAPI", chosen)
    used = {row["name"]: row["use"] for row in json.loads(run("list", "--json")) if row["use"] != "-"}
    assert used == {"sface": "recognizer", "face_embedder": "previous recognizer", "yunet": "detector"}
    monkeypatch.setattr(settings, "FRAPI", replace(chosen, recognizer="dlib", previous_recognizer="dlib-plain"))
    used = {row["name"]: row["use"] for row in json.loads(run("list", "--json"))}
    assert used["face_embedder"] == "recognizer, previous recognizer"


def test_list_as_json_states_the_contracts(empty: ModelStore) -> None:
    rows = {row["name"]: row for row in json.loads(run("list", "--json"))}
    assert set(rows) == set(registry.MODELS)
    details = rows["face_embedder"]["details"]
    assert details["inputs"][0]["shape"] == ["N", 3, 150, 150]
    assert details["embedding"]["dim"] == 128
    assert len(details["sha256"]) == 64


def test_verify_fails_when_a_model_is_missing(empty: ModelStore) -> None:
    with pytest.raises(CommandError, match="Not usable: face_detector, face_mesh"):
        run("verify")


def test_build_names_archive_and_setting_when_there_is_no_index(empty: ModelStore) -> None:
    with pytest.raises(CommandError, match=r"Can't get mediapipe-0\.10\.21.*PIP_FIND_LINKS"):
        run("build", "--json")


def test_pull_from_the_mirror(empty: ModelStore, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="lacks it"):
        run("pull", "minifasnet")
    with pytest.raises(CommandError, match="--accept-licence"):
        run("pull", "mobilefacenet")
    (tmp_path / "MobileFaceNet.onnx").write_bytes(b"another network")
    with pytest.raises(CommandError, match="differs from its pinned digest"):
        run("pull", "mobilefacenet", "--accept-licence")


def test_damaged_pack_fails_verification(empty: ModelStore) -> None:
    with empty.locked():
        empty.write("yunet", b"network")
    empty.path("yunet").write_bytes(b"netwerk")
    rows = StringIO()
    with pytest.raises(CommandError, match="yunet"):
        call_command("models", "verify", "--json", stdout=rows)
    states = {row["name"]: row["state"] for row in json.loads(rows.getvalue())}
    assert states["yunet"] == "corrupt"
    assert states["sface"] == "not installed"


def test_build_and_verify_on_the_real_cache() -> None:
    runner()
    assert json.loads(run("build", "--json"))["built"] == []
    assert "face_embedder        ready" in run("verify")
