"""``manage.py evaluate verification``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from frapi.apps.ops.faces import add_face_arguments, chosen_equipment, embed_folder
from frapi.apps.scales import is_known, match_threshold
from frapi.evaluation.pairs import read_groups, read_pairs
from frapi.evaluation.verification import measure_verification, score_pairs
from frapi.evaluation.verification_report import render_verification, verification_lines

HELP = "pairs of pictures: is it the same person?"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_face_arguments(parser)
    parser.add_argument(
        "--pairs", type=Path, required=True, metavar="FILE", help="LFW's pairs*.txt, or CSV first,second,same[,fold]"
    )
    parser.add_argument("--groups", type=Path, metavar="CSV", help="path,group: both error rates by group")
    parser.add_argument(
        "--threshold",
        type=float,
        help="at which groups are compared; default: that of the strictest false match rate that the pairs support",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--report", type=Path, metavar="OUT.html", help="also write a page with curves and worst pairs")


def run(options: dict[str, Any]) -> Iterator[str]:
    """Lines to print.

    Raises:
        CommandError: files or models can't be read, or the pairs can't be measured.
    """
    try:
        pairs = read_pairs(options["pairs"], options["images"])
    except (OSError, ValueError) as error:
        raise CommandError(f"{options['pairs']}: {error}") from error
    try:
        groups = read_groups(options["groups"]) if options["groups"] else {}
    except (OSError, ValueError) as error:
        raise CommandError(f"{options['groups']}: {error}") from error
    equipment = chosen_equipment(options)
    contract = equipment.recognizer.contract
    embedded = embed_folder(
        [path for pair in pairs for path in (pair.first, pair.second)], equipment, options, thorough=True
    )
    try:
        scored = score_pairs(pairs, embedded)
        result = measure_verification(
            scored,
            embedded,
            contract=contract,
            groups=groups,
            threshold=options["threshold"],
            server_threshold=match_threshold(contract) if is_known(contract) else None,
        )
    except ValueError as error:
        raise CommandError(f"{options['pairs']}: {error}") from error
    if options["report"]:
        options["report"].write_text(render_verification(result, scored, options["images"]), encoding="utf-8")
    if options["json"]:
        yield json.dumps(result.to_json(), indent=2)
    else:
        yield from verification_lines(result)
