"""What similarities mean on an operator's own pictures: measured there, kept as JSON, used before what is shipped."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

VERSION = 2  # 1: of plain inner products


@dataclass(frozen=True, slots=True)
class MatchScale:
    """How to read the similarity of a fused probe and a fused template under one embedding contract.

    Attributes:
        threshold: least similarity of a match.
        confidence_center: similarity at which both answers are equally likely, at even odds beforehand.
        confidence_slope: of the logistic curve through it.
    """

    threshold: float
    confidence_center: float
    confidence_slope: float


@dataclass(frozen=True, slots=True)
class ImpostorTail:
    """How the highest impostor similarities thin out: a generalised Pareto distribution.

    Attributes:
        start: similarity at which the tail begins.
        rate: share of impostor comparisons beyond it.
        scale: of the distribution, in similarity.
        shape: under 0 the tail has an end.
    """

    start: float
    rate: float
    scale: float
    shape: float

    @classmethod
    def toward_one(cls, *, start: float, rate: float, power: float) -> ImpostorTail:
        """A tail that ends at similarity 1, and falls with a power of the distance to it."""
        return cls(start, rate, (1 - start) / power, -1 / power)

    def threshold(self, fmr: float) -> float:
        """Similarity that impostors reach with the probability ``fmr``, which is at most ``rate``."""
        ratio = min(fmr / self.rate, 1.0)
        if abs(self.shape) < 1e-6:
            return self.start - self.scale * math.log(ratio)
        return self.start + self.scale / self.shape * (math.exp(-self.shape * math.log(ratio)) - 1)


@dataclass(frozen=True, slots=True)
class CalibratedScale:
    """One contract's part of a calibration.

    Attributes:
        scale: threshold of 1:1 and curve of ``confidence``.
        tail: of the impostors, for 1:N.
        target_fmr: false match rate that the threshold was chosen for.
        target_fpir: share of strangers that may be taken for somebody in a gallery, whatever its size; None: the
            server's own.
        evidence: what it rests on: numbers of people and comparisons, intervals, the date.
    """

    scale: MatchScale
    tail: ImpostorTail
    target_fmr: float
    target_fpir: float | None
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Embedding contract -> what was measured for it; empty where nothing was."""

    scales: Mapping[str, CalibratedScale] = field(default_factory=dict)

    def with_scale(self, contract: str, scale: CalibratedScale) -> Calibration:
        """With one contract measured anew."""
        return Calibration({**self.scales, contract: scale})

    def to_json(self) -> dict[str, Any]:
        """For :meth:`from_json`."""
        return {"version": VERSION, "contracts": {contract: asdict(scale) for contract, scale in self.scales.items()}}

    @classmethod
    def from_json(cls, data: Any) -> Calibration:
        """
        Raises:
            ValueError: it is no calibration, or of another version; says where it is wrong.
        """
        if not isinstance(data, dict) or not isinstance(data.get("contracts"), dict):
            raise ValueError("it is no calibration")  # noqa: TRY004  a file's content, not an argument
        if data.get("version") != VERSION:
            raise ValueError(f"its version is {data.get('version')}, expected {VERSION}")
        return cls({contract: _scale(contract, entry) for contract, entry in data["contracts"].items()})


def _scale(contract: str, entry: Any) -> CalibratedScale:
    if not isinstance(entry, dict):
        raise ValueError(f"{contract}: expected an object")  # noqa: TRY004
    scale = MatchScale(**_numbers(f"{contract}: scale", entry.get("scale"), MatchScale))
    tail = ImpostorTail(**_numbers(f"{contract}: tail", entry.get("tail"), ImpostorTail))
    if not -1 <= scale.threshold <= 1 or scale.confidence_slope <= 0:
        raise ValueError(f"{contract}: scale: out of range")
    if not 0 < tail.rate < 1 or tail.scale <= 0:
        raise ValueError(f"{contract}: tail: out of range")
    target_fpir, evidence = entry.get("target_fpir"), entry.get("evidence", {})
    return CalibratedScale(
        scale,
        tail,
        _rate(f"{contract}: target_fmr", entry.get("target_fmr")),
        None if target_fpir is None else _rate(f"{contract}: target_fpir", target_fpir),
        evidence if isinstance(evidence, dict) else {},
    )


def _numbers(where: str, value: Any, kind: type[Any]) -> dict[str, float]:
    names = {each.name for each in fields(kind)}
    if not isinstance(value, dict) or set(value) != names:
        raise ValueError(f"{where}: expected {', '.join(sorted(names))}")
    for name, number in value.items():
        if type(number) not in {int, float} or not math.isfinite(number):
            raise ValueError(f"{where}: {name} is no number")
    return {name: float(number) for name, number in value.items()}


def _rate(where: str, value: Any) -> float:
    if type(value) not in {int, float} or not 0 < value < 1:
        raise ValueError(f"{where}: expected a number between 0 and 1")
    return float(value)
