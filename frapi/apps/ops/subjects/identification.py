"""``manage.py evaluate identification``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from frapi.apps.ops.faces import add_face_arguments, chosen_equipment, embed_folder
from frapi.apps.scales import identification_threshold, is_known
from frapi.evaluation.identification import divide, gallery_sizes, measure_identification, search_everybody
from frapi.evaluation.identification_report import identification_lines, render_identification
from frapi.evaluation.people import pictures_below

HELP = "folders of people: who is it, and is he enrolled at all?"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_face_arguments(parser)
    parser.add_argument("--gallery-samples", type=int, default=1, help="pictures fused into a template; default 1")
    parser.add_argument("--strangers", type=float, default=0.5, help="share of people never enrolled; default 0.5")
    parser.add_argument("--seed", type=int, default=0, help="of the draws who is enrolled, and with which pictures")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--report", type=Path, metavar="OUT.html", help="also write a page with curves and mistakes")


def run(options: dict[str, Any]) -> Iterator[str]:
    """Lines to print.

    Raises:
        CommandError: pictures or models can't be read, or there are too few people.
    """
    samples = options["gallery_samples"]
    if samples < 1:
        raise CommandError("--gallery-samples must be 1 or more")
    if not 0 < options["strangers"] < 1:
        raise CommandError("--strangers must lie between 0 and 1")
    equipment = chosen_equipment(options)
    contract = equipment.recognizer.contract
    try:
        embedded = embed_folder(pictures_below(options["images"]), equipment, options, thorough=True)
        division = divide(
            embedded, contract, gallery_samples=samples, strangers=options["strangers"], seed=options["seed"]
        )
        sizes = gallery_sizes(division) if is_known(contract) else []
        asked = {size: identification_threshold(contract, size) for size in sizes}
        result = measure_identification(
            division, embedded, contract=contract, gallery_samples=samples, server_thresholds=asked
        )
    except ValueError as error:
        raise CommandError(str(error)) from error
    if options["report"]:
        page = render_identification(result, division, search_everybody(division), options["images"])
        options["report"].write_text(page, encoding="utf-8")
    if options["json"]:
        yield json.dumps(result.to_json(), indent=2)
    else:
        yield from identification_lines(result)
