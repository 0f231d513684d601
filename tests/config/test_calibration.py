from __future__ import annotations

import json
from pathlib import Path

import pytest

from config import calibration
from config.env import SettingError


def test_without_a_file_nothing_is_calibrated(tmp_path: Path) -> None:
    assert calibration.load(tmp_path / "calibration.json").scales == {}


@pytest.mark.parametrize("content", ["", "{", "[]", json.dumps({"version": 9, "contracts": {}})])
def test_a_damaged_file_stops_the_start(tmp_path: Path, content: str) -> None:
    file = tmp_path / "calibration.json"
    file.write_text(content)
    with pytest.raises(SettingError, match=r"FRAPI_HOME: .*calibration\.json is damaged"):
        calibration.load(file)
