from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from frapi.simulation.attacks import PHOTO_ATTACKS, loop, rephotograph, shuffle, swap
from frapi.vision.types import ImageU8, Landmarks
from tests.faces import landmarks


def photo() -> ImageU8:
    return np.random.default_rng(0).integers(0, 255, (480, 640, 3)).astype(np.uint8)


def numbered(count: int) -> list[ImageU8]:
    return [np.full((8, 8, 3), number, np.uint8) for number in range(count)]


def numbers(film: Iterable[ImageU8]) -> list[int]:
    return [int(frame[0, 0, 0]) for frame in film]


@pytest.mark.parametrize("species", PHOTO_ATTACKS)
def test_every_species_is_a_film_of_the_photographs_size(species: str) -> None:
    mesh: Landmarks = landmarks()
    film = list(PHOTO_ATTACKS[species](photo(), mesh, 4, 10.0, 1))
    assert [frame.shape for frame in film] == [(480, 640, 3)] * 4
    assert all(frame.dtype == np.uint8 for frame in film)
    assert not np.array_equal(film[0], film[1]), "no sensor gives the same picture twice"


def test_films_are_looped_shuffled_and_swapped() -> None:
    frames = numbered(30)
    assert numbers(loop(frames, 12, 10.0, seconds=0.5)) == [0, 1, 2, 3, 4] * 2 + [0, 1]
    shuffled = numbers(shuffle(frames, 20, 3))
    assert sorted(shuffled) == list(range(20)) != shuffled
    assert numbers(swap(frames, 2, numbered(2))) == [0, 1, 0, 1]


def test_a_screen_changes_what_is_on_it() -> None:
    (shown,) = rephotograph([photo()], seed=1)
    assert shown.shape == (480, 640, 3)
    assert 5 < float(np.abs(shown.astype(int) - photo()).mean()) < 120
