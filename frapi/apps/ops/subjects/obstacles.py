"""``manage.py evaluate obstacles``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from frapi.apps.ops.progress import progress_bar
from frapi.errors import ModelMissing
from frapi.evaluation import obstacles
from frapi.evaluation.report import describe_rate, render_report
from frapi.inference.onnx import OnnxModelRunner
from frapi.modelpack.store import ModelStore

HELP = "glasses, masks, hats and hands"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--images", type=Path, required=True, metavar="DIR", help="where the labels' paths begin")
    parser.add_argument("--labels", type=Path, required=True, metavar="CSV", help="path,obstacle,label[,how]")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--report", type=Path, metavar="OUT.html", help="also write a page with curves and mistakes")


def run(options: dict[str, Any]) -> Iterator[str]:
    """Lines to print.

    Raises:
        CommandError: labels or models can't be read.
    """
    try:
        rows = obstacles.read_labels(options["labels"])
    except (OSError, ValueError) as error:
        raise CommandError(f"{options['labels']}: {error}") from error
    runner = OnnxModelRunner(ModelStore(settings.FRAPI.models_dir))
    try:
        with progress_bar("looking at pictures") as progress:
            scored = list(obstacles.score_pictures(rows, options["images"], runner, progress))
    except ModelMissing as error:
        raise CommandError(error.message) from error
    results = obstacles.measure(scored, settings.FRAPI.obstacle_thresholds)
    if options["report"]:
        options["report"].write_text(render_report("Obstacles", scored, results), encoding="utf-8")
    if options["json"]:
        yield json.dumps(obstacles.to_json(results), indent=2)
        return
    for result in results:
        auc = "-" if result.auc is None else f"{result.auc:.4f}"
        yield f"{result.obstacle}, threshold {result.threshold:.2f}, AUC {auc}"
        yield f"  found:                 {describe_rate(result.true_positives)}"
        yield f"  clean frames rejected: {describe_rate(result.false_positives)}"
        yield f"  without a usable face: {result.without_face}"
