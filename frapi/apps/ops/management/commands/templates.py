"""``manage.py templates export|import``: carry a tenant's templates to another installation, sealed."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from frapi.apps.accounts.services import find_client
from frapi.apps.ops.bulk.archive import ArchiveKey
from frapi.apps.ops.bulk.transfer import Conflict, export_templates, import_templates
from frapi.apps.ops.logging import log_to_stderr
from frapi.apps.ops.progress import progress_bar
from frapi.errors import FrapiError, IntegrityError
from frapi.inference.factory import get_analyzer


class Command(BaseCommand):
    help = "Carry a client's templates to another installation, in one sealed file."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="export|import")
        out = actions.add_parser("export", help="write all templates of a client into one sealed file")
        into = actions.add_parser("import", help="store the templates of such a file; all of them, or none")
        into.add_argument(
            "--conflicts",
            type=Conflict,
            choices=list(Conflict),
            help="users who have a template here already: keep theirs, or replace it; default: refuse the file",
        )
        for each in (out, into):
            each.add_argument("file", type=Path, metavar="FILE")
            each.add_argument("--client", required=True, metavar="NAME", help="whose users they are: its name or id")
            key = each.add_mutually_exclusive_group()
            key.add_argument("--passphrase-file", type=Path, metavar="FILE", help="its first line; default: ask for it")
            key.add_argument("--key-file", type=Path, metavar="FILE", help="base64 of 32 random bytes")

    def handle(self, *args: Any, **options: Any) -> None:
        log_to_stderr()
        file, export = options["file"], options["action"] == "export"
        try:
            client = find_client(options["client"])
            if export and file.exists():
                raise CommandError(f"{file} is there already")
            key = _key(options, new=export)
            with progress_bar(f"{options['action']}ing") as progress:
                if export:
                    count = export_templates(client, file, key, progress)
                    said = f"{count} templates written to {file}"
                else:
                    report = import_templates(
                        client,
                        file,
                        key,
                        contracts=get_analyzer().info().contracts,
                        conflict=options["conflicts"],
                        progress=progress,
                    )
                    said = f"{report.imported} imported, {report.replaced} replaced, {report.skipped} skipped"
        except IntegrityError as error:
            said = (
                "A stored template doesn't verify."
                if export
                else "The key is wrong, or the file was changed or cut off. Nothing was imported."
            )
            raise CommandError(said) from error
        except FrapiError as error:
            raise CommandError(error.message) from error
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror or error}") from error
        self.stdout.write(said)


def _key(options: dict[str, Any], *, new: bool) -> ArchiveKey:
    """
    Raises:
        CommandError: there is nobody to ask, or what was typed differs.
        InvalidInput: it is no passphrase or key.
    """
    if options["key_file"]:
        return ArchiveKey.from_base64(_text(options["key_file"]))
    if options["passphrase_file"]:
        return ArchiveKey.from_passphrase(_text(options["passphrase_file"]).split("\n", 1)[0].rstrip("\r"))
    if not sys.stdin.isatty():
        raise CommandError("Give --passphrase-file or --key-file: there is no terminal to ask at.")
    passphrase = getpass.getpass("Passphrase: ")
    if new and getpass.getpass("Once more: ") != passphrase:
        raise CommandError("The two passphrases differ.")
    return ArchiveKey.from_passphrase(passphrase)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise CommandError(f"{file} is no text") from None
