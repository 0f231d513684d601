from __future__ import annotations

import stat
from pathlib import Path

import pytest

from config.env import SettingError, load
from config.storage import prepare


def test_the_folder_is_made(tmp_path: Path) -> None:
    settings = load({"DATABASE_URL": f"sqlite://{tmp_path}/a/b/db.sqlite3"})
    prepare(settings)
    prepare(settings)
    assert (tmp_path / "a" / "b").is_dir()


@pytest.mark.parametrize(
    ("environ", "begins"),
    [
        (
            {"DATABASE_URL": "sqlite://{folder}/file/db.sqlite3"},
            "DATABASE_URL: {folder}/file can't be made",
        ),
        ({"DATABASE_URL": "sqlite://{folder}"}, "DATABASE_URL: {folder} is a folder"),
        ({"DATABASE_URL": "sqlite:///proc/nope/db.sqlite3"}, "DATABASE_URL: /proc/nope can't be made"),
        ({"FRAPI_HOME": "{folder}/file"}, "FRAPI_HOME: {folder}/file can't be made"),
        (
            {"FRAPI_HOME": "{folder}/file", "DATABASE_URL": "postgres:///frapi"},
            "FRAPI_HOME: {folder}/file can't be made",
        ),
        ({"FRAPI_HOME": "{folder}", "FRAPI_GALLERY": "pgvector"}, "FRAPI_GALLERY: pgvector lives in PostgreSQL"),
        (
            {"FRAPI_HOME": "{folder}", "FRAPI_GALLERY_DIR": "{folder}/file"},
            "FRAPI_GALLERY_DIR: {folder}/file can't be made",
        ),
        (
            {"FRAPI_HOME": "{folder}", "FRAPI_GALLERY_DIR": "{folder}/open"},
            "FRAPI_GALLERY_DIR: {folder}/open must be open to its owner only",
        ),
    ],
)
def test_a_place_that_can_not_be_used_is_told(tmp_path: Path, environ: dict[str, str], begins: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o755)
    with pytest.raises(SettingError) as caught:
        prepare(load({name: value.format(folder=tmp_path) for name, value in environ.items()}))
    assert str(caught.value).startswith(begins.format(folder=tmp_path))


def test_galleries_get_a_folder_of_their_own_unless_they_stay_in_memory(tmp_path: Path) -> None:
    prepare(load({"FRAPI_HOME": str(tmp_path / "a")}))
    assert stat.S_IMODE((tmp_path / "a" / "gallery").stat().st_mode) == 0o700
    prepare(load({"FRAPI_HOME": str(tmp_path / "b"), "FRAPI_GALLERY": "memory"}))
    assert not (tmp_path / "b" / "gallery").exists()


def test_a_package_that_only_postgresql_needs_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.storage.has_package", lambda _: False)
    prepare(load({"FRAPI_HOME": str(tmp_path)}))
    with pytest.raises(SettingError, match=r"^DATABASE_URL: PostgreSQL needs psycopg, which isn't installed; run: "):
        prepare(load({"FRAPI_HOME": str(tmp_path), "DATABASE_URL": "postgres:///frapi"}))
