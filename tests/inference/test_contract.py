from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from django.conf import settings
from pytest_django import Settings

from frapi.errors import InvalidImage, ModelMissing
from frapi.inference.base import FrameAnalyzer, FrameRequest
from frapi.inference.factory import get_analyzer
from frapi.inference.fake import FakeFrameAnalyzer, one_face
from frapi.inference.local import LocalFrameAnalyzer
from frapi.inference.onnx import OnnxModelRunner
from frapi.simulation.person import encode_jpeg
from frapi.vision.equipment import DEFAULT
from frapi.vision.types import FrameObservation
from tests import samples
from tests.inference.contract import AnalyzerContract, request


class TestFakeFrameAnalyzer(AnalyzerContract):
    @pytest.fixture
    def analyzer(self) -> FrameAnalyzer:
        def script(asked: FrameRequest) -> FrameObservation:
            return replace(one_face(asked), image_width_px=len(asked.image_bytes))

        return FakeFrameAnalyzer(script)

    def picture(self, width_px: int) -> bytes:
        return bytes(width_px)


class TestLocalFrameAnalyzer(AnalyzerContract):
    @pytest.fixture
    async def analyzer(self) -> AsyncIterator[FrameAnalyzer]:
        built = LocalFrameAnalyzer(samples.runner(), threads=2)
        yield built
        await built.close()

    def picture(self, width_px: int) -> bytes:
        image, _ = samples.seated("obama.jpg")
        smaller = cv2.resize(image, (width_px, round(width_px * image.shape[0] / image.shape[1])))
        return encode_jpeg(np.asarray(smaller, np.uint8))

    @pytest.mark.parametrize("image", [b"\xff\xd8\xff\xe0 truncated", b"GIF89a", b"\x89PNG\r\n\x1a\n"])
    async def test_refuses_damaged_pictures(self, analyzer: FrameAnalyzer, image: bytes) -> None:
        with pytest.raises(InvalidImage):
            await analyzer.analyze(request(image))

    async def test_embeds_a_face_that_is_fit_for_it(self, analyzer: FrameAnalyzer) -> None:
        observation = await analyzer.analyze(request(self.picture(640), embedding=True))
        assert observation.reason is None
        assert observation.embedding is not None


@pytest.mark.parametrize(("inference", "kind"), [("fake", FakeFrameAnalyzer), ("local", LocalFrameAnalyzer)])
async def test_the_setting_chooses(settings: Settings, inference: str, kind: type[FrameAnalyzer]) -> None:
    settings.FRAPI = replace(settings.FRAPI, inference=inference)
    get_analyzer.cache_clear()
    try:
        analyzer = get_analyzer()
        assert isinstance(analyzer, kind)
        assert get_analyzer() is analyzer
        await analyzer.close()
    finally:
        get_analyzer.cache_clear()


def test_the_product_looks_with_real_models_unless_told_otherwise() -> None:
    assert settings.FRAPI.inference == "local"


async def test_models_are_loaded_before_the_first_frame_comes() -> None:
    samples.runner()  # skips where there are none
    get_analyzer.cache_clear()
    try:
        analyzer = get_analyzer()
        assert isinstance(analyzer, LocalFrameAnalyzer)
        assert isinstance(analyzer._runner, OnnxModelRunner)
        assert set(analyzer._runner._sessions) == set(DEFAULT.models)
        await analyzer.close()
    finally:
        get_analyzer.cache_clear()


async def test_without_models_frames_are_told_so(settings: Settings, tmp_path: Path) -> None:
    settings.FRAPI = replace(settings.FRAPI, models_dir=tmp_path)
    get_analyzer.cache_clear()
    try:
        analyzer = get_analyzer()
        with pytest.raises(ModelMissing):
            await analyzer.analyze(request(encode_jpeg(np.zeros((480, 640, 3), np.uint8))))
        await analyzer.close()
    finally:
        get_analyzer.cache_clear()
