"""The seam between a session and the machine that looks at its frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from frapi.vision.types import AnalysisPolicy, EmbeddingRequest, FrameObservation, TrackState


@dataclass(frozen=True, slots=True, repr=False)
class FrameRequest:
    """One frame to look at.

    Attributes:
        image_bytes: an encoded JPEG, PNG or WebP.
        track: ``track`` of the session's previous observation; None for its first frame.
        policy: limits of the analysis.
        embedding: None when no embedding is wanted.
        obstacles: whether to look for them; on a face that was just found they are looked for in any case.
    """

    image_bytes: bytes
    track: TrackState | None
    policy: AnalysisPolicy
    embedding: EmbeddingRequest | None = None
    obstacles: bool = True


@dataclass(frozen=True, slots=True)
class AnalyzerInfo:
    """What an analyzer can do.

    Attributes:
        embedding_contract: contract of every embedding it makes.
        embedding_dim: their length.
        models: registry name -> whether it is ready.
        detects_presentation_attacks: whether observations carry ``live_face_score``.
        previous_contract: contract of the second embedding, while templates of a previous recogniser are being
            replaced; None outside of that time.
    """

    embedding_contract: str
    embedding_dim: int
    models: Mapping[str, bool]
    detects_presentation_attacks: bool = False
    previous_contract: str | None = None

    @property
    def contracts(self) -> tuple[str, ...]:
        """Those under which faces can be compared."""
        previous = () if self.previous_contract is None else (self.previous_contract,)
        return (self.embedding_contract, *previous)


class FrameAnalyzer(Protocol):
    """Looks at frames. One instance serves many sessions at once."""

    async def analyze(self, request: FrameRequest) -> FrameObservation:
        """Look at one frame.

        Raises:
            InvalidImage: the bytes are no acceptable image.
            Unavailable: a needed model is missing or the analyzer is closed or overloaded.
        """
        ...

    def info(self) -> AnalyzerInfo:
        """What this analyzer can do; never blocks on inference."""
        ...

    async def close(self) -> None:
        """Finish what is running and free the models."""
        ...
