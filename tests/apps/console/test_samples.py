"""Every sample that the console shows, run against the server that showed it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from frapi.apps.accounts.services import derive_mac_key
from frapi.apps.verification.payload import encrypt_payload
from tests.apps.console.samples import shown_samples
from tests.servers import Credentials, Stand

pytestmark = pytest.mark.e2e

CONTENT = {"user_id": "ada", "outcome": "recognized"}


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    started = Stand(tmp_path_factory.mktemp("samples"), FRAPI_INFERENCE="fake", FRAPI_CONSOLE="both")
    started.manage("migrate", "--verbosity", "0")
    with started.server:
        yield started


@pytest.fixture(scope="module")
def credentials(stand: Stand) -> Credentials:
    return stand.new_api_client("samples")


@pytest.fixture(scope="module")
def samples(stand: Stand, credentials: Credentials) -> Mapping[str, str]:
    return shown_samples(stand, credentials)


class Shell:
    """A folder with the samples in it, and the credentials where they look for them."""

    def __init__(self, folder: Path, samples: Mapping[str, str], credentials: Credentials) -> None:
        self._folder = folder
        self._env = {
            **os.environ,
            "FRAPI_API_KEY": credentials.api_key,
            "FRAPI_API_SECRET": credentials.api_secret,
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        for name, text in samples.items():
            (folder / name).write_text(text)

    def run(self, *command: str) -> str:
        done = subprocess.run(
            command, cwd=self._folder, env=self._env, check=False, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return done.stdout

    def write(self, name: str, text: str) -> None:
        (self._folder / name).write_text(text)


@pytest.fixture
def shell(tmp_path: Path, samples: Mapping[str, str], credentials: Credentials) -> Shell:
    return Shell(tmp_path, samples, credentials)


def demand(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"no {program} is installed")
    return found


def encrypted(credentials: Credentials) -> dict[str, str]:
    payload_key = hashlib.sha256(credentials.api_key.encode()).digest()
    return encrypt_payload(CONTENT, payload_key=payload_key, mac_key=derive_mac_key(credentials.api_key))


def test_there_is_one_for_everybody(stand: Stand, samples: Mapping[str, str]) -> None:
    assert list(samples) == ["session.sh", "backend.py", "backend.mjs", "page.html"]
    assert all(stand.url in text for text in samples.values())


def test_no_sample_holds_credentials(samples: Mapping[str, str], credentials: Credentials) -> None:
    assert not any(credentials.api_key in text or credentials.api_secret in text for text in samples.values())


def test_the_shell_s(stand: Stand, shell: Shell) -> None:
    demand("curl")
    created, read = shell.run("sh", "-eu", "session.sh").replace("}{", "}\n{").splitlines()
    assert json.loads(created)["websocket_url"].startswith(stand.url.replace("http", "ws"))
    assert json.loads(read)["status"] == "pending"
    assert json.loads(read)["user_id"] == "ada"


def test_python_s(stand: Stand, shell: Shell, credentials: Credentials) -> None:
    said = shell.run(sys.executable, "backend.py")
    assert f"For the page with the camera: {stand.url.replace('http', 'ws')}/ws/" in said
    assert "So far it is pending" in said
    genuine = encrypted(credentials)
    forged = genuine | {"mac": "AAAA"}
    shell.write(
        "check.py",
        f"import backend\nprint(backend.decrypt({genuine!r}))\n"
        f"try:\n    backend.decrypt({forged!r})\nexcept ValueError as error:\n    print(error)\n",
    )
    assert shell.run(sys.executable, "check.py").splitlines() == [
        repr(CONTENT),
        "the payload was changed, or is another client's",
    ]


def test_javascript_s(stand: Stand, shell: Shell, credentials: Credentials) -> None:
    node = demand("node")
    said = shell.run(node, "backend.mjs")
    assert f"For the page with the camera: {stand.url.replace('http', 'ws')}/ws/" in said
    assert "So far it is pending" in said
    genuine = json.dumps(encrypted(credentials))
    shell.write(
        "check.mjs",
        f"import {{ decrypt }} from './backend.mjs';\nconst genuine = {genuine};\n"
        "console.log(JSON.stringify(decrypt(genuine)));\n"
        "try { decrypt({ ...genuine, mac: 'AAAA' }); } catch (error) { console.log(error.message); }\n",
    )
    assert shell.run(node, "check.mjs").splitlines() == [
        json.dumps(CONTENT, separators=(",", ":")),
        "changed, or another client's",
    ]
