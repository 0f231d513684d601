"""What ``manage.py calibrate`` measured, read when the process starts."""

from __future__ import annotations

import json
from pathlib import Path

from config.env import SettingError
from frapi.liveness.calibration import Calibration


def load(file: Path) -> Calibration:
    """The operator's calibration; an empty one where nothing was calibrated.

    Raises:
        SettingError: the file is damaged. Going on without it would silently let in whom it was made to keep out.
    """
    try:
        return Calibration.from_json(json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Calibration()
    except OSError as error:
        raise SettingError(f"FRAPI_HOME: {file} can't be read ({error.strerror})") from None
    except ValueError as error:
        raise SettingError(f"FRAPI_HOME: {file} is damaged: {error}; remove it or calibrate anew") from None
