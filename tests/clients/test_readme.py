"""The README's samples, run as they stand there: against a real server, with a film where they look into a camera."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from frapi.simulation.script import LIVELY
from tests import samples
from tests.servers import Stand, running

PACKAGE = Path(__file__).resolve().parents[2] / "clients" / "python"
SAMPLE = re.compile(r"<!-- sample: (\w+) -->\n```python\n(.*?)```", re.S)
README = (PACKAGE / "README.md").read_text(encoding="utf-8")
SAMPLES = dict(SAMPLE.findall(README))

Run = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample person who blinks and turns, twice, at 10 frames/s."""
    path = tmp_path_factory.mktemp("film") / "person.avi"
    writer: cv2.VideoWriter | None = None
    for jpeg in samples.living("obama.jpg", LIVELY * 2):
        picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        writer = writer or cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10.0, picture.shape[1::-1])
        writer.write(picture)
    assert writer is not None
    writer.release()
    return path


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with running(tmp_path_factory.mktemp("readme")) as started:
        yield started


@pytest.fixture(scope="module")
def run(stand: Stand, film: Path) -> Run:
    """Runs a sample as a user would, and gives the lines that it prints."""
    account = stand.new_api_client("readme")
    env = {
        **os.environ,
        "PYTHONPATH": str(PACKAGE / "src"),
        "FRAPI_URL": stand.url,
        "FRAPI_KEY": account.api_key,
        "FRAPI_SECRET": account.api_secret,
        "FRAPI_SOURCE": str(film),
    }

    def run(name: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", SAMPLES[name]],
            env=env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        assert not any(secret in done.stdout for secret in (account.api_key, account.api_secret, "sess_"))
        return done.stdout.splitlines()

    return run


def test_every_sample_is_run() -> None:
    assert set(SAMPLES) == {"enroll", "authenticate", "backend", "messages", "stream", "users"}
    assert README.count("```python") == len(SAMPLES)


@pytest.mark.e2e
def test_the_samples_do_what_they_say(run: Run) -> None:
    """In the order of the page: who is enrolled by the first is erased by the last."""
    assert run("enroll")[-1] == "Enrolled"
    verified, identified = (line.split() for line in run("authenticate"))
    assert verified[:2] == ["verification", "user123"]
    assert identified[:2] == ["identification", "user123"]
    assert all(0.5 < float(line[2]) < 1 for line in (verified, identified))
    assert run("backend") == ["active None", "404 User not found (user_id) [404] {'field': 'user_id'}"]
    assert any(re.fullmatch(r"\d/3 \w+", line) for line in run("messages"))
    assert run("stream") == ["user123"]
    listed, sample_count, erased = run("users")
    assert re.fullmatch(r"user123 \d{4}-\d\d-\d\dT[\d:]+Z", listed)
    assert int(sample_count) >= 3
    assert erased == "1"
