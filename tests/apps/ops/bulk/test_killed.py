"""``kill -9`` in the middle: what was told is kept, nothing is half there, and the next run does the rest."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from frapi.apps.ops.child_server import PROJECT
from tests.servers import Stand

pytestmark = pytest.mark.slow

USERS = 90


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    # Without models: the pictures may hold anything, and every face is the same.
    variables = {"FRAPI_INFERENCE": "fake", "FRAPI_DUPLICATES": "allow", "FRAPI_MATCH_THRESHOLD": "0.5"}
    home = tmp_path / "home"
    home.mkdir()
    stand = Stand(home, **variables)
    stand.manage("migrate", "--verbosity", "0")
    stand.new_api_client("bulk")
    return stand


@contextmanager
def started(stand: Stand, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    """A command that runs, and what it says; whatever happens, it is dead afterwards."""
    command = [sys.executable, "manage.py", *arguments]
    with subprocess.Popen(command, cwd=PROJECT, env=stand.env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout
        finally:
            process.kill()


def stored(stand: Stand) -> list[tuple[str, int, int]]:
    with sqlite3.connect(stand.home / "db.sqlite3") as connection:
        rows = connection.execute(
            "SELECT user_id, length(sealed_vector), sample_count FROM face_templates_facetemplate ORDER BY user_id"
        ).fetchall()
    connection.close()
    return rows


def test_bulk_enrolment_loses_nothing_that_was_told(stand: Stand, tmp_path: Path) -> None:
    people = tmp_path / "people"
    for number in range(USERS):
        folder = people / f"user{number:03d}"
        folder.mkdir(parents=True)
        for picture in range(2):
            (folder / f"{picture}.jpg").write_text(f"{number} {picture}")
    command = ("enroll_folder", str(people), "--client", "bulk", "--json")
    with started(stand, *command) as (process, said):
        told = [json.loads(said.readline())["user_id"] for _ in range(USERS // 3)]
        process.send_signal(signal.SIGKILL)
        told += [json.loads(line)["user_id"] for line in said if line.endswith("\n")]
    assert process.returncode == -signal.SIGKILL
    assert len(told) < USERS, "it was killed too late to show anything"
    rows = stored(stand)
    assert set(told) <= {user for user, _, _ in rows}
    assert len(rows) <= len(told) + 1, "one may be committed and not yet told"
    assert {(size, samples) for _, size, samples in rows} == {(rows[0][1], 2)}, "each is whole"
    summary = json.loads(stand.manage(*command).splitlines()[-1])["summary"]
    assert summary == {"enrolled": USERS - len(rows), "unchanged": len(rows), "refused": 0}
    assert len(stored(stand)) == USERS


def test_an_import_is_whole_or_not_at_all(stand: Stand, tmp_path: Path) -> None:
    people = tmp_path / "people"
    people.mkdir()
    for number in range(USERS):
        (people / f"user{number:03d}.jpg").write_text(str(number))
    stand.manage("enroll_folder", str(people), "--client", "bulk")
    key = tmp_path / "key"
    key.write_text("A" * 43)
    stand.manage("templates", "export", str(tmp_path / "sealed"), "--client", "bulk", "--key-file", str(key))
    stand.new_api_client("other")
    assert len(stored(stand)) == USERS
    log = stand.home / "db.sqlite3-wal"
    command = ("templates", "import", str(tmp_path / "sealed"), "--client", "other", "--key-file", str(key))
    with started(stand, *command) as (process, _):
        # Killed while it writes; should it be done sooner, everything must be there.
        while process.poll() is None and not (log.exists() and log.stat().st_size > 0):
            pass
        process.send_signal(signal.SIGKILL)
    assert len(stored(stand)) in {USERS, 2 * USERS}
