"""One of several server processes: ``python -m frapi.apps.ops.worker LISTENER``, as its supervisor starts it.

Its listening socket and its environment are inherited, and standard input is a socket to the supervisor: one byte says
that connections are taken, and its end that the supervisor is gone.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading

import django
from django.conf import settings

from frapi.apps.ops.server import serve


def _end_with(supervisor: socket.socket) -> None:
    supervisor.recv(1)
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    django.setup()
    supervisor = socket.socket(fileno=sys.stdin.fileno())
    threading.Thread(target=_end_with, args=[supervisor], daemon=True).start()
    listener = socket.socket(fileno=int(sys.argv[1]))
    serve(listener, max_image_bytes=settings.FRAPI.max_image_bytes, on_started=lambda: supervisor.sendall(b"+"))


if __name__ == "__main__":
    main()
