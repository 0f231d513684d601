"""The folder of the embedded database, made before anything looks for the file."""

from __future__ import annotations

import os

from config.env import SettingError, Settings


def prepare(settings: Settings) -> None:
    """Make the database's folder where it is missing.

    Raises:
        SettingError: there can't be a database there.
    """
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
