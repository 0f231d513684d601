"""The analyzer of this process."""

from __future__ import annotations

from contextlib import suppress
from functools import cache

from django.conf import settings

from frapi.errors import ModelMissing
from frapi.inference.base import FrameAnalyzer
from frapi.inference.choice import choose_equipment
from frapi.inference.fake import FakeFrameAnalyzer, one_face
from frapi.inference.local import LocalFrameAnalyzer
from frapi.inference.onnx import OnnxModelRunner
from frapi.modelpack.store import ModelStore
from frapi.vision.equipment import Equipment


@cache
def get_analyzer() -> FrameAnalyzer:
    """The one analyzer that all sessions of this process share, ready to look at frames.

    Its models are loaded here and not by a session's first frame: while that waited for them, the face would count as
    lost, and a session resumed after a restart would lose its blinks. A model that can't be loaded is told with each
    frame that needs it.

    Raises:
        ModelMissing: the settings name a pack that isn't installed.
    """
    if settings.FRAPI.inference == "fake":
        return FakeFrameAnalyzer(one_face)
    runner, equipment = OnnxModelRunner(ModelStore(settings.FRAPI.models_dir)), configured_equipment()
    for model in equipment.models:
        with suppress(ModelMissing):
            runner.load(model)
    return LocalFrameAnalyzer(runner, threads=settings.FRAPI.analyzer_threads, equipment=equipment)


def configured_equipment() -> Equipment:
    """The networks that the settings name.

    Raises:
        ModelMissing: the pack of one of them isn't installed; the message says what to do.
    """
    return choose_equipment(
        ModelStore(settings.FRAPI.models_dir),
        recognizer=settings.FRAPI.recognizer,
        previous=settings.FRAPI.previous_recognizer,
        detector=settings.FRAPI.detector,
    )
