"""What every FrameAnalyzer must do. Subclass with an ``analyzer`` fixture, and say what a picture is."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod

import pytest

from frapi.errors import InvalidImage, Unavailable
from frapi.inference.base import AnalyzerInfo, FrameAnalyzer, FrameRequest
from frapi.vision.types import AnalysisPolicy, EmbeddingRequest, FrameObservation

POLICY = AnalysisPolicy(max_image_bytes=100_000, max_image_pixels=1_000_000)
WANTED = EmbeddingRequest(min_quality_score=0.0, min_ear=0.0)


def request(image: bytes, *, after: FrameObservation | None = None, embedding: bool = False) -> FrameRequest:
    track = None if after is None else after.track
    return FrameRequest(image_bytes=image, track=track, policy=POLICY, embedding=WANTED if embedding else None)


class AnalyzerContract(ABC):
    @abstractmethod
    def picture(self, width_px: int) -> bytes:
        """A picture that the analyzer sees as this wide."""

    async def test_sees_a_frame(self, analyzer: FrameAnalyzer) -> None:
        observation = await analyzer.analyze(request(self.picture(640)))
        assert observation.image_width_px == 640
        if observation.reason is None:
            assert observation.box is not None
            assert observation.landmarks is not None
            assert observation.ears is not None
            assert observation.pose is not None
            assert observation.quality is not None

    async def test_goes_on_from_its_own_track(self, analyzer: FrameAnalyzer) -> None:
        first = await analyzer.analyze(request(self.picture(640)))
        await analyzer.analyze(request(self.picture(640), after=first))

    async def test_makes_no_embedding_unasked(self, analyzer: FrameAnalyzer) -> None:
        assert (await analyzer.analyze(request(self.picture(640)))).embedding is None

    async def test_embeddings_are_as_announced(self, analyzer: FrameAnalyzer) -> None:
        embedding = (await analyzer.analyze(request(self.picture(640), embedding=True))).embedding
        if embedding is not None:
            assert embedding.contract == analyzer.info().embedding_contract
            assert embedding.vector_l2.shape == (analyzer.info().embedding_dim,)
            assert 0.5 < float(embedding.vector_l2 @ embedding.vector_l2) < 1 + 1e-5

    async def test_every_answer_belongs_to_its_frame(self, analyzer: FrameAnalyzer) -> None:
        widths = [200 + 8 * number for number in range(40)]
        seen = await asyncio.gather(*(analyzer.analyze(request(self.picture(width))) for width in widths))
        assert [observation.image_width_px for observation in seen] == widths

    @pytest.mark.parametrize("image", [b"", bytes(POLICY.max_image_bytes + 1)])
    async def test_refuses_what_is_no_picture(self, analyzer: FrameAnalyzer, image: bytes) -> None:
        with pytest.raises(InvalidImage):
            await analyzer.analyze(request(image))
        assert await analyzer.analyze(request(self.picture(640)))

    async def test_tells_what_it_can_do(self, analyzer: FrameAnalyzer) -> None:
        assert isinstance(analyzer.info(), AnalyzerInfo)
        assert analyzer.info().embedding_contract
        assert all(analyzer.info().models.values())

    async def test_closed_is_unavailable(self, analyzer: FrameAnalyzer) -> None:
        await analyzer.close()
        with pytest.raises(Unavailable):
            await analyzer.analyze(request(self.picture(640)))
        await analyzer.close()
