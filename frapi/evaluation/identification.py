"""1:N, open-set: is he enrolled, and who is he? Some people are only ever probes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frapi.evaluation.curves import Estimate, interval, supports
from frapi.evaluation.embedding import EmbeddedPicture, count_failures
from frapi.evaluation.fusion import fuse
from frapi.evaluation.people import by_person
from frapi.evaluation.statistics import RESAMPLES
from frapi.vision.similarity import similarities
from frapi.vision.types import Vector

Matrix = NDArray[np.float32]
FPIRS = (1e-2, 1e-3)
# Rows compared at once: all scores together would need too much memory.
_BLOCK = 1024
# Gallery sizes that are measured, as far as there are people.
SIZES = (10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """People divided into those enrolled and those who are strangers to the gallery.

    Attributes:
        gallery: (N, D) one template a person.
        mates: (M, D) further pictures of enrolled people.
        mate_of: (M,) row of the gallery.
        strangers: (S, D) pictures of the others.
        stranger_of: (S,) whose.
        gallery_paths: a picture of each template.
        mate_paths, stranger_paths: of the probes.
    """

    gallery: Matrix
    mates: Matrix
    mate_of: NDArray[np.intp]
    strangers: Matrix
    stranger_of: NDArray[np.intp]
    gallery_paths: Sequence[str]
    mate_paths: Sequence[str]
    stranger_paths: Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class Searches:
    """What every probe found in the whole gallery.

    Attributes:
        own: (M,) similarity of enrolled people's probes to their own templates.
        first: (M,) whether that was the nearest.
        nearest: (S,) strangers' similarity to the nearest template.
        nearest_row: (S,) which that was.
    """

    own: Matrix
    first: NDArray[np.bool_]
    nearest: Matrix
    nearest_row: NDArray[np.intp]

    def curve(self) -> list[tuple[float, float, float]]:
        """Rows of threshold, FPIR, FNIR, from strict to lax, at the strangers' own scores."""
        found = np.sort(self.own[self.first])
        rows = []
        for count, threshold in enumerate(np.sort(self.nearest)[::-1].tolist(), 1):
            hits = len(found) - int(np.searchsorted(found, threshold))
            rows.append((threshold, count / len(self.nearest), 1 - hits / len(self.own)))
        return rows


@dataclass(frozen=True, slots=True)
class AtFpir:
    """What a target false positive identification rate gives.

    Attributes:
        threshold, fnir: None when there are too few strangers to speak of it.
        fnir: share of the enrolled people's probes that don't come back as their own, first and over the threshold.
    """

    fpir: float
    threshold: float | None
    fnir: Estimate | None


@dataclass(frozen=True, slots=True)
class SizeResult:
    """The figures of one gallery size.

    Attributes:
        rank_1: share of the enrolled people's probes whose nearest template is their own.
        server_threshold: what the server asks for in a gallery of this size.
        server_fpir, server_fnir: what comes of it.
    """

    size: int
    mates: int
    mated_people: int
    strangers: int
    stranger_people: int
    rank_1: Estimate
    at_fpir: tuple[AtFpir, ...]
    server_threshold: float | None
    server_fpir: Estimate | None
    server_fnir: Estimate | None


@dataclass(frozen=True, slots=True)
class IdentificationResult:
    """The figures of one folder of people."""

    contract: str
    people: int
    pictures: int
    gallery_samples: int
    failures: Mapping[str, int]
    sizes: tuple[SizeResult, ...]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def divide(
    embedded: Mapping[str, EmbeddedPicture], contract: str, *, gallery_samples: int, strangers: float, seed: int = 0
) -> Division:
    """Enrol some people with ``gallery_samples`` pictures each, drawn at random; the rest are strangers.

    Args:
        strangers: share of the people who are never enrolled.
    Raises:
        ValueError: nobody is left on one of the sides, or nobody enrolled has a picture more.
    """
    rng = np.random.default_rng(seed)
    gallery: list[Vector] = []
    gallery_paths: list[str] = []
    mates: list[str] = []
    others: list[str] = []
    mate_of: list[int] = []
    other_of: list[int] = []
    for _, paths in sorted(by_person(embedded).items()):
        there = [path for path in paths if embedded[path].vector_l2 is not None]
        drawn = [there[place] for place in rng.permutation(len(there))]
        # Whoever has too few pictures to be enrolled can still be a stranger.
        if rng.random() < strangers or len(drawn) < gallery_samples:
            others += drawn
            other_of += [other_of[-1] + 1 if other_of else 0] * len(drawn)
            continue
        mates += drawn[gallery_samples:]
        mate_of += [len(gallery)] * (len(drawn) - gallery_samples)
        gallery.append(fuse([embedded[path] for path in drawn[:gallery_samples]], contract))
        gallery_paths.append(drawn[0])
    if not gallery or not mates:
        raise ValueError(f"nobody to enrol has more than {gallery_samples} pictures with a face")
    if not others:
        raise ValueError("there are no strangers: more people are needed, or a larger --strangers")
    return Division(
        np.stack(gallery),
        _vectors(embedded, mates),
        np.array(mate_of, np.intp),
        _vectors(embedded, others),
        np.array(other_of, np.intp),
        gallery_paths,
        mates,
        others,
    )


def search_everybody(division: Division) -> Searches:
    """Look for every probe in the whole gallery."""
    own, nearest_other = _mated_scores(division.mates, division.mate_of, division.gallery)
    nearest, rows = [], []
    for block in _blocks(division.strangers):
        scores = similarities(block, division.gallery)
        rows.append(scores.argmax(axis=1))
        nearest.append(scores.max(axis=1))
    return Searches(own, own > nearest_other, np.concatenate(nearest), np.concatenate(rows))


def _vectors(embedded: Mapping[str, EmbeddedPicture], paths: Sequence[str]) -> Matrix:
    vectors = [embedded[path].vector_l2 for path in paths]
    return np.stack([vector for vector in vectors if vector is not None])


def measure_identification(
    division: Division,
    embedded: Mapping[str, EmbeddedPicture],
    *,
    contract: str,
    gallery_samples: int,
    server_thresholds: Mapping[int, float],
) -> IdentificationResult:
    """The figures by gallery size.

    Args:
        server_thresholds: gallery size -> what the server asks for; from :func:`gallery_sizes`.
    """
    return IdentificationResult(
        contract,
        len(by_person(embedded)),
        len(embedded),
        gallery_samples,
        count_failures(embedded),
        tuple(_measure_size(division, size, server_thresholds.get(size)) for size in gallery_sizes(division)),
    )


def gallery_sizes(division: Division) -> list[int]:
    """The sizes there are people for, and all of them."""
    everybody = len(division.gallery)
    return [size for size in SIZES if size < everybody] + [everybody]


def _measure_size(division: Division, size: int, server_threshold: float | None, *, seed: int = 0) -> SizeResult:
    """A gallery of ``size`` people drawn at random."""
    chosen = np.random.default_rng(seed).permutation(len(division.gallery))[:size]
    row = np.full(len(division.gallery), -1, np.intp)
    row[chosen] = np.arange(size)
    gallery = division.gallery[chosen]
    enrolled = row[division.mate_of] >= 0
    mates, mate_of = division.mates[enrolled], row[division.mate_of[enrolled]]
    owners, owner = np.unique(mate_of, return_inverse=True)
    own, nearest_other = _mated_scores(mates, mate_of, gallery)
    nearest = np.concatenate([similarities(block, gallery).max(axis=1) for block in _blocks(division.strangers)])
    figures = _Figures(own, own > nearest_other, nearest, server_threshold)
    draws = np.array(
        [
            figures(mate_weights[owner], stranger_weights[division.stranger_of])
            for mate_weights, stranger_weights in _drawn(len(owners), int(division.stranger_of.max()) + 1)
        ]
    )
    values = figures(np.ones(len(own)), np.ones(len(nearest)))
    lows, highs = interval(draws)
    strangers = len(np.unique(division.stranger_of))
    people = [len(owners), strangers] + [len(owners)] * (len(values) - 2)
    rank_1, server_fpir, server_fnir, *fnirs = (
        Estimate.of_share(*each) for each in zip(values, lows.tolist(), highs.tolist(), people, strict=True)
    )
    return SizeResult(
        size=size,
        mates=len(own),
        mated_people=len(owners),
        strangers=len(nearest),
        stranger_people=strangers,
        rank_1=rank_1,
        at_fpir=tuple(
            AtFpir(fpir, figures.threshold(fpir, np.ones(len(nearest))), fnir)
            if supports(len(nearest), fpir)
            else AtFpir(fpir, None, None)
            for fpir, fnir in zip(FPIRS, fnirs, strict=True)
        ),
        server_threshold=server_threshold,
        server_fpir=None if server_threshold is None else server_fpir,
        server_fnir=None if server_threshold is None else server_fnir,
    )


class _Figures:
    """Rank 1, both rates at the server's threshold, and FNIR at each target FPIR, under weights of the probes."""

    def __init__(self, own: Matrix, first: NDArray[np.bool_], nearest: Matrix, server_threshold: float | None) -> None:
        self._own, self._first, self._nearest = own, first, nearest
        self._order = np.argsort(-nearest)
        self._server = 2.0 if server_threshold is None else server_threshold

    def __call__(self, mates: NDArray[np.float64], strangers: NDArray[np.float64]) -> list[float]:
        return [
            float(np.average(self._first, weights=mates)),
            float(np.average(self._nearest >= self._server, weights=strangers)),
            self._fnir(self._server, mates),
            *(self._fnir(self.threshold(fpir, strangers), mates) for fpir in FPIRS),
        ]

    def threshold(self, fpir: float, strangers: NDArray[np.float64]) -> float:
        """The laxest that at most so many strangers reach: just above the first one too many."""
        reached = np.cumsum(strangers[self._order]) / strangers.sum()
        too_many = int(np.searchsorted(reached, fpir, side="right"))
        return float(np.nextafter(self._nearest[self._order[min(too_many, len(reached) - 1)]], np.float32(2)))

    def _fnir(self, threshold: float, mates: NDArray[np.float64]) -> float:
        return float(np.average(~(self._first & (self._own >= threshold)), weights=mates))


def _mated_scores(mates: Matrix, mate_of: NDArray[np.intp], gallery: Matrix) -> tuple[Matrix, Matrix]:
    """Each probe's similarity to its own template, and to the nearest other one."""
    own, others = [], []
    for begin in range(0, len(mates), _BLOCK):
        scores = similarities(mates[begin : begin + _BLOCK], gallery)
        rows, columns = np.arange(len(scores)), mate_of[begin : begin + _BLOCK]
        own.append(scores[rows, columns].copy())
        scores[rows, columns] = -np.inf
        others.append(scores.max(axis=1))
    if not own:
        return np.zeros(0, np.float32), np.zeros(0, np.float32)
    return np.concatenate(own), np.concatenate(others)


def _blocks(rows: Matrix) -> Iterator[Matrix]:
    for begin in range(0, len(rows), _BLOCK):
        yield rows[begin : begin + _BLOCK]


def _drawn(enrolled: int, strangers: int) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """How often each person counts, enrolled and strangers drawn apart, with replacement."""
    rng = np.random.default_rng(0)
    for _ in range(RESAMPLES):
        yield _times_drawn(enrolled, rng), _times_drawn(strangers, rng)


def _times_drawn(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    return np.bincount(rng.integers(count, size=count), minlength=count).astype(np.float64)
