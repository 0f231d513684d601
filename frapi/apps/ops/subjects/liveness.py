"""``manage.py evaluate liveness``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from frapi.apps.ops.progress import progress_bar
from frapi.errors import FrapiError
from frapi.evaluation import liveness
from frapi.evaluation.liveness_report import liveness_lines, render_liveness
from frapi.inference.onnx import OnnxModelRunner
from frapi.modelpack.store import ModelStore

HELP = "living people, and attacks made of them"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--clips", type=Path, required=True, metavar="DIR", help="videos and folders of frames")
    parser.add_argument("--labels", type=Path, metavar="CSV", help="blinks: clip,start_s,end_s")
    parser.add_argument("--attacks", action="store_true", help="also make attacks of the clips, and of --photos")
    parser.add_argument("--photos", type=Path, metavar="DIR", help="photographs to make more attacks of")
    parser.add_argument("--fps", type=float, default=10.0, help="frames per second; default 10")
    parser.add_argument("--max-frames", type=int, default=300, help="of one clip; default 300")
    parser.add_argument("--attack-frames", type=int, default=40, help="of one attack; default 40")
    parser.add_argument("--without-pad", action="store_true", help="leave passive detection out, though installed")
    parser.add_argument("--json", action="store_true", help="print JSON, film by film")
    parser.add_argument("--report", type=Path, metavar="OUT.html", help="also write a page")


def run(options: dict[str, Any]) -> Iterator[str]:
    """Lines to print.

    Raises:
        CommandError: films, labels or models can't be read.
    """
    campaign = liveness.Campaign(
        fps=options["fps"],
        max_frames=options["max_frames"],
        attack_frames=options["attack_frames"],
        attacks=options["attacks"],
        passive=not options["without_pad"],
    )
    runner = OnnxModelRunner(ModelStore(settings.FRAPI.models_dir))
    results = []
    try:
        labels = liveness.read_blinks(options["labels"]) if options["labels"] else {}
        with progress_bar("looking at films") as progress:
            for result in liveness.evaluate(options["clips"], options["photos"], runner, campaign):
                results.append(result)
                progress(len(results), None)
    except (OSError, ValueError) as error:
        raise CommandError(str(error)) from error
    except FrapiError as error:
        raise CommandError(error.message) from error
    species, blinks = liveness.summarise(results), liveness.tally_blinks(results, labels)
    if options["report"]:
        options["report"].write_text(render_liveness(species, blinks, results), encoding="utf-8")
    if options["json"]:
        yield json.dumps(liveness.to_json(results, species, blinks), indent=2)
    else:
        yield from liveness_lines(species, blinks)
