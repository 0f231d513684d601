"""An analyzer that sees what a script says: for tests and for trying out clients without models."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from frapi.errors import InvalidImage, Unavailable
from frapi.inference.base import AnalyzerInfo, FrameRequest
from frapi.vision import topology
from frapi.vision.types import (
    Embedding,
    EyeAspectRatios,
    FaceBox,
    FaceView,
    FrameObservation,
    HeadPose,
    Landmarks,
    QualityReport,
    TrackState,
)

_VIEW_PX = 96
_POINTS_PX = (topology.CANONICAL_MESH[:, :2] / 2 + _VIEW_PX / 2).astype(np.float32)
_LUMINANCE = np.random.default_rng(0).integers(60, 200, (_VIEW_PX, _VIEW_PX), np.uint8)

Script = Callable[[FrameRequest], FrameObservation]

CONTRACT = "fake/1"
DIM = 8


class FakeFrameAnalyzer:
    """A :class:`~frapi.inference.base.FrameAnalyzer` without models."""

    def __init__(
        self, script: Script, *, contract: str = CONTRACT, dim: int = DIM, previous: str | None = None
    ) -> None:
        """
        Args:
            script: says what each frame shows; may raise what an analyzer may.
            contract: of the script's embeddings.
            dim: their length.
            previous: contract of the script's second embeddings.
        """
        self._script = script
        self._info = AnalyzerInfo(contract, dim, {}, previous_contract=previous)
        self._closed = False

    async def analyze(self, request: FrameRequest) -> FrameObservation:
        if self._closed:
            raise Unavailable("The analyzer is closed")
        if not request.image_bytes or len(request.image_bytes) > request.policy.max_image_bytes:
            raise InvalidImage
        return self._script(request)

    def info(self) -> AnalyzerInfo:
        return self._info

    async def close(self) -> None:
        self._closed = True


def one_face(request: FrameRequest) -> FrameObservation:
    """The script of a still, flawless face in every frame: frames are accepted, no sign of life is ever seen."""
    return FrameObservation(
        image_width_px=640,
        image_height_px=480,
        face_count=1,
        track=TrackState(track_id=1, roi=None, frames_since_detection=0),
        box=FaceBox(220, 140, 420, 380, score=0.99),
        landmarks=Landmarks(np.zeros((478, 3), np.float32), presence_score=1.0),
        view=FaceView(_LUMINANCE, _POINTS_PX),
        ears=EyeAspectRatios(right=0.3, left=0.3),
        pose=HeadPose(yaw_deg=0.0, pitch_deg=0.0, roll_deg=0.0),
        quality=QualityReport(components={"sharpness": 0.9}, score=0.9),
        embedding=None if request.embedding is None else Embedding(np.eye(1, DIM, dtype=np.float32)[0], CONTRACT),
    )
