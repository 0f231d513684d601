"""The analyzer of this process."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from frapi.inference.base import FrameAnalyzer
from frapi.inference.fake import FakeFrameAnalyzer, one_face
from frapi.inference.local import LocalFrameAnalyzer
from frapi.inference.onnx import OnnxModelRunner
from frapi.modelpack.store import ModelStore


@cache
def get_analyzer() -> FrameAnalyzer:
    """The one analyzer that all sessions of this process share; its models load when they are first needed."""
    if settings.FRAPI.inference == "fake":
        return FakeFrameAnalyzer(one_face)
    runner = OnnxModelRunner(ModelStore(settings.FRAPI.models_dir))
    return LocalFrameAnalyzer(runner, threads=settings.FRAPI.analyzer_threads)
