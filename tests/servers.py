"""A real server with a data folder of its own, for tests that go through the front door."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from frapi_client import FrapiClient

from frapi.apps.ops.child_server import PROJECT, ChildServer
from tests import samples


@dataclass(frozen=True, slots=True)
class Credentials:
    """Of one API client."""

    id: str
    name: str
    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)


class Stand:
    """A server and its data folder.

    Attributes:
        secrets: everything that may never stand in the server's log; tests add what they learn.
    """

    def __init__(self, home: Path, **variables: str) -> None:
        self.home = home
        self.env = {
            **os.environ,
            **variables,
            "FRAPI_HOME": str(home),
            "FRAPI_MODELS_DIR": str(settings.FRAPI.models_dir),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONUNBUFFERED": "1",
        }
        self.log = home / "server.log"
        self.server = ChildServer(self.log, env=self.env)
        self.secrets: set[str] = set()

    @property
    def url(self) -> str:
        return self.server.url

    def manage(self, *arguments: str) -> str:
        """Run a management command on the server's data folder."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env=self.env,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def new_api_client(self, name: str, *options: str) -> Credentials:
        credentials = Credentials(**json.loads(self.manage("api_client", "create", name, "--json", *options)))
        self.secrets |= {credentials.api_key, credentials.api_secret}
        return credentials

    def client(self, credentials: Credentials) -> FrapiClient:
        return FrapiClient(self.url, credentials.api_key, credentials.api_secret)

    def database(self, statement: str, *parameters: object) -> None:
        """Change a row that only time would change; the server sees it at its next look."""
        with sqlite3.connect(self.home / "db.sqlite3", timeout=10) as connection:
            connection.execute(statement, parameters)
        connection.close()


@contextmanager
def running(home: Path, **variables: str) -> Iterator[Stand]:
    """A migrated and running :class:`Stand`; skips the test where the models can't be had.

    Args:
        variables: settings, by the names of their environment variables.
    """
    samples.runner()
    stand = Stand(home, **variables)
    stand.manage("migrate", "--verbosity", "0")
    with stand.server:
        yield stand
