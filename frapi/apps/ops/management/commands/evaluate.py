"""``manage.py evaluate obstacles``: measure a network on labelled pictures."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from frapi.errors import ModelMissing
from frapi.evaluation import obstacles
from frapi.evaluation.report import describe_rate, render_report
from frapi.inference.onnx import OnnxModelRunner
from frapi.modelpack.store import ModelStore


class Command(BaseCommand):
    help = "Measure how well the networks do on labelled pictures."
    # Needs neither the database nor the addresses.
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        subjects = parser.add_subparsers(dest="subject", required=True, metavar="obstacles")
        one = subjects.add_parser("obstacles", help="glasses, masks, hats and hands")
        one.add_argument("--images", type=Path, required=True, metavar="DIR", help="where the labels' paths begin")
        one.add_argument("--labels", type=Path, required=True, metavar="CSV", help="path,obstacle,label[,how]")
        one.add_argument("--json", action="store_true", help="print JSON")
        one.add_argument("--report", type=Path, metavar="OUT.html", help="also write a page with curves and mistakes")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = obstacles.read_labels(options["labels"])
        except (OSError, ValueError) as error:
            raise CommandError(f"{options['labels']}: {error}") from error
        runner = OnnxModelRunner(ModelStore(settings.FRAPI.models_dir))
        try:
            scored = list(obstacles.score_pictures(rows, options["images"], runner, self._progress))
        except ModelMissing as error:
            raise CommandError(error.message) from error
        results = obstacles.measure(scored, settings.FRAPI.obstacle_thresholds)
        if options["report"]:
            options["report"].write_text(render_report("Obstacles", scored, results), encoding="utf-8")
        if options["json"]:
            self.stdout.write(json.dumps(obstacles.to_json(results), indent=2))
            return
        for result in results:
            auc = "-" if result.auc is None else f"{result.auc:.4f}"
            self.stdout.write(
                f"{result.obstacle}, threshold {result.threshold:.2f}, AUC {auc}\n"
                f"  found:                 {describe_rate(result.true_positives)}\n"
                f"  clean frames rejected: {describe_rate(result.false_positives)}\n"
                f"  without a usable face: {result.without_face}"
            )

    def _progress(self, done: int, total: int) -> None:
        if sys.stderr.isatty() and (done % 20 == 0 or done == total):
            self.stderr.write(f"\r{done} of {total} pictures", ending="\n" if done == total else "")
            self.stderr.flush()
