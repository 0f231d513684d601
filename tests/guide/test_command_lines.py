"""The guide's own way to test: its command lines, as they stand there."""

from __future__ import annotations

import shlex
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from frapi.apps.ops.child_server import PROJECT
from tests.guide import document
from tests.guide.conftest import person
from tests.servers import Credentials, Stand


def commands(under: str) -> list[list[str]]:
    """The commands of the block below a heading, with the interpreter of these tests."""
    joined = document.block("bash", under=under).code.replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [[sys.executable if word == "python" else word for word in shlex.split(line)] for line in lines]


@pytest.mark.parametrize("under", ["Local Testing", "Production Testing"])
def test_the_tester_enrols(stand: Stand, credentials: Credentials, tmp_path: Path, under: str):
    """With the reader's own account and address, and a recording in place of the camera that isn't here."""
    command = commands(under)[-1]
    values = {
        "frapi_xxxx": credentials.api_key,
        "your_secret": credentials.api_secret,
        "http://127.0.0.1:8000": stand.url,
        "https://api.example.com": stand.url,
    }
    for number, jpeg in enumerate(person(10.0)):
        (tmp_path / f"{number:04d}.jpg").write_bytes(jpeg)
    done = subprocess.run(
        [*(values.get(word, word) for word in command), "--source", str(tmp_path), "--loop"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Enrolled: user123" in done.stdout


def test_the_local_server_starts(stand: Stand):
    command = commands("Local Testing")[0]
    assert command[1:] == ["manage.py", "runserver"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        command, cwd=PROJECT, env={**stand.env, "PORT": str(port)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        assert _first_answer(f"http://127.0.0.1:{port}/health/")["checks"]
    finally:
        server.terminate()
        server.wait(30)


def _first_answer(url: str) -> dict[str, Any]:
    """What a server says once it is up."""
    deadline = time.monotonic() + 60
    while True:
        try:
            answer: dict[str, Any] = httpx.get(url).json()
        except httpx.TransportError:
            assert time.monotonic() < deadline, "it did not start"
            time.sleep(0.1)
        else:
            return answer
