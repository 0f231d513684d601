from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from frapi.vision.ports import FloatArray
from frapi.vision.spoof import NETWORKS, has_networks, live_face_score
from frapi.vision.types import FaceBox, ImageU8


class Runner:
    """Keeps what it is shown and gives every network the logits it is told."""

    def __init__(self, logits: Mapping[str, list[float]], installed: frozenset[str] | None = None) -> None:
        self.logits, self.installed = logits, installed
        self.shown: dict[str, FloatArray] = {}

    def run(
        self, model: str, inputs: Mapping[str, FloatArray], outputs: Sequence[str] | None = None
    ) -> Mapping[str, FloatArray]:
        self.shown[model] = inputs["input"]
        return {"output": np.array([self.logits[model]], np.float32)}

    def has(self, model: str) -> bool:
        return self.installed is None or model in self.installed


LIVE, ATTACK = [0.0, 9.0, 0.0], [9.0, 0.0, 0.0]
FIRST, SECOND = (network.model for network in NETWORKS)


def gradient(height: int, width: int) -> ImageU8:
    """Red grows to the right, green downwards; blue is 7."""
    image = np.full((height, width, 3), 7, np.uint8)
    image[..., 0] = np.linspace(0, 255, width)[None]
    image[..., 1] = np.linspace(0, 255, height)[:, None]
    return image


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [(LIVE, LIVE, 0.99, 1.0), (ATTACK, ATTACK, 0.0, 0.01), (LIVE, ATTACK, 0.49, 0.51)],
)
def test_is_the_mean_of_both_networks(first: list[float], second: list[float], low: float, high: float) -> None:
    runner = Runner({FIRST: first, SECOND: second})
    assert low <= live_face_score(gradient(480, 640), FaceBox(270, 190, 370, 290, 1.0), runner) <= high


def test_crops_are_bgr_around_the_face_and_unscaled() -> None:
    runner = Runner({FIRST: LIVE, SECOND: LIVE})
    live_face_score(gradient(480, 640), FaceBox(270, 190, 370, 290, 1.0), runner)
    for model, scale in ((FIRST, 2.7), (SECOND, 4.0)):
        blue, green, red = runner.shown[model][0]
        assert runner.shown[model].shape == (1, 3, 80, 80)
        assert np.all(blue == 7)
        assert np.ptp(red) == pytest.approx(255 * 100 * scale / 640, abs=6)
        assert np.ptp(green) == pytest.approx(255 * 100 * scale / 480, abs=6)
        assert red.mean() == pytest.approx(127.5, abs=3)


@pytest.mark.parametrize("box", [FaceBox(-20, -20, 180, 220, 1.0), FaceBox(500, 300, 660, 500, 1.0)])
def test_a_face_at_the_edge_is_cut_inside_the_image(box: FaceBox) -> None:
    runner = Runner({FIRST: LIVE, SECOND: LIVE})
    assert live_face_score(gradient(480, 640), box, runner) > 0.9


def test_both_networks_are_needed() -> None:
    assert has_networks(Runner({}, frozenset({FIRST, SECOND})))
    assert not has_networks(Runner({}, frozenset({FIRST})))
