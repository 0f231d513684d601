"""``manage.py runserver [[ADDRESS:]PORT]``: the ASGI server, WebSockets included."""

from __future__ import annotations

import argparse
import asyncio
import errno
import logging
import os
import re
import socket
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils import autoreload

from frapi.apps.database import demand_database
from frapi.apps.ops.recognition import demand_usable
from frapi.apps.ops.server import serve
from frapi.apps.ops.supervisor import Supervisor
from frapi.errors import GalleryMisconfigured, Unavailable
from frapi.gallery.factory import describe_gallery

logger = logging.getLogger(__name__)

_ADDRESS_AND_PORT = re.compile(r"(?:(?P<host>\[[0-9A-Fa-f:]+\]|[^\[\]:]+):)?(?P<port>[0-9]{1,5})")


class Command(BaseCommand):
    help = "Serve REST and WebSockets. For development and production alike."
    requires_system_checks = "__all__"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("addrport", nargs="?", help="[ADDRESS:]PORT; default: FRAPI_HOST and PORT")
        reload = parser.add_mutually_exclusive_group()
        reload.add_argument("--reload", action="store_true", help="start again whenever the code changes")
        reload.add_argument("--noreload", action="store_false", dest="reload", help="the default")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["reload"]:
            autoreload.run_with_reloader(self._run, options["addrport"])
        else:
            self._run(options["addrport"])

    def _run(self, addrport: str | None) -> None:
        host, port = _parse(addrport)
        for name in settings.FRAPI.unknown_variables:
            logger.warning("%s is no setting and does nothing; docs/settings.md lists those that there are", name)
        try:
            demand_usable()
            _demand_redis()
            demand_database()
            describe_gallery()
        except GalleryMisconfigured as error:
            raise CommandError(f"frapi can't start: {error.message}") from None
        except ImproperlyConfigured as error:
            raise CommandError(f"frapi can't start: {error}") from None
        self.check_migrations()
        listener = _listen(host, port)
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listener.getsockname()[1]}/"

        def announce() -> None:
            self.stdout.write(f"frapi serves on {address} (stop with Ctrl+C)")
            self.stdout.flush()

        if settings.FRAPI.workers > 1:
            _supervise(listener, announce)
            return
        try:
            serve(listener, max_image_bytes=settings.FRAPI.max_image_bytes, on_started=announce)
        except KeyboardInterrupt:  # uvicorn raises it again once it has shut down
            self.stdout.write("Stopped.")


def _supervise(listener: socket.socket, on_started: Callable[[], None]) -> None:
    if os.name != "posix":
        raise CommandError("FRAPI_WORKERS: this system can't share a socket among processes; set it to 1")
    if settings.FRAPI.redis_url is None:
        logger.warning("FRAPI_WORKERS: without REDIS_URL each process counts failed sign-ins for itself")
    try:
        asyncio.run(Supervisor(listener, settings.FRAPI.workers, on_started=on_started).run())
    except Unavailable as error:
        raise CommandError(f"{error.message}; its log says why") from None


def _demand_redis() -> None:
    """A Redis that is away may come back, and sessions go on without it; one that refuses us never will be of use."""
    if settings.FRAPI.redis_url is None:
        return
    from frapi.apps.shared import link  # where REDIS_URL is unset its package may be absent

    if not link.is_reachable(settings.FRAPI.redis_url):
        logger.warning("REDIS_URL: no answer from there; until there is one nobody can sign in")


def _parse(addrport: str | None) -> tuple[str, int]:
    if addrport is None:
        return settings.FRAPI.host, settings.FRAPI.port
    match = _ADDRESS_AND_PORT.fullmatch(addrport)
    if match is None or int(match["port"]) > 65535:
        raise CommandError(f"{addrport} is no [ADDRESS:]PORT")
    return (match["host"] or settings.FRAPI.host).strip("[]"), int(match["port"])


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address, family=family, backlog=2048)
    except UnicodeError:
        raise CommandError(f"Can't listen on {host}. Set FRAPI_HOST to an address of this machine.") from None
    except OSError as error:
        wrong_host = isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL
        remedy = "FRAPI_HOST to an address of this machine" if wrong_host else "PORT to a free one"
        raise CommandError(f"Can't listen on {host}:{port} ({error.strerror}). Set {remedy}.") from None
