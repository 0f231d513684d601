"""The README's samples, as they stand there, against a real server. Its browser sample is run in ``tests/browser``."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from frapi.simulation.script import LIVELY
from tests import samples
from tests.clients_js.samples_of_readme import README
from tests.clients_js.samples_of_readme import samples as readme_samples
from tests.servers import Credentials, Stand

TIMEOUT_S = 120
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(node: str, package: Path, stand: Stand, credentials: Credentials) -> Run:
    """Runs a sample with the server's address and credentials in its environment."""

    def run_sample(name: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        module = package / f"{name}.mjs"
        module.write_text(readme_samples()[name])
        environment = {
            "FRAPI_URL": stand.url,
            "FRAPI_KEY": credentials.api_key,
            "FRAPI_SECRET": credentials.api_secret,
            "PATH": os.environ["PATH"],
        } | variables
        return subprocess.run(
            [node, module, *arguments], env=environment, check=False, capture_output=True, text=True, timeout=TIMEOUT_S
        )

    return run_sample


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with pictures of a person who blinks and turns."""
    folder = tmp_path_factory.mktemp("film")
    for number, jpeg in enumerate(samples.living("obama.jpg", LIVELY)):
        (folder / f"{number:04}.jpg").write_bytes(jpeg)
    return folder


def test_every_sample_is_named():
    assert README.read_text().count("```js") == len(readme_samples()) == 3


def test_a_film_enrols_and_the_backend_learns_of_it(run: Run, film: Path, stand: Stand):
    enrolled = run("film", str(film))
    assert enrolled.stderr == ""
    assert enrolled.stdout.startswith("ada is enrolled: ")
    begun = run("backend")
    assert begun.stderr == ""
    first, second = begun.stdout.splitlines()
    assert first.startswith(f"for the browser: {stand.url.replace('http', 'ws')}/ws/auth/process-image/sess_")
    assert second == "active not decided yet"


def test_a_film_that_is_too_short_says_so(run: Run, tmp_path: Path, film: Path):
    (tmp_path / "0.jpg").write_bytes((film / "0000.jpg").read_bytes())
    ended = run("film", str(tmp_path))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "The stream ended without a result: out_of_frames [1000]\n"


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"FRAPI_SECRET": "wrong"}, "Unauthorized [401]\n"),
        ({"FRAPI_URL": "http://127.0.0.1:9"}, "No server answers at http://127.0.0.1:9\n"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(run: Run, film: Path, variables: dict[str, str], told: str):
    ended = run("film", str(film), **variables)
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", told)
