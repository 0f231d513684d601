"""The product's own settings over a data folder that lasts one test run, whatever the caller's environment says.

Django's settings are read before any conftest.py, so the environment is prepared here.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from config.env import options

KEPT = {"FRAPI_MODELS_DIR", "FRAPI_MODEL_MIRROR_DIR"}

for option in options().values():
    for variable in {option.variable, f"{option.variable}_FILE"} - KEPT:
        os.environ.pop(variable, None)
os.environ.setdefault("FRAPI_MODELS_DIR", str(Path(__file__).resolve().parent.parent / "var" / "models"))
os.environ["FRAPI_HOME"] = tempfile.mkdtemp(prefix="frapi-test-")

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, FRAPI  # noqa: E402

# A file: threads that share an in-memory database see each other's locks as errors.
DATABASES["default"]["TEST"] = {"NAME": FRAPI.home / "test.sqlite3"}
