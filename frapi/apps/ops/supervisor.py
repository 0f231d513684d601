"""Several server processes that take connections from one socket, and are kept alive until they are told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Callable
from pathlib import Path

from frapi.apps.ops.server import CLOSE_TIMEOUT_S, DRAIN_TIMEOUT_S
from frapi.errors import Unavailable

logger = logging.getLogger(__name__)

PROJECT = Path(__file__).resolve().parents[3]
REPLACE_AFTER_S = 1.0
"""So that a process which dies as soon as it has started isn't started as fast as the machine can."""
STOP_TIMEOUT_S = DRAIN_TIMEOUT_S + CLOSE_TIMEOUT_S + 3.0
"""What a process allows itself, and a little for the interpreter's own end."""


class Supervisor:
    """Runs :mod:`frapi.apps.ops.worker` ``count`` times until SIGINT or SIGTERM, and replaces what dies.

    Args:
        listener: bound and listening.
        on_started: called once all of them take connections.
    """

    def __init__(self, listener: socket.socket, count: int, *, on_started: Callable[[], None]) -> None:
        self._listener, self._count, self._on_started = listener, count, on_started
        self._workers: set[Process] = set()
        self._started = 0
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Returns once every process has drained its sessions and ended.

        Raises:
            Unavailable: one ended before it had ever taken a connection; its log says why.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stopping.set)
        places = [asyncio.create_task(self._keep_one()) for _ in range(self._count)]
        told = asyncio.create_task(self._stopping.wait())
        await asyncio.wait([told, *places], return_when=asyncio.FIRST_COMPLETED)
        self._stopping.set()
        self._listener.close()  # each of them closes its own: then nobody is left waiting for an accept
        for worker in self._workers:
            worker.terminate()
        _, late = await asyncio.wait(places, timeout=STOP_TIMEOUT_S)
        if late:
            for worker in self._workers:
                worker.kill()
        await asyncio.gather(*places)

    async def _keep_one(self) -> None:
        while not self._stopping.is_set():
            worker, reader, writer = await self._start()
            self._workers.add(worker)
            if self._stopping.is_set():
                worker.terminate()
            took_connections = bool(await reader.read(1))
            if took_connections:
                self._started += 1
                if self._started == self._count:
                    self._on_started()
            status = await worker.wait()
            self._workers.discard(worker)
            writer.close()
            if self._stopping.is_set():
                return
            if not took_connections and self._started < self._count:
                raise Unavailable("A server process ended before it had started")
            logger.error("worker_died", extra={"status": status})
            await asyncio.sleep(REPLACE_AFTER_S)

    async def _start(self) -> tuple[Process, asyncio.StreamReader, asyncio.StreamWriter]:
        """A process and the line to it: a byte comes when it takes connections, and it ends when the line is closed."""
        ours, theirs = socket.socketpair()
        with theirs:
            worker = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "frapi.apps.ops.worker", str(self._listener.fileno())),
                cwd=PROJECT,
                stdin=theirs.fileno(),
                pass_fds=[self._listener.fileno()],
                process_group=0,  # Ctrl+C is for the supervisor, who tells them
            )
        return worker, *await asyncio.open_connection(sock=ours)
