"""The product's own settings over a data folder that lasts one test run, whatever the caller's environment says.

Django's settings are read before any conftest.py, so the environment is prepared here.

``FRAPI_TEST_DATABASE=postgres`` runs the tests on a PostgreSQL server of their own instead of SQLite; ``pgvector`` has
it search faces too.
"""

from __future__ import annotations

import atexit
import os
import tempfile
from pathlib import Path

from config.env import options
from tests import postgres

KEPT = {"FRAPI_MODELS_DIR", "FRAPI_MODEL_MIRROR_DIR"}

for option in options().values():
    for variable in {option.variable, f"{option.variable}_FILE"} - KEPT:
        os.environ.pop(variable, None)
os.environ.setdefault("FRAPI_MODELS_DIR", str(Path(__file__).resolve().parent.parent / "var" / "models"))
os.environ["FRAPI_HOME"] = tempfile.mkdtemp(prefix="frapi-test-")

if (wanted := os.environ.get("FRAPI_TEST_DATABASE")) in {"postgres", "pgvector"}:
    if why := postgres.why_absent():
        raise SystemExit(f"FRAPI_TEST_DATABASE={wanted}: {why}")
    if wanted == "pgvector":
        os.environ["FRAPI_GALLERY"] = wanted
    CLUSTER = postgres.Cluster()
    atexit.register(CLUSTER.remove)
    CLUSTER.start()
    os.environ["DATABASE_URL"] = CLUSTER.url()

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, FRAPI  # noqa: E402

# Real servers that tests start have databases of their own.
os.environ.pop("FRAPI_GALLERY", None)
if os.environ.pop("DATABASE_URL", None) is None:
    # A file: threads that share an in-memory database see each other's locks as errors.
    DATABASES["default"]["TEST"] = {"NAME": FRAPI.home / "test.sqlite3"}
