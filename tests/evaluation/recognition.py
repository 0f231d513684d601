"""Made-up people whose pictures' vectors lie around a centre of their own."""

from __future__ import annotations

import numpy as np

from frapi.evaluation.embedding import EmbeddedPicture
from frapi.vision.embed import unit

CONTRACT, DIM = "test/1", 128


def picture(person: int, number: int, *, spread: float = 0.6, quality: float = 0.9) -> EmbeddedPicture:
    centre = np.random.default_rng([7, person]).standard_normal(DIM)
    noise = np.random.default_rng([8, person, number]).standard_normal(DIM)
    return EmbeddedPicture(unit((centre + spread * noise).astype(np.float32)), quality, "")


def crowd(people: int, pictures: int, *, spread: float = 0.6) -> dict[str, EmbeddedPicture]:
    return {
        f"p{person:04d}/{number}.jpg": picture(person, number, spread=spread)
        for person in range(people)
        for number in range(pictures)
    }
