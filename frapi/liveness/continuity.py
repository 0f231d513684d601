"""One session, one face: where it was, and whether it is still the same person's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from frapi.vision.embed import fuse_embeddings
from frapi.vision.recognizers import DLIB, DLIB_PLAIN, MOBILEFACENET
from frapi.vision.relief import Texture, resemblance
from frapi.vision.similarity import cosine_similarity
from frapi.vision.types import Embedding, FaceBox


@dataclass(frozen=True, slots=True)
class ContinuityPolicy:
    """Attributes:
    max_unseen_ms: a face missing from the frames for longer is lost. Covers two frames at 10 frames/s.
    max_gap_ms: without any frame for longer, a face is lost too. A busy server or network may take so long.
    min_overlap: a face found again in time is taken for the same one, until its embedding tells, when it covers this
        share of where it was (intersection over union).
    min_resemblance: correlation of the face's texture from one frame to the next, lids and lips apart. Of 11 clips of
        real people at 10 frames/s it never fell under 0.69, over 200 ms never under 0.65; other people's faces reach
        0.61 in 1 of 100 pairs. A cut to another face breaks continuity though the tracker follows it.
    same_person_min_similarity: embedding contract -> least cosine similarity of a frame and the mean of the ones
        before. dlib: over 11 clips no accepted frame fell under 0.945; of other people's faces 1 in 1000 reaches it.
        MobileFaceNet: 0.659 over 11 clips, 0.548 with a mask; of others' photographs 1 in 10,000 reaches 0.426.
    other_min_similarity: for contracts of which no clips were measured: MobileFaceNet's, since those networks were
        trained with an angular margin too.
    """

    max_unseen_ms: int = 300
    max_gap_ms: int = 1000
    min_overlap: float = 0.4
    min_resemblance: float = 0.62
    same_person_min_similarity: Mapping[str, float] = field(
        default_factory=lambda: {DLIB.contract: 0.93, DLIB_PLAIN.contract: 0.93, MOBILEFACENET.contract: 0.5}
    )
    other_min_similarity: float = 0.5

    def least_likeness(self, contract: str) -> float:
        """Least cosine similarity of two views of one person in a session."""
        return self.same_person_min_similarity.get(contract, self.other_min_similarity)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sample:
    """An accepted frame's embedding.

    Attributes:
        previous: the same face under the previous recogniser's contract, while its templates are being replaced.
    """

    embedding: Embedding
    quality_score: float
    previous: Embedding | None = None


class Continuity(StrEnum):
    """How a sighting continues the ones before."""

    UNBROKEN = "unbroken"
    UNCERTAIN = "uncertain"  # found again at once, in place: the next embedding will tell
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FaceTrack:
    """Where and when the session's face was last seen, and what was drawn on it.

    Attributes:
        confirmed: its embedding matched the session's samples since it was last found.
        missed: a frame since then didn't show it.
    """

    track_id: int
    seen_ms: int
    box: FaceBox
    texture: Texture
    confirmed: bool
    missed: bool = False


def follow(
    track: FaceTrack | None,
    *,
    track_id: int,
    box: FaceBox,
    texture: Texture,
    now_ms: int,
    policy: ContinuityPolicy,
) -> tuple[FaceTrack, Continuity]:
    """Take in one sighting.

    Args:
        track: the one before; None when the session has seen no face since it began or resumed.
        track_id: the pipeline's.
        texture: what is drawn on the face.
    """
    found = FaceTrack(track_id, now_ms, box, texture, confirmed=False)
    if track is None:
        return found, Continuity.BROKEN
    gap_ms = now_ms - track.seen_ms
    if gap_ms <= policy.max_unseen_ms and resemblance(track.texture, texture) < policy.min_resemblance:
        return found, Continuity.BROKEN
    if gap_ms <= policy.max_unseen_ms and track_id == track.track_id:
        return replace(track, seen_ms=now_ms, box=box, texture=texture, missed=False), Continuity.UNBROKEN
    longest_ms = policy.max_unseen_ms if track.missed else policy.max_gap_ms
    if gap_ms <= longest_ms and _intersection_over_union(track.box, box) >= policy.min_overlap:
        return found, Continuity.UNCERTAIN
    return found, Continuity.BROKEN


def is_same_person(samples: tuple[Sample, ...], embedding: Embedding, policy: ContinuityPolicy) -> bool:
    """Whether ``embedding`` shows the person of ``samples``; True when there is none to differ from.

    Samples of another contract, taken before the server was given another recogniser, can't tell: whoever is there now
    begins anew.
    """
    if not samples:
        return True
    contract = embedding.contract
    if samples[0].embedding.contract != contract:
        return False
    return cosine_similarity(fuse(samples), embedding) >= policy.least_likeness(contract)


def agreeing(samples: tuple[Sample, ...], policy: ContinuityPolicy) -> tuple[Sample, ...]:
    """The samples without those that disagree with their fellows, each against the mean of the others.

    The bound is that of :func:`is_same_person`, which judges a frame when it comes, by those before it alone: whether
    the very first was a good one, only those after it can tell. Over 12 clips it takes a frame of the person himself
    out of at most 1 in 100 templates, and leaves 3 or 4 in 100 foreign ones; see benchmarks/agreement.py. Two that
    disagree both stay.
    """
    while len(samples) > 2:
        fellows = [(*samples[:number], *samples[number + 1 :]) for number in range(len(samples))]
        likeness = [
            cosine_similarity(fuse(others), sample.embedding) for others, sample in zip(fellows, samples, strict=True)
        ]
        worst = min(range(len(samples)), key=likeness.__getitem__)
        if likeness[worst] >= policy.least_likeness(samples[0].embedding.contract):
            break
        samples = fellows[worst]
    return samples


def fuse(samples: tuple[Sample, ...]) -> Embedding:
    """The samples' mean, weighted by quality."""
    return fuse_embeddings([sample.embedding for sample in samples], _weights(samples))


def fuse_previous(samples: tuple[Sample, ...]) -> Embedding | None:
    """The same under the previous recogniser's contract; None where a sample has no such embedding."""
    embeddings = [sample.previous for sample in samples if sample.previous is not None]
    if len(embeddings) < len(samples) or len({each.contract for each in embeddings}) != 1:
        return None
    return fuse_embeddings(embeddings, _weights(samples))


def _weights(samples: tuple[Sample, ...]) -> list[float]:
    return [sample.quality_score for sample in samples]


def _intersection_over_union(first: FaceBox, second: FaceBox) -> float:
    width = min(first.x_max, second.x_max) - max(first.x_min, second.x_min)
    height = min(first.y_max, second.y_max) - max(first.y_min, second.y_min)
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (first.width_px * first.height_px + second.width_px * second.height_px - shared)
