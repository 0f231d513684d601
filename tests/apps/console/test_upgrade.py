"""A data folder from before there was a console."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from tests.apps.console.samples import signed_in
from tests.servers import Stand

pytestmark = pytest.mark.e2e


def test_it_needs_a_migration_and_says_so(tmp_path: Path) -> None:
    stand = Stand(tmp_path, FRAPI_INFERENCE="fake")
    for app in ("accounts", "face_templates", "verification"):
        stand.manage("migrate", app, "--verbosity", "0")
    credentials = stand.new_api_client("from before")
    with stand.server:
        early = requests.get(f"{stand.url}/console/", cookies={"frapi_console": "x" * 32}, timeout=10)
        assert early.status_code == 503
        assert "manage.py migrate" in early.text
        assert requests.get(f"{stand.url}/health/live/", timeout=10).ok
        stand.manage("migrate", "--verbosity", "0")
        home = signed_in(stand, credentials).get(f"{stand.url}/", timeout=10)
        assert home.url == f"{stand.url}/console/"
        assert "from before" in home.text
