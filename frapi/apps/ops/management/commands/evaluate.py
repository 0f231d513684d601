"""``manage.py evaluate SUBJECT``: measure the networks and the session on pictures and films of one's own."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from frapi.apps.ops.subjects import identification, liveness, obstacles, verification

SUBJECTS = {
    "verification": verification,
    "identification": identification,
    "liveness": liveness,
    "obstacles": obstacles,
}


class Command(BaseCommand):
    help = "Measure how well people are recognised, living people told from attacks, and obstacles seen."
    # Needs neither the database nor the addresses.
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        subjects = parser.add_subparsers(dest="subject", required=True, metavar="|".join(SUBJECTS))
        for name, subject in SUBJECTS.items():
            subject.add_arguments(subjects.add_parser(name, help=subject.HELP))

    def handle(self, *args: Any, **options: Any) -> None:
        report = options.get("report")
        if report is not None and not report.parent.is_dir():
            raise CommandError(f"{report}: there is no folder {report.parent}")
        for line in SUBJECTS[options["subject"]].run(options):
            self.stdout.write(line)
