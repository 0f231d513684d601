"""Folders of people's pictures, embedded: what the evaluations of recognition and the calibration begin with."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from frapi.apps.ops.progress import progress_bar
from frapi.errors import ModelMissing
from frapi.evaluation.embedding import Chosen, EmbeddedPicture, EmbeddingCache, Manner, embed_pictures
from frapi.inference.choice import choose_equipment
from frapi.inference.onnx import OnnxModelRunner
from frapi.modelpack.store import ModelStore
from frapi.vision.equipment import Equipment
from frapi.vision.recognizers import RECOGNIZERS


def add_face_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the pictures are, and how they are looked at."""
    parser.add_argument("--images", type=Path, required=True, metavar="DIR", help="the pictures")
    parser.add_argument(
        "--face",
        type=Chosen,
        choices=list(Chosen),
        default=Chosen.LARGEST,
        help="which face of a picture is its person's: the largest (default), or the one in the centre",
    )
    parser.add_argument(
        "--recognizer", choices=list(RECOGNIZERS), help="which network tells people apart; default: the server's"
    )
    parser.add_argument(
        "--cache",
        type=Path,
        metavar="DIR",
        help="where embeddings are kept, so that an interrupted run goes on; default: evaluation/ in FRAPI_HOME",
    )


def chosen_equipment(options: dict[str, Any]) -> Equipment:
    """The server's detector, and the recogniser that is asked for.

    Raises:
        CommandError: a pack isn't installed.
    """
    recognizer = options["recognizer"] or settings.FRAPI.recognizer
    try:
        return choose_equipment(
            ModelStore(settings.FRAPI.models_dir), recognizer=recognizer, detector=settings.FRAPI.detector
        )
    except ModelMissing as error:
        raise CommandError(error.message) from error


def embed_folder(
    paths: Sequence[str], equipment: Equipment, options: dict[str, Any], *, thorough: bool
) -> dict[str, EmbeddedPicture]:
    """Embed pictures of ``--images``, with a bar on a terminal.

    Args:
        thorough: as photographs by themselves, not as frames of a session.
    Raises:
        CommandError: the models aren't there, or nothing can be kept.
    """
    manner = Manner(equipment, options["face"], thorough)
    folder = options["cache"] or settings.FRAPI.home / "evaluation"
    runner = OnnxModelRunner(ModelStore(settings.FRAPI.models_dir))
    try:
        with progress_bar("embedding pictures") as progress:
            return embed_pictures(
                paths,
                options["images"],
                runner,
                manner,
                cache=EmbeddingCache(folder, manner),
                threads=settings.FRAPI.analyzer_threads,
                progress=progress,
            )
    except ModelMissing as error:
        raise CommandError(error.message) from error
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}") from error
