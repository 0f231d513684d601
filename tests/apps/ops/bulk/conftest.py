"""People whose pictures say in words what an analyzer would see in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from frapi.errors import InvalidImage
from frapi.gallery.factory import get_gallery
from frapi.inference.base import FrameRequest
from frapi.inference.fake import FakeFrameAnalyzer
from frapi.vision.embed import CONTRACT
from frapi.vision.types import FrameObservation, FrameReason, Obstacle
from tests.faces import seen, unseen


def read_words(request: FrameRequest) -> FrameObservation:
    """A picture's bytes: a person's number, then what is wrong with the picture."""
    person, *words = request.image_bytes.decode().split()
    match words[:1]:
        case ["torn"]:
            raise InvalidImage
        case ["nobody"]:
            return unseen(FrameReason.NO_FACE)
        case ["hat"]:
            return seen(person=int(person), obstacles={Obstacle.HAT: 0.99})
        case ["asleep"]:
            return seen(person=None, ear=0.05)
        case ["blurred"]:
            return seen(person=None, quality=0.2)
    return seen(person=int(person), quality=0.9)


@pytest.fixture
def analyzer() -> FakeFrameAnalyzer:
    return FakeFrameAnalyzer(read_words, contract=CONTRACT, dim=128)


@pytest.fixture(autouse=True)
def fresh_gallery() -> Iterator[None]:
    get_gallery.cache_clear()
    yield
    get_gallery.cache_clear()


@pytest.fixture
def place(tmp_path: Path) -> Callable[..., Path]:
    """Put pictures into a folder: relative path -> what is to be seen."""
    folder = tmp_path / "people"

    def put(pictures: dict[str, str]) -> Path:
        for path, words in pictures.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(words)
        return folder

    return put
