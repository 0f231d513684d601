"""``manage.py api_client create|list|rotate|revoke``."""

from __future__ import annotations

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from frapi.apps.accounts import services
from frapi.apps.accounts.models import ORIGIN_REQUIRED, ApiClient
from frapi.apps.accounts.services import NewClient
from frapi.errors import InvalidInput, NotFound


class Command(BaseCommand):
    help = "Make, list, rotate and revoke API clients."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="action", required=True, parser_class=argparse.ArgumentParser)
        create = commands.add_parser("create", help="make a client; its key and secret are shown this once")
        create.add_argument("name")
        create.add_argument("--may-skip-liveness", action="store_true", help="allow require_liveness: false")
        create.add_argument(
            "--allow-origin",
            action="append",
            default=[],
            metavar="ORIGIN",
            help="let only this origin open its WebSockets; may be repeated",
        )
        create.add_argument("--require-origin", action="store_true", help="refuse native apps, which send no origin")
        create.add_argument(
            "--policy-floor",
            type=_json,
            default={},
            metavar="JSON",
            help="""least demands on its sessions, e.g. '{"required_blinks": 1}'""",
        )
        listing = commands.add_parser("list", help="show all clients; no secret is among what is shown")
        rotate = commands.add_parser("rotate", help="replace a client's key and secret")
        revoke = commands.add_parser("revoke", help="end a client for good")
        for each in (rotate, revoke):
            each.add_argument("client", help="its id, or its name when no other client has that name")
        for each in (create, listing, rotate, revoke):
            each.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['action']}")(options)
        except InvalidInput as error:
            raise CommandError(f"{error.details.get('field')}: {error.message}") from None
        except NotFound as error:
            raise CommandError(error.message) from None

    def _create(self, options: dict[str, Any]) -> None:
        self._show_credentials(
            services.create_client(
                options["name"],
                may_skip_liveness=options["may_skip_liveness"],
                allowed_origins=[*options["allow_origin"], *([ORIGIN_REQUIRED] if options["require_origin"] else [])],
                policy_floor=options["policy_floor"],
            ),
            options,
        )

    def _list(self, options: dict[str, Any]) -> None:
        rows = [
            {
                "id": str(client.id),
                "name": client.name,
                "created_at": client.created_at.isoformat(),
                "revoked_at": client.revoked_at and client.revoked_at.isoformat(),
                "may_skip_liveness": client.may_skip_liveness,
                "allowed_origins": client.allowed_origins,
                "policy_floor": client.policy_floor,
            }
            for client in ApiClient.objects.all()
        ]
        if options["json"]:
            self.stdout.write(json.dumps(rows))
            return
        for row in rows:
            state = f"revoked {row['revoked_at']:.19}" if row["revoked_at"] else f"since {row['created_at']:.19}"
            self.stdout.write(f"{row['id']}  {state}  {row['name']}")
        if not rows:
            self.stdout.write("There is no API client yet.")

    def _rotate(self, options: dict[str, Any]) -> None:
        client = services.find_client(options["client"])
        if client.is_revoked:
            raise CommandError("This client is revoked; make a new one.")
        self._show_credentials(services.rotate_client(client), options)

    def _revoke(self, options: dict[str, Any]) -> None:
        client = services.find_client(options["client"])
        services.revoke_client(client)
        line = json.dumps({"id": str(client.id), "name": client.name}) if options["json"] else f"Revoked {client}."
        self.stdout.write(line)

    def _show_credentials(self, new: NewClient, options: dict[str, Any]) -> None:
        shown = {
            "id": str(new.client.id),
            "name": new.client.name,
            "api_key": new.api_key,
            "api_secret": new.api_secret,
        }
        if options["json"]:
            self.stdout.write(json.dumps(shown))
            return
        for name, value in shown.items():
            self.stdout.write(f"{name:<11}{value}")
        self.stdout.write("Keep the secret now: it can't be shown again.")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise argparse.ArgumentTypeError("not JSON") from None
