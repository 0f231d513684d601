"""The folders of the database and of the galleries, made before anything looks for what is in them."""

from __future__ import annotations

import os

from config.env import GalleryMode, SettingError, Settings


def prepare(settings: Settings) -> None:
    """Make the folders that are missing.

    Raises:
        SettingError: there can't be a database, or galleries, where they are set to be.
    """
    _prepare_database(settings)
    if settings.gallery is GalleryMode.MAPPED:
        _prepare_galleries(settings)


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
    file = settings.database
    # Without a database of its own, the data folder is what can't be used.
    variable = "FRAPI_HOME" if file.parent == settings.home else "FRAPI_DATABASE_URL"
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_folder, exists = file.is_dir(), file.exists()
    except OSError as error:
        raise SettingError(f"{variable}: {file.parent} can't be made or read ({error.strerror})") from None
    if is_folder:
        raise SettingError(f"FRAPI_DATABASE_URL: {file} is a folder")
    for path in (file.parent, file) if exists else (file.parent,):
        if not os.access(path, os.W_OK):
            raise SettingError(f"{variable}: {path} can't be written")
