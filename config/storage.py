"""The folders of data and of galleries, made before anything looks for what is in them."""

from __future__ import annotations

import os
from pathlib import Path

from config.database import PostgresServer, has_package
from config.env import GalleryMode, SettingError, Settings

INSTALL = "python requirements/install.py requirements/postgres.txt"


def prepare(settings: Settings) -> None:
    """Make the folders that are missing.

    Raises:
        SettingError: there can't be a database, or galleries, where they are set to be.
    """
    _prepare_database(settings)
    if settings.gallery is GalleryMode.MAPPED:
        _prepare_galleries(settings)
    if settings.gallery is GalleryMode.PGVECTOR:
        _demand_pgvector(settings)


def _demand_pgvector(settings: Settings) -> None:
    if not isinstance(settings.database, PostgresServer):
        raise SettingError("FRAPI_GALLERY: pgvector lives in PostgreSQL; set DATABASE_URL to postgres://…")


def _prepare_galleries(settings: Settings) -> None:
    folder = settings.gallery_dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_private = os.name != "posix" or not folder.stat().st_mode & 0o077
    except OSError as error:
        raise SettingError(f"FRAPI_GALLERY_DIR: {folder} can't be made or read ({error.strerror})") from None
    if not is_private:
        raise SettingError(f"FRAPI_GALLERY_DIR: {folder} must be open to its owner only (mode 700)")
    if not os.access(folder, os.W_OK):
        raise SettingError(f"FRAPI_GALLERY_DIR: {folder} can't be written")


def _prepare_database(settings: Settings) -> None:
    if isinstance(settings.database, PostgresServer):
        if not has_package("psycopg"):
            raise SettingError(f"DATABASE_URL: PostgreSQL needs psycopg, which isn't installed; run: {INSTALL}")
        _prepare_folder("FRAPI_HOME", settings.home)
        return
    file = settings.database.path
    # Without a database of its own, the data folder is what can't be used.
    variable = "FRAPI_HOME" if file.parent == settings.home else "DATABASE_URL"
    _prepare_folder(variable, file.parent)
    if file.is_dir():
        raise SettingError(f"DATABASE_URL: {file} is a folder")
    if file.exists() and not os.access(file, os.W_OK):
        raise SettingError(f"{variable}: {file} can't be written")


def _prepare_folder(variable: str, folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(f"{variable}: {folder} can't be made or read ({error.strerror})") from None
    if not os.access(folder, os.W_OK):
        raise SettingError(f"{variable}: {folder} can't be written")
