"""``manage.py evaluate verification|identification`` and ``manage.py calibrate``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from config import calibration as calibration_file
from frapi.apps.ops.management.commands import calibrate
from frapi.apps.ops.subjects import identification, verification
from frapi.evaluation.embedding import EmbeddedPicture
from frapi.modelpack.build import fetch_samples
from frapi.modelpack.index_settings import IndexSettings
from frapi.modelpack.store import ModelStore
from frapi.vision.embed import CONTRACT
from tests import samples
from tests.evaluation.recognition import crowd

CROWD = crowd(300, 4)


@pytest.fixture
def images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pictures that are known already."""
    folder = tmp_path / "images"
    for path in CROWD:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()

    def remembered(
        paths: Sequence[str], equipment: object, options: object, *, thorough: bool
    ) -> dict[str, EmbeddedPicture]:
        return {path: CROWD[path] for path in paths}

    for module in (identification, verification, calibrate):
        monkeypatch.setattr(module, "embed_folder", remembered)
    return folder


def run(*arguments: object) -> str:
    out = StringIO()
    call_command(*(str(each) for each in arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    file = tmp_path / "pairs.csv"
    rows = [f"p{n:04d}/0.jpg,p{n:04d}/1.jpg,1" for n in range(100)]
    rows += [f"p{n:04d}/0.jpg,p{(n + step) % 100:04d}/1.jpg,0" for n in range(100) for step in (1, 2, 3)]
    file.write_text("\n".join(["first,second,same", *rows]))
    return file


class TestVerification:
    def test_figures_and_report(self, images: Path, pairs: Path, tmp_path: Path) -> None:
        report = tmp_path / "report.html"
        said = run("evaluate", "verification", "--images", images, "--pairs", pairs, "--report", report)
        assert "100 genuine and 300 impostor pairs of 100 people, 200 pictures" in said
        assert "<svg" in report.read_text()
        figures = json.loads(run("evaluate", "verification", "--images", images, "--pairs", pairs, "--json"))
        assert figures["contract"] == CONTRACT
        assert 0 <= figures["eer"]["low"] <= figures["eer"]["value"] <= figures["eer"]["high"]

    def test_groups(self, images: Path, pairs: Path, tmp_path: Path) -> None:
        groups = tmp_path / "groups.csv"
        groups.write_text("path,group\n" + "".join(f"p{n:04d},{'ab'[n % 2]}\n" for n in range(100)))
        arguments = ("evaluate", "verification", "--images", images, "--pairs", pairs, "--groups", groups, "--json")
        assert [each["name"] for each in json.loads(run(*arguments))["at_threshold"]] == ["all", "a", "b"]

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"--pairs": "nowhere.txt"}, "nowhere.txt"),
            ({"--images": "nowhere"}, "row 2: there is no"),
            ({"--groups": "nowhere.csv"}, "nowhere.csv"),
            ({"--report": "nowhere/report.html"}, "there is no folder"),
            ({"--recognizer": "sface"}, "sface"),
        ],
    )
    def test_what_is_wrong_is_said(self, images: Path, pairs: Path, change: dict[str, str], says: str) -> None:
        given = {"--images": str(images), "--pairs": str(pairs)} | change
        with pytest.raises(CommandError, match=says):
            run("evaluate", "verification", *(word for option in given.items() for word in option))


class TestIdentification:
    def test_figures(self, images: Path) -> None:
        figures = json.loads(run("evaluate", "identification", "--images", images, "--gallery-samples", 2, "--json"))
        assert figures["gallery_samples"] == 2
        assert [size["size"] for size in figures["sizes"]][:3] == [10, 30, 100]
        assert "gallery of 10:" in run("evaluate", "identification", "--images", images)

    @pytest.mark.parametrize(
        "options", [("--gallery-samples", 0), ("--strangers", 1.5), ("--gallery-samples", 4), ("--images", "nowhere")]
    )
    def test_what_is_wrong_is_said(self, images: Path, options: tuple[object, ...]) -> None:
        with pytest.raises(CommandError):
            run("evaluate", "identification", "--images", images, *options)


class TestCalibrate:
    def test_the_server_reads_what_was_written(self, images: Path, tmp_path: Path) -> None:
        file = tmp_path / "calibration.json"
        said = run("calibrate", "--images", images, "--target-fpir", 0.01, "--out", file)
        assert "300 people, means of 3" in said
        calibrated = calibration_file.load(file).scales[CONTRACT]
        assert (calibrated.target_fmr, calibrated.target_fpir) == (1e-4, 0.01)
        assert f"threshold {calibrated.scale.threshold:.4f}" in said
        assert calibrated.evidence["people"] == 300
        assert calibrated.evidence["threshold_low"] <= calibrated.scale.threshold
        assert calibrated.evidence["date"].endswith("+00:00")

    def test_other_contracts_are_kept(self, images: Path, tmp_path: Path) -> None:
        file = tmp_path / "calibration.json"
        told = json.loads(run("calibrate", "--images", images, "--out", file, "--json"))
        data = json.loads(file.read_text())
        data["contracts"]["other/1"] = data["contracts"][CONTRACT]
        file.write_text(json.dumps(data))
        run("calibrate", "--images", images, "--out", file, "--target-fmr", 1e-3)
        after = calibration_file.load(file).scales
        assert set(after) == {CONTRACT, "other/1"}
        assert after[CONTRACT].scale.threshold < told[CONTRACT]["scale"]["threshold"]

    def test_the_setting_goes_before(self, images: Path, tmp_path: Path, settings: Any) -> None:
        settings.FRAPI = replace(settings.FRAPI, match_threshold=0.9)
        assert "FRAPI_MATCH_THRESHOLD is set" in run("calibrate", "--images", images, "--out", tmp_path / "c.json")

    @pytest.mark.parametrize(
        ("options", "says"),
        [
            (("--target-fmr", 1e-6), "needs 2450 people with 3 usable pictures each, and 300 have so many"),
            (("--target-fmr", 0), "between"),
            (("--target-fpir", 1), "between"),
            (("--photos", 0), "from 1 to 10"),
            (("--out", "nowhere/c.json"), "no folder"),
            (("--min-quality", 0.99), "and 0 have so many"),
        ],
    )
    def test_what_is_wrong_is_said(self, images: Path, tmp_path: Path, options: tuple[object, ...], says: str) -> None:
        file = tmp_path / "calibration.json"
        with pytest.raises(CommandError, match=says):
            run("calibrate", "--images", images, "--out", file, *options)
        assert not file.exists()

    def test_a_damaged_file_is_not_overwritten(self, images: Path, tmp_path: Path) -> None:
        file = tmp_path / "calibration.json"
        file.write_text("{")
        with pytest.raises(CommandError, match="damaged"):
            run("calibrate", "--images", images, "--out", file)
        assert file.read_text() == "{"


@pytest.mark.slow
def test_real_people_are_told_apart(tmp_path: Path) -> None:
    samples.runner()
    portraits = fetch_samples(ModelStore(samples.settings.FRAPI.models_dir), IndexSettings.from_pip_config({}))
    for name, path in portraits.items():
        (tmp_path / name).write_bytes(path.read_bytes())
    (tmp_path / "torn.jpg").write_bytes(b"no picture")
    pairs = tmp_path / "pairs.csv"
    pairs.write_text(
        "first,second,same\nobama.jpg,obama2.jpg,1\nobama.jpg,obama3.jpg,1\nobama2.jpg,obama3.jpg,1\n"
        "obama.jpg,biden.jpg,0\nobama2.jpg,biden.jpg,0\nobama3.jpg,biden.jpg,0\ntorn.jpg,biden.jpg,0\n"
    )
    arguments = (
        "evaluate",
        "verification",
        "--images",
        tmp_path,
        "--pairs",
        pairs,
        "--cache",
        tmp_path / "seen",
        "--json",
    )
    figures = json.loads(run(*arguments))
    assert figures["eer"]["value"] == 0
    assert figures["accuracy"]["value"] == 1
    assert (figures["failures"], figures["impostors_failed"]) == ({"unreadable": 1}, 1)
    assert len(list((tmp_path / "seen").rglob("*.json"))) == 5
    assert json.loads(run(*arguments)) == figures, "what was remembered is what was seen"
