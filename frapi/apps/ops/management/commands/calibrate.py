"""``manage.py calibrate``: choose the threshold of a match on the operator's own pictures."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from frapi.apps.ops.faces import add_face_arguments, chosen_equipment, embed_folder
from frapi.evaluation.calibration import Evidence, Request, calibrate
from frapi.evaluation.people import pictures_below
from frapi.evaluation.report import describe_rate
from frapi.liveness import scoring
from frapi.liveness.calibration import Calibration

# Sizes of a gallery for which the threshold is told.
GALLERIES = (100, 1_000, 10_000, 100_000, 1_000_000)


class Command(BaseCommand):
    help = (
        "Choose the threshold of a match, and what `confidence` means, on your own pictures of people: a folder for "
        "each, or file names that differ in numbers only. The server reads the result when it starts."
    )
    # Needs neither the database nor the addresses.
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        add_face_arguments(parser)
        parser.add_argument(
            "--target-fmr", type=float, default=1e-4, help="false matches of one with one; default 1e-4"
        )
        parser.add_argument(
            "--target-fpir", type=float, help="strangers taken for somebody in a gallery, whatever its size"
        )
        parser.add_argument(
            "--photos", type=int, default=3, help="pictures fused on each side, as a session fuses frames; default 3"
        )
        parser.add_argument(
            "--min-quality", type=float, help="leave pictures under this quality out; default: as a session does"
        )
        parser.add_argument("--out", type=Path, metavar="FILE", help="default: calibration.json in FRAPI_HOME")
        parser.add_argument("--json", action="store_true", help="print what was written as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("target_fmr", "target_fpir"):
            if options[name] is not None and not 0 < options[name] < 0.5:
                raise CommandError(f"--{name.replace('_', '-')} must lie between 0 and 0.5")
        if not 1 <= options["photos"] <= 10:
            raise CommandError("--photos must be from 1 to 10")
        out = options["out"] or settings.FRAPI_CALIBRATION_FILE
        before = _read(out)
        equipment = chosen_equipment(options)
        contract = equipment.recognizer.contract
        try:
            embedded = embed_folder(pictures_below(options["images"]), equipment, options, thorough=False)
            scale, evidence = calibrate(embedded, _request(contract, options))
        except ValueError as error:
            raise CommandError(str(error)) from error
        dated = {**evidence.to_json(), "date": timezone.now().isoformat(timespec="seconds")}
        after = before.with_scale(contract, replace(scale, evidence=dated))
        _write(out, after)
        if options["json"]:
            self.stdout.write(json.dumps({contract: after.to_json()["contracts"][contract]}, indent=2))
            return
        for line in _lines(contract, after, evidence):
            self.stdout.write(line)
        self.stdout.write(f"Written to {out}. Restart the server to use it.")
        if settings.FRAPI.match_threshold is not None:
            self.stdout.write("FRAPI_MATCH_THRESHOLD is set: it goes before this threshold.")


def _request(contract: str, options: dict[str, Any]) -> Request:
    least = settings.FRAPI.quality_threshold if options["min_quality"] is None else options["min_quality"]
    return Request(contract, options["target_fmr"], options["target_fpir"], options["photos"], least)


def _lines(contract: str, calibration: Calibration, evidence: Evidence) -> Iterator[str]:
    calibrated = calibration.scales[contract]
    scale, fpir = calibrated.scale, calibrated.target_fpir
    yield f"recogniser: {contract}"
    yield f"{evidence.pictures} pictures used, {evidence.left_out} left out (no face, or quality too low)"
    yield (
        f"threshold {scale.threshold:.4f} ({evidence.threshold_low:.4f} to {evidence.threshold_high:.4f} by drawing "
        f"people) for FMR {calibrated.target_fmr:g}: {evidence.impostor_pairs} comparisons of "
        f"{evidence.people} people, means of {evidence.photos}"
    )
    yield f"FNMR there {describe_rate(evidence.fnmr)}, means of {evidence.genuine_photos} against as many others"
    yield f"confidence: centre {scale.confidence_center:.4f}, slope {scale.confidence_slope:.1f}"
    asked = ", ".join(
        f"{scoring.identification_threshold(contract, size, calibration):.4f} of {size:,}" for size in GALLERIES
    )
    target = "the default FPIR" if fpir is None else f"FPIR {fpir:g}"
    yield f"for {target}, in a gallery {asked}; what lies beyond the data follows from their tail"


def _read(file: Path) -> Calibration:
    """What stands there already: other recognisers' parts are kept."""
    try:
        return Calibration.from_json(json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        if not file.parent.is_dir():
            raise CommandError(f"{file}: there is no folder {file.parent}") from None
        return Calibration()
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error
    except ValueError as error:
        raise CommandError(f"{file} is damaged: {error}") from error


def _write(file: Path, calibration: Calibration) -> None:
    """Whole or not at all: a server may be starting."""
    descriptor, temporary = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(calibration.to_json(), stream, indent=2)
        stream.write("\n")
    Path(temporary).replace(file)
