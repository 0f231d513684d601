from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frapi.evaluation import embedding
from frapi.evaluation.embedding import Chosen, EmbeddedPicture, EmbeddingCache, Manner, embed_pictures
from frapi.vision.equipment import DEFAULT, YUNET, Equipment
from frapi.vision.recognizers import RECOGNIZERS
from tests.evaluation.recognition import picture

FRAMES = Manner(DEFAULT, Chosen.LARGEST, thorough=False)
PATHS = [f"{number}.jpg" for number in range(6)]


class Looker:
    """Counts what is looked at; dies when it is told to."""

    def __init__(self) -> None:
        self.looked: list[bytes] = []
        self.dies_at: int | None = None

    def __call__(self, data: bytes, *_: Any) -> EmbeddedPicture:
        if len(self.looked) == self.dies_at:
            raise KeyboardInterrupt
        self.looked.append(data)
        return picture(int(data), 0) if data != b"5" else EmbeddedPicture(None, 0.0, "no_face")


@pytest.fixture
def looker(monkeypatch: pytest.MonkeyPatch) -> Looker:
    looker = Looker()
    monkeypatch.setattr(embedding, "embed_picture", looker)
    return looker


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    for number, path in enumerate(PATHS):
        (folder / path).write_bytes(str(number).encode())
    return folder


def embed(images: Path, *, manner: Manner = FRAMES, paths: list[str] = PATHS) -> dict[str, EmbeddedPicture]:
    cache = EmbeddingCache(images.parent / "cache", manner)
    return embed_pictures(
        paths,
        images,
        None,  # type: ignore[arg-type]  # nobody looks
        manner,
        cache=cache,
        threads=1,
        progress=lambda done, total: None,
    )


def test_each_picture_is_looked_at_once(images: Path, looker: Looker) -> None:
    first = embed(images, paths=PATHS + PATHS)
    assert len(looker.looked) == 6
    again = embed(images)
    assert len(looker.looked) == 6
    for path in PATHS[:5]:
        one, two = first[path].vector_l2, again[path].vector_l2
        assert one is not None
        assert two is not None
        assert (one == two).all()
    assert again["5.jpg"].reason == "no_face"


def test_an_interrupted_run_goes_on(images: Path, looker: Looker) -> None:
    looker.dies_at = 3
    with pytest.raises(KeyboardInterrupt):
        embed(images)
    looker.dies_at = None
    embed(images)
    assert sorted(looker.looked) == [b"0", b"1", b"2", b"3", b"4", b"5"]


def test_another_picture_or_manner_is_another_matter(images: Path, looker: Looker) -> None:
    embed(images)
    (images / "0.jpg").write_bytes(b"9")
    embed(images)
    assert looker.looked[6:] == [b"9"]
    for other in (
        Manner(Equipment(RECOGNIZERS["sface"]), Chosen.LARGEST, thorough=False),
        Manner(Equipment(detector=YUNET), Chosen.LARGEST, thorough=False),
        Manner(DEFAULT, Chosen.CENTRE, thorough=False),
        Manner(DEFAULT, Chosen.LARGEST, thorough=True),
    ):
        before = len(looker.looked)
        embed(images, manner=other)
        assert len(looker.looked) == before + 6


def test_what_is_torn_is_looked_at_again(images: Path, looker: Looker) -> None:
    embed(images)
    (stored, *_) = (images.parent / "cache").rglob("*.json")
    stored.write_text(stored.read_text()[:20])
    assert len(embed(images)) == 6
    assert len(looker.looked) == 7


def test_a_picture_that_is_gone_is_a_failure(images: Path, looker: Looker) -> None:
    seen = embed(images, paths=["nowhere.jpg", "0.jpg"])
    assert (seen["nowhere.jpg"].vector_l2, seen["nowhere.jpg"].reason) == (None, "unreadable")
    assert isinstance(seen["0.jpg"].vector_l2, np.ndarray)
