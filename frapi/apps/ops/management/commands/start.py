"""``manage.py start``: sets up whatever is missing, then serves. What ``make run`` calls."""

from __future__ import annotations

import argparse
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from frapi.apps.accounts import services
from frapi.apps.accounts.models import ApiClient
from frapi.apps.database import demand_database, installation_held
from frapi.modelpack import registry
from frapi.modelpack.build import verify
from frapi.modelpack.store import ModelState, ModelStore


class Command(BaseCommand):
    requires_system_checks = []  # runserver runs them
    help = "Build the models, migrate the database and make a first API client where they are missing, then serve."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--prepare-only", action="store_true", help="don't serve")

    def handle(self, *args: Any, **options: Any) -> None:
        self._demand_database()
        self._build_models()
        with installation_held():
            call_command("migrate", verbosity=0, stdout=self.stdout)
            self._introduce()
        self.stdout.flush()
        if not options["prepare_only"]:
            call_command("runserver", stdout=self.stdout, stderr=self.stderr)

    def _demand_database(self) -> None:
        try:
            demand_database()
        except ImproperlyConfigured as error:
            raise CommandError(f"frapi can't start: {error}") from None

    def _build_models(self) -> None:
        state = verify(ModelStore(settings.FRAPI.models_dir))
        if all(state[spec.name] is ModelState.READY for spec, _ in registry.built_models()):
            return
        self.stdout.write("Building the model pack: about 27 MB to fetch, this once.")
        self.stdout.flush()
        call_command("models", "build", stdout=self.stdout, stderr=self.stderr)

    def _introduce(self) -> None:
        """Say where everything is; on the very first start also hand out credentials."""
        base = settings.FRAPI.public_url or f"http://{settings.FRAPI.host}:{settings.FRAPI.port}"
        lines = [
            "",
            *([] if settings.FRAPI.console == "off" else [f"  Console        {base}/"]),
            f"  Documentation  {base}/docs/",
            f"  API reference  {base}/api/schema/",
            f"  Health         {base}/health/",
            "",
        ]
        if ApiClient.objects.exists():
            lines += ["  A further API client:  .venv/bin/python manage.py api_client create NAME", ""]
        else:
            new = services.create_client("first client")
            lines = [
                "",
                "  Your first API client. Keep its secret now: it can't be shown again.",
                "",
                f"  API key     {new.api_key}",
                f"  API secret  {new.api_secret}",
                *lines,
                "  Try next, in another terminal:",
                "",
                f"    .venv/bin/python manage.py demo --url {base}      (needs no camera)",
                f"    .venv/bin/python test_websocket_auth.py {new.api_key} {new.api_secret} {base} enrollment user123",
                "",
            ]
        self.stdout.write("\n".join(lines))
