"""A Redis of a test's own, which can be killed, stopped in its tracks, and brought back where it was."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

START_TIMEOUT_S = 10.0


class RedisServer:
    """``redis-server`` on a loopback port; nothing of it is kept on disk.

    Args:
        password: demanded of every client.
    """

    def __init__(self, folder: Path, *, password: str = "") -> None:
        self._folder, self._password = folder, password
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/3"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Returns once it answers."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        options += ["--requirepass", self._password] if self._password else []
        with (self._folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(["redis-server", *options], cwd=self._folder, stdout=log, stderr=log)
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self._answers():
            assert time.monotonic() < deadline, (self._folder / "redis.log").read_text()
            assert self._process.poll() is None, (self._folder / "redis.log").read_text()
            time.sleep(0.01)

    def kill(self) -> None:
        """As a crash does it."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def cut_off(self) -> None:
        """From now on it takes connections and answers none, as behind a broken network."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def bring_back(self) -> None:
        """Let it go on after :meth:`cut_off`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                line.sendall(b"PING\r\n")
                return line.recv(5) in {b"+PONG", b"-NOAU"}
        except OSError:
            return False


@contextmanager
def running_redis(folder: Path, *, password: str = "") -> Iterator[RedisServer]:
    """A :class:`RedisServer` that runs; skips the test where the program isn't installed."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server isn't installed (Debian: apt install redis-server)")
    server = RedisServer(folder, password=password)
    server.start()
    try:
        yield server
    finally:
        server.kill()
