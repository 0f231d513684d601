"""``manage.py evaluate obstacles|liveness``: measure the networks and the session on pictures and films."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from frapi.errors import FrapiError, ModelMissing
from frapi.evaluation import liveness, obstacles
from frapi.evaluation.liveness_report import liveness_lines, render_liveness
from frapi.evaluation.report import describe_rate, render_report
from frapi.inference.onnx import OnnxModelRunner
from frapi.modelpack.store import ModelStore


class Command(BaseCommand):
    help = "Measure how well obstacles are told, and living people from attacks."
    # Needs neither the database nor the addresses.
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        subjects = parser.add_subparsers(dest="subject", required=True, metavar="obstacles|liveness")
        one = subjects.add_parser("obstacles", help="glasses, masks, hats and hands")
        one.add_argument("--images", type=Path, required=True, metavar="DIR", help="where the labels' paths begin")
        one.add_argument("--labels", type=Path, required=True, metavar="CSV", help="path,obstacle,label[,how]")
        one.add_argument("--json", action="store_true", help="print JSON")
        one.add_argument("--report", type=Path, metavar="OUT.html", help="also write a page with curves and mistakes")
        two = subjects.add_parser("liveness", help="living people, and attacks made of them")
        two.add_argument("--clips", type=Path, required=True, metavar="DIR", help="videos and folders of frames")
        two.add_argument("--labels", type=Path, metavar="CSV", help="blinks: clip,start_s,end_s")
        two.add_argument("--attacks", action="store_true", help="also make attacks of the clips, and of --photos")
        two.add_argument("--photos", type=Path, metavar="DIR", help="photographs to make more attacks of")
        two.add_argument("--fps", type=float, default=10.0, help="frames per second; default 10")
        two.add_argument("--max-frames", type=int, default=300, help="of one clip; default 300")
        two.add_argument("--attack-frames", type=int, default=40, help="of one attack; default 40")
        two.add_argument("--without-pad", action="store_true", help="leave passive detection out, though installed")
        two.add_argument("--json", action="store_true", help="print JSON, film by film")
        two.add_argument("--report", type=Path, metavar="OUT.html", help="also write a page")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["subject"] == "liveness":
            self._liveness(options)
        else:
            self._obstacles(options)

    def _liveness(self, options: dict[str, Any]) -> None:
        campaign = liveness.Campaign(
            fps=options["fps"],
            max_frames=options["max_frames"],
            attack_frames=options["attack_frames"],
            attacks=options["attacks"],
            passive=not options["without_pad"],
        )
        runner = OnnxModelRunner(ModelStore(settings.FRAPI.models_dir))
        try:
            labels = liveness.read_blinks(options["labels"]) if options["labels"] else {}
            results = []
            for result in liveness.evaluate(options["clips"], options["photos"], runner, campaign):
                results.append(result)
                self._progress(len(results), None)
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        except FrapiError as error:
            raise CommandError(error.message) from error
        species, blinks = liveness.summarise(results), liveness.tally_blinks(results, labels)
        if options["report"]:
            options["report"].write_text(render_liveness(species, blinks, results), encoding="utf-8")
        if options["json"]:
            self.stdout.write(json.dumps(liveness.to_json(results, species, blinks), indent=2))
            return
        for line in liveness_lines(species, blinks):
            self.stdout.write(line)

    def _obstacles(self, options: dict[str, Any]) -> None:
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

    def _progress(self, done: int, total: int | None) -> None:
        if sys.stderr.isatty() and (total is None or done % 20 == 0 or done == total):
            what = f"{done} films" if total is None else f"{done} of {total} pictures"
            self.stderr.write(f"\r{what}", ending="\n" if done == total else "")
            self.stderr.flush()
