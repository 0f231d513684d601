"""``manage.py enroll_folder DIR --client NAME``: enrol many users from pictures."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from frapi.apps.accounts.services import find_client
from frapi.apps.ops.bulk.enrollment import Status, UserReport, enroll_people
from frapi.apps.ops.bulk.pictures import people_in
from frapi.apps.ops.logging import log_to_stderr
from frapi.apps.ops.progress import progress_bar
from frapi.errors import FrapiError
from frapi.inference.factory import get_analyzer


class Command(BaseCommand):
    help = (
        "Enrol users from pictures: a folder for each, or a file whose name is the user. What a session's frames must "
        "meet, the pictures must meet, but nobody is seen alive. Interrupted, it goes on where it was."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--client", required=True, metavar="NAME", help="whose users they are: its name or id")
        parser.add_argument("--replace", action="store_true", help="also those who have another template already")
        parser.add_argument("--json", action="store_true", help="one line of JSON a user, then one with the counts")

    def handle(self, *args: Any, **options: Any) -> None:
        log_to_stderr()
        try:
            client = find_client(options["client"])
            people = people_in(options["folder"])
        except FrapiError as error:
            raise CommandError(error.message) from None
        except (ValueError, OSError) as error:
            raise CommandError(str(error)) from error
        if client.is_revoked:
            raise CommandError("This client is revoked.")
        counts: Counter[str] = Counter()
        try:
            with progress_bar("enrolling") as progress:
                reports = enroll_people(
                    client,
                    people,
                    get_analyzer(),
                    replace=options["replace"],
                    threads=settings.FRAPI.analyzer_threads,
                )
                for done, report in enumerate(reports, 1):
                    counts[report.status] += 1
                    progress(done, len(people))
                    for line in [json.dumps(report.to_json())] if options["json"] else _lines(report):
                        self.stdout.write(line)
                        self.stdout.flush()
        except FrapiError as error:
            raise CommandError(error.message) from error
        except KeyError as error:
            raise CommandError(f"Nothing is known about the scores of {error}: run calibrate first.") from error
        summary = {status.value: counts[status] for status in Status}
        if options["json"]:
            self.stdout.write(json.dumps({"summary": summary}))
        else:
            self.stdout.write(", ".join(f"{count} {name}" for name, count in summary.items()))


def _lines(report: UserReport) -> list[str]:
    """What is worth a line: nothing for a user whose every picture was taken."""
    lines = []
    if report.status is Status.REFUSED:
        lines.append(f"{report.user_id}: refused, {report.reason}")
    elif report.status is Status.ENROLLED and report.refused:
        lines.append(f"{report.user_id}: enrolled from {report.pictures}")
    if report.duplicate_of is not None:
        lines.append(f"{report.user_id}: has the face of {report.duplicate_of}")
    return lines + [f"  {picture}: {reason}" for picture, reason in report.refused.items()]
