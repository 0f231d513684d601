"""The product's own settings over a data folder that lasts one test run.

Django's settings are read before any conftest.py, so the environment is prepared here.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ.setdefault("FRAPI_MODELS_DIR", str(Path(__file__).resolve().parent.parent / "var" / "models"))
os.environ["FRAPI_HOME"] = tempfile.mkdtemp(prefix="frapi-test-")

from config.settings import *  # noqa: F403
from config.settings import DATABASES, FRAPI

# A file: threads that share an in-memory database see each other's locks as errors.
DATABASES["default"]["TEST"] = {"NAME": FRAPI.home / "test.sqlite3"}
