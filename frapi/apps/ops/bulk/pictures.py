"""A folder of people becomes templates: whose pictures they are, which of them are fit, and what they make together."""

from __future__ import annotations

import asyncio
import hashlib
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from frapi.errors import InvalidImage
from frapi.evaluation.people import PHOTO_SUFFIXES
from frapi.inference.base import FrameAnalyzer, FrameRequest
from frapi.liveness.continuity import Sample, fuse, fuse_previous
from frapi.liveness.state import MACHINE
from frapi.vision.similarity import similarity
from frapi.vision.types import AnalysisPolicy, Embedding, EmbeddingRequest, FrameObservation, Obstacle

# What the REST API takes for a user's id.
USER_ID = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._@:+-]{1,128}\Z")
# A camera's photographs are larger than a stream's frames.
PHOTOGRAPHS = AnalysisPolicy(max_image_bytes=64 * 1024 * 1024, max_image_pixels=128_000_000)
# A picture belongs to the others when one person in both is at least as likely as two.
SAME_PERSON_MIN_CONFIDENCE = 0.5
# An enrolment from pictures has an id made of them, so that it is known again. Ids of sessions are random (version 4).
_NAMESPACE = uuid.UUID("6f0b6d5e-0f0e-5d2b-9d0c-2a1d3f6f7f11")


@dataclass(frozen=True, slots=True)
class Person:
    """A user to be, and his pictures."""

    user_id: str
    pictures: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Demands:
    """What a picture must meet, as a session's frames must.

    Attributes:
        quality_threshold: least quality score.
        obstacle_thresholds: an obstacle above its own refuses the picture.
    """

    quality_threshold: float
    obstacle_thresholds: Mapping[Obstacle, float]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Prepared:
    """A person's pictures, looked at.

    Attributes:
        enrollment_id: made of tenant, user, recogniser and pictures.
        template: None when nothing is to be stored.
        previous_template: the same under the previous recogniser's contract, while its templates are being replaced.
        used: how many pictures it is made of.
        quality_score: their mean.
        refused: picture -> why it isn't among them.
        reason: why there is no template; empty when there is one, or it is stored already.
    """

    user_id: str
    enrollment_id: uuid.UUID
    template: Embedding | None = None
    used: int = 0
    quality_score: float = 0.0
    refused: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    previous_template: Embedding | None = None


def people_in(folder: Path) -> list[Person]:
    """One folder a user, or one file whose name without its suffix is the user; hidden ones are left out.

    Raises:
        ValueError: it is no folder, or holds nobody.
    """
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder")
    pictures: dict[str, list[Path]] = {}
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            inside = (path for path in sorted(entry.rglob("*")) if path.suffix.lower() in PHOTO_SUFFIXES)
            pictures.setdefault(entry.name, []).extend(inside)
        elif entry.suffix.lower() in PHOTO_SUFFIXES:
            pictures.setdefault(entry.stem, []).append(entry)
    if not pictures:
        raise ValueError(f"{folder} holds neither folders nor pictures")
    return [Person(user_id, tuple(paths)) for user_id, paths in pictures.items()]


def prepare(
    person: Person,
    analyzer: FrameAnalyzer,
    demands: Demands,
    *,
    tenant: uuid.UUID,
    stored: uuid.UUID | None,
    replace: bool,
    confidence: Callable[[float, str], float],
) -> Prepared:
    """Look at a person's pictures, unless they were enrolled already.

    Args:
        stored: the user's enrolment; None when he has none.
        replace: make a template though he has another one.
        confidence: similarity and contract -> probability of one person.
    Raises:
        Unavailable: a model is missing.
    """
    contents, refused = _read(person.pictures)
    contract = analyzer.info().embedding_contract
    enrollment_id = _enrollment_id(tenant, person.user_id, contract, contents.values())
    if not USER_ID.match(person.user_id):
        return Prepared(person.user_id, enrollment_id, reason="user_id_not_allowed")
    if stored == enrollment_id:
        return Prepared(person.user_id, enrollment_id)
    if stored is not None and not replace:
        return Prepared(person.user_id, enrollment_id, reason="already_enrolled")
    samples: dict[str, Sample] = {}
    for name, data in contents.items():
        judged = _look(data, analyzer, demands)
        if isinstance(judged, Sample):
            samples[name] = judged
        else:
            refused[name] = judged
    agreeing = _agreeing(samples, confidence)
    refused |= dict.fromkeys(samples.keys() - agreeing.keys(), "another_face")
    best = sorted(agreeing.values(), key=lambda sample: -sample.quality_score)[: MACHINE.max_samples]
    if not best:
        reason = "pictures_disagree" if samples else "no_usable_picture"
        return Prepared(person.user_id, enrollment_id, refused=refused, reason=reason)
    quality = sum(sample.quality_score for sample in best) / len(best)
    fused, previous = fuse(tuple(best)), fuse_previous(tuple(best))
    return Prepared(person.user_id, enrollment_id, fused, len(best), quality, refused, previous_template=previous)


def is_from_pictures(enrollment_id: uuid.UUID) -> bool:
    """Whether a template was made of pictures, and nobody was seen alive."""
    return enrollment_id.version == 5


def _read(pictures: Iterable[Path]) -> tuple[dict[str, bytes], dict[str, str]]:
    contents, refused = {}, {}
    for path in pictures:
        try:
            contents[path.name] = path.read_bytes()
        except OSError:
            refused[path.name] = "unreadable"
    return contents, refused


def _enrollment_id(tenant: uuid.UUID, user_id: str, contract: str, contents: Iterable[bytes]) -> uuid.UUID:
    digests = sorted(hashlib.sha256(data).hexdigest() for data in contents)
    return uuid.uuid5(_NAMESPACE, "\n".join([str(tenant), user_id, contract, *digests]))


def _look(data: bytes, analyzer: FrameAnalyzer, demands: Demands) -> Sample | str:
    """A sample, or why the picture is none."""
    wanted = EmbeddingRequest(demands.quality_threshold, MACHINE.min_open_ear, thorough=True)
    try:
        seen = asyncio.run(analyzer.analyze(FrameRequest(data, None, PHOTOGRAPHS, wanted)))
    except InvalidImage:
        return "unreadable"
    reason = _why_refused(seen, demands)
    if reason is not None:
        return reason
    if seen.embedding is None or seen.quality is None:
        return "low_quality"
    return Sample(seen.embedding, seen.quality.score, seen.previous_embedding)


def _why_refused(seen: FrameObservation, demands: Demands) -> str | None:
    if seen.reason is not None:
        return seen.reason.value
    over = sorted(
        obstacle.value
        for obstacle, score in seen.obstacle_scores.items()
        if score > demands.obstacle_thresholds.get(obstacle, 1.0)
    )
    if over:
        return ",".join(over)
    if seen.ears is None or min(seen.ears.right, seen.ears.left) < MACHINE.min_open_ear:
        return "eyes_closed"
    if seen.quality is None or seen.quality.score < demands.quality_threshold:
        return "low_quality"
    return None


def _agreeing(samples: Mapping[str, Sample], confidence: Callable[[float, str], float]) -> dict[str, Sample]:
    """Those that show one person, the worst outsider left out first; none where two are left and disagree."""
    kept = dict(samples)
    while len(kept) > 1:
        fits = {name: _confidence_in(kept, name, confidence) for name in kept}
        worst = min(fits, key=lambda name: fits[name])
        if fits[worst] >= SAME_PERSON_MIN_CONFIDENCE:
            return kept
        if len(kept) == 2:
            return {}
        del kept[worst]
    return kept


def _confidence_in(kept: Mapping[str, Sample], name: str, confidence: Callable[[float, str], float]) -> float:
    others = fuse(tuple(sample for other, sample in kept.items() if other != name))
    return confidence(similarity(kept[name].embedding, others), others.contract)
