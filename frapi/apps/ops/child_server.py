"""A server of our own, as a child process: for the demo, and for tests that want the real thing."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from frapi.errors import Unavailable

PROJECT = Path(__file__).resolve().parents[3]
START_TIMEOUT_S = 60.0
"""Loading Django and its apps takes seconds on a machine that does other things too."""
STOP_TIMEOUT_S = 20.0
"""The server drains its sessions for up to 10 s."""

_ANNOUNCEMENT = re.compile(r"frapi serves on (http://\S+?)/ ")


class ChildServer:
    """``manage.py runserver`` on a free loopback port.

    Args:
        log: where its output goes, JSON lines among it; appended to.
        env: its whole environment; None for ours.
        port: 0 takes a free one; a restarted server may want its old one.
    """

    def __init__(self, log: Path, *, env: Mapping[str, str] | None = None, port: int = 0) -> None:
        self._log, self._env, self._port = log, env, port
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._running.pid

    def start(self) -> None:
        """Start it and wait until it accepts connections.

        Raises:
            Unavailable: it ended, or did not start in time; its log says why.
        """
        with self._log.open("ab") as output:
            written = output.tell()
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "runserver", f"127.0.0.1:{self._port}"],
                cwd=PROJECT,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline and self._process.poll() is None:
            announced = _ANNOUNCEMENT.search(self._log.read_bytes()[written:].decode(errors="replace"))
            if announced:
                self.url = announced[1]
                self._port = int(self.url.rpartition(":")[2])
                return
            time.sleep(0.05)
        self.stop()
        raise Unavailable(f"The server did not start; see {self._log}")

    def stop(self) -> None:
        """Ask it to end, and see to it that it does; it has drained its sessions then."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self._running.kill()
        self._running.wait()

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise Unavailable("The server isn't running")
        return self._process
