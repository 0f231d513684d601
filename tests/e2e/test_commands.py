"""The command-line tools, as people run them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from frapi.apps.ops.child_server import PROJECT
from frapi.simulation.script import LIVELY, Script, rest
from tests import samples
from tests.servers import Credentials, Stand


def run_tester(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "test_websocket_auth.py", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def recording(folder: Path, name: str, script: Script) -> str:
    """A sample person as a folder of pictures."""
    pictures = folder / f"{name}.frames"
    pictures.mkdir()
    for number, jpeg in enumerate(samples.living(name, script)):
        (pictures / f"{number:04d}.jpg").write_bytes(jpeg)
    return str(pictures)


class TestTester:
    def test_it_enrols_and_authenticates(self, stand: Stand, credentials: Credentials, tmp_path: Path):
        source = recording(tmp_path, "obama.jpg", LIVELY * 2)
        account = (credentials.api_key, credentials.api_secret, stand.url)
        enrolled = run_tester(*account, "enrollment", "tester", "--source", source)
        assert enrolled.returncode == 0, enrolled.stderr
        assert "Enrolled: tester" in enrolled.stdout
        assert "Payload decrypted" in enrolled.stdout
        assert "blinks 1/1" in enrolled.stdout
        verified = run_tester(*account, "authentication", "tester", "--source", source, "--binary", "--json")
        assert verified.returncode == 0, verified.stderr
        lines = [json.loads(line) for line in verified.stdout.splitlines()]
        assert lines[-1]["type"] == "outcome"
        assert (lines[-1]["success"], lines[-1]["user_id"], lines[-1]["payload_decrypted"]) == (True, "tester", True)
        identified = run_tester(*account, "authentication", "--source", source)
        assert (identified.returncode, "Identified: tester" in identified.stdout) == (0, True)
        for output in (enrolled.stdout, verified.stdout, identified.stdout):
            assert not any(secret in output for secret in (*account[:2], "sess_", "encrypted_payload"))

    def test_without_success_it_fails(self, stand: Stand, credentials: Credentials, tmp_path: Path):
        source = recording(tmp_path, "obama.jpg", rest(1.0))
        done = run_tester(
            credentials.api_key, credentials.api_secret, stand.url, "enrollment", "no", "--source", source
        )
        assert done.returncode == 1
        assert "frames ended" in done.stderr

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"secret": "wrong"}, "[401]"),
            ({"url": "http://127.0.0.1:9"}, "No server answers"),
            ({"url": "127.0.0.1"}, "no address"),
            ({"source": "99"}, "Camera 99"),
            ({"source": "nowhere.mp4"}, "nowhere.mp4"),
            ({"user": "two words"}, "user_id"),
        ],
    )
    def test_what_is_broken_is_said_in_a_line(self, stand, credentials, tmp_path, change, says):
        source = recording(tmp_path, "obama.jpg", rest(0.2))
        given = {
            "key": credentials.api_key,
            "secret": credentials.api_secret,
            "url": stand.url,
            "flow": "enrollment",
            "user": "user",
            "source": source,
        } | change
        *words, camera = given.values()
        done = run_tester(*words, "--source", camera)
        assert done.returncode == 2
        assert says in done.stderr
        assert "Traceback" not in done.stderr
        assert credentials.api_secret not in done.stderr + done.stdout

    @pytest.mark.parametrize("arguments", [["enrollment"], ["enrollment", "user", "--no-liveness"], ["dance", "user"]])
    def test_usage(self, arguments):
        done = run_tester("key", "secret", "http://127.0.0.1:9", *arguments)
        assert done.returncode == 2
        assert "usage" in done.stderr


def test_the_demo_tells_its_story_and_takes_back_what_it_made(stand: Stand):
    told = stand.manage("demo", "--url", stand.url)
    assert told.count("✓") == 5
    assert "✗" not in told
    assert "recognised as demo-" in told
    assert "Face not recognized" in told
    assert "not enrolled" in told
    clients = json.loads(stand.manage("api_client", "list", "--json"))
    assert all(client["revoked_at"] for client in clients if client["name"] == "demo")


def test_the_demo_needs_the_server_it_was_told_of(stand: Stand):
    done = subprocess.run(
        [sys.executable, "manage.py", "demo", "--url", "http://127.0.0.1:9"],
        cwd=PROJECT,
        env=stand.env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "No frapi server answers at http://127.0.0.1:9" in done.stderr
