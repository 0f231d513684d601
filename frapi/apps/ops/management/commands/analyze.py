"""``manage.py analyze IMAGE|VIDEO…``: look at pictures and videos as the server would."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import cv2
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from frapi.apps.ops.annotation import annotate
from frapi.apps.ops.inspection import IMAGE_SUFFIXES, Inspected, describe, inspect, read_frames, reason_of
from frapi.errors import InvalidImage, ModelMissing
from frapi.inference.onnx import OnnxModelRunner
from frapi.liveness.types import SessionKind, SessionPolicy
from frapi.modelpack.store import ModelStore
from frapi.vision.types import AnalysisPolicy

HEADER = "frame   time   yaw pitch  roll   EAR  quality  frames blinks motion  hint"


class Command(BaseCommand):
    help = (
        "Look at pictures and videos as the server would: face, pose, eyes, quality, obstacles, and what an enrolment "
        "session makes of them. Each file is a session of its own."
    )

    requires_system_checks = ()  # it needs neither the database nor a URL

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="IMAGE|VIDEO")
        parser.add_argument("--json", action="store_true", help="one line of JSON a frame")
        parser.add_argument("--landmarks", action="store_true", help="with --json: the face mesh as well")
        parser.add_argument(
            "--annotate",
            type=Path,
            metavar="OUT",
            help="draw what was seen: a picture's name for one picture, else a folder for all frames",
        )
        parser.add_argument("--fps", type=float, default=10.0, help="frames per second of a video (default: 10)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["fps"] <= 0:
            raise CommandError("--fps must be more than 0")
        self._options = options
        self._target = _Target(options["annotate"], options["files"])
        runner = OnnxModelRunner(ModelStore(settings.FRAPI.models_dir))
        failures = [path for path in options["files"] if not self._look(path, runner)]
        if failures:
            raise CommandError(f"{len(failures)} of {len(options['files'])} could not be read")

    def _look(self, path: Path, runner: OnnxModelRunner) -> bool:
        """Whether the file could be read."""
        limits = AnalysisPolicy(
            max_image_bytes=settings.FRAPI.max_image_bytes, max_image_pixels=settings.FRAPI.max_image_pixels
        )
        policy = SessionPolicy(
            kind=SessionKind.ENROLLMENT,
            quality_threshold=settings.FRAPI.quality_threshold,
            obstacle_thresholds=settings.FRAPI.obstacle_thresholds,
        )
        frames = read_frames(path, fps=self._options["fps"], limits=limits)
        try:
            for number, seen in enumerate(inspect(frames, runner, limits=limits, policy=policy)):
                if number == 0 and not self._options["json"]:
                    self.stdout.write(f"\n{path}\n{HEADER}")
                self._show(seen)
        except InvalidImage as error:
            self.stderr.write(f"{path}: {error.reason}")
            return False
        except ModelMissing as error:
            raise CommandError(error.message) from None
        return True

    def _show(self, seen: Inspected) -> None:
        if self._options["json"]:
            self.stdout.write(json.dumps(describe(seen, landmarks=self._options["landmarks"])))
        else:
            self.stdout.write(_row(seen))
        self.stdout.flush()
        self._target.save(seen)


class _Target:
    """Where annotated pictures go.

    Raises:
        CommandError: one picture's name was given for many.
    """

    def __init__(self, out: Path | None, files: list[Path]) -> None:
        self._out = out
        self._single = out is not None and out.suffix.lower() in IMAGE_SUFFIXES
        if self._single and (len(files) > 1 or files[0].suffix.lower() not in IMAGE_SUFFIXES):
            raise CommandError("--annotate with a picture's name is for one picture; give a folder")

    def save(self, seen: Inspected) -> None:
        if self._out is None:
            return
        path = self._out
        if not self._single:
            path = self._out / f"{seen.frame.source.stem}-{seen.frame.number:06d}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not cv2.imwrite(str(path), cv2.cvtColor(annotate(seen), cv2.COLOR_RGB2BGR)):
            raise CommandError(f"Can't write {path}")


def _row(seen: Inspected) -> str:
    observation, verdict, counters = seen.observation, seen.verdict, seen.verdict.counters
    face = " " * 34
    if observation.pose and observation.ears and observation.quality:
        pose = observation.pose
        face = (
            f"{pose.yaw_deg:6.0f}{pose.pitch_deg:6.0f}{pose.roll_deg:6.0f}"
            f"{observation.ears.mean:6.2f}{observation.quality.score:9.2f} "
        )
    counted = f"{counters.frames_processed:7d}{counters.blinks:7d}{counters.motion_events:7d}"
    hint = "complete" if seen.complete else reason_of(verdict) or str(verdict.instruction)
    return f"{seen.frame.number:5d}{seen.frame.time_ms / 1000:7.2f}{face}{counted}  {hint}"
