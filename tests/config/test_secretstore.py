from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from config import secretstore
from config.env import SettingError, load


def test_made_on_first_use_kept_afterwards_and_readable_by_nobody_else(tmp_path: Path) -> None:
    settings = load({"FRAPI_HOME": str(tmp_path / "home")})
    first, second = secretstore.load(settings), secretstore.load(settings)
    assert (first.secret_key, first.master_key) == (second.secret_key, second.master_key)
    assert first.jwt_keys[0].secret == second.jwt_keys[0].secret
    assert len({first.secret_key, first.master_key, first.jwt_keys[0].secret}) == 3
    files = sorted(settings.secrets_dir.iterdir())
    assert [file.name for file in files] == ["jwt.keys", "master.key", "secret.key"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(settings.secrets_dir.stat().st_mode) == 0o700


def test_given_secrets_leave_nothing_on_disk(tmp_path: Path) -> None:
    secret = base64.b64encode(bytes(range(32))).decode()
    environ = {
        "FRAPI_HOME": str(tmp_path / "home"),
        "FRAPI_SECRET_KEY": secret,
        "FRAPI_MASTER_KEY": secret,
        "FRAPI_JWT_KEYS": f"k:{secret}",
    }
    assert secretstore.load(load(environ)).master_key == bytes(range(32))
    assert not (tmp_path / "home").exists()


def test_whoever_comes_second_keeps_the_first_s_secret(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "secret.key"
    secretstore._create(file, "first")
    secretstore._create(file, "second")
    assert file.read_text() == "first\n"
    assert [each.name for each in file.parent.iterdir()] == ["secret.key"]


def test_a_damaged_secret_stops_the_start_and_is_not_replaced(tmp_path: Path) -> None:
    settings = load({"FRAPI_HOME": str(tmp_path)})
    secretstore.load(settings)
    damaged = settings.secrets_dir / "master.key"
    damaged.write_text("cut off")
    with pytest.raises(SettingError, match=r"^FRAPI_HOME: .*master\.key is damaged"):
        secretstore.load(settings)
    assert damaged.read_text() == "cut off"
