"""Looks at frames in this process."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from frapi.errors import Unavailable
from frapi.inference.base import AnalyzerInfo, FrameRequest
from frapi.vision import spoof
from frapi.vision.equipment import DEFAULT, Equipment
from frapi.vision.pipeline import analyze_bytes
from frapi.vision.ports import ModelRunner
from frapi.vision.types import FrameObservation


class LocalFrameAnalyzer:
    """A :class:`~frapi.inference.base.FrameAnalyzer` on a pool of threads: models and OpenCV release the GIL."""

    def __init__(self, runner: ModelRunner, *, threads: int, equipment: Equipment = DEFAULT) -> None:
        self._runner = runner
        self._equipment = equipment
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="frame")
        self._closed = False

    async def analyze(self, request: FrameRequest) -> FrameObservation:
        if self._closed:
            raise Unavailable("The analyzer is closed")
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._look, request)

    def _look(self, request: FrameRequest) -> FrameObservation:
        return analyze_bytes(
            request.image_bytes,
            request.track,
            self._runner,
            request.policy,
            request.embedding,
            self._equipment,
            obstacles=request.obstacles,
        )

    def info(self) -> AnalyzerInfo:
        recognizer, previous = self._equipment.recognizer, self._equipment.previous
        return AnalyzerInfo(
            embedding_contract=recognizer.contract,
            embedding_dim=recognizer.dim,
            models={model: self._runner.has(model) for model in self._equipment.models},
            detects_presentation_attacks=spoof.has_networks(self._runner),
            previous_contract=None if previous is None else previous.contract,
        )

    async def close(self) -> None:
        self._closed = True
        await asyncio.to_thread(self._pool.shutdown)
