"""kill -9 while people are being enrolled, of the server or its database: nobody is half enrolled or lost once told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from frapi.apps.ops.child_server import PROJECT
from tests.postgres import Cluster, why_absent

pytestmark = pytest.mark.slow

# Enrolled again and again by all at once, so that his template is being replaced at any moment.
REGULAR = "regular"
# Killed after so many were told that they are enrolled; four more are always on their way.
ROUNDS = (1, 7, 18, 29, 40)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "FRAPI_HOME": str(tmp_path),
        "FRAPI_MODELS_DIR": str(settings.FRAPI.models_dir),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "FRAPI_LOG_LEVEL": "ERROR",
    }


def run(env: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=PROJECT, env=env, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def enroll_and_kill(env: dict[str, str], count: int, cluster: Cluster | None = None) -> list[dict[str, str]]:
    """Everybody who was told that he is enrolled.

    Args:
        cluster: is killed first, and started again.
    """
    command = [sys.executable, "-m", "tests.e2e.enrolling", "enroll", REGULAR]
    with subprocess.Popen(command, cwd=PROJECT, env=env, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            told = [json.loads(child.stdout.readline()) for _ in range(count)]
            if cluster is not None:
                cluster.kill()
        finally:
            child.kill()
        rest = child.stdout.read()
    assert child.returncode == -9 or cluster is not None
    if cluster is not None:
        cluster.start()
    # A line that the kill cut short was told to nobody.
    return told + [json.loads(line) for line in rest.splitlines(keepends=True) if line.endswith("\n")]


def demand_whole(env: dict[str, str], told: list[dict[str, str]]) -> None:
    """Whoever was told is enrolled, and everybody who is enrolled is wholly so."""
    left: dict[str, Any] = json.loads(run(env, "-m", "tests.e2e.enrolling", "inspect").splitlines()[-1])
    templates, sessions = left["templates"], {session["id"]: session for session in left["sessions"]}
    completed = {key for key, session in sessions.items() if session["status"] == "completed"}
    for person in told:
        assert person["enrollment_id"] in completed
        assert person["user_id"] in templates
        if person["user_id"] != REGULAR:
            assert templates[person["user_id"]] == person["enrollment_id"]
    # A template and the session that made it: both or neither.
    assert set(templates.values()) <= completed
    assert {sessions[key]["user_id"] for key in completed} == set(templates)
    assert all(sessions[key]["reason"] == "enrolled" for key in completed)
    assert all(session["reason"] is None for key, session in sessions.items() if key not in completed)
    assert left["found"] == {user_id: [user_id, 1.0] for user_id in templates}


def test_nothing_is_half_done_and_nothing_told_is_lost(env: dict[str, str]) -> None:
    run(env, "manage.py", "migrate", "--verbosity", "0")
    told: list[dict[str, str]] = []
    for count in ROUNDS:
        told += enroll_and_kill(env, count)
        demand_whole(env, told)
    assert len(told) >= sum(ROUNDS)


@pytest.mark.skipif(why_absent() is not None, reason=f"no PostgreSQL: {why_absent()}")
@pytest.mark.parametrize("gallery", ["mapped", "pgvector"])
def test_nor_when_postgresql_is_killed_too(env: dict[str, str], gallery: str) -> None:
    """By turns the server and all processes of the database, which then recovers from its log."""
    cluster = Cluster(durable=True)
    env |= {"DATABASE_URL": cluster.url(), "FRAPI_GALLERY": gallery}
    try:
        cluster.start()
        run(env, "manage.py", "migrate", "--verbosity", "0")
        told: list[dict[str, str]] = []
        for number, count in enumerate(ROUNDS[1:4]):
            told += enroll_and_kill(env, count, cluster if number % 2 else None)
            demand_whole(env, told)
    finally:
        cluster.remove()
    assert len(told) >= sum(ROUNDS[1:4])
