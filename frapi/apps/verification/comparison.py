"""Whom a probe resembles, under whichever contract he is enrolled."""

from __future__ import annotations

from dataclasses import dataclass, replace

from frapi.apps import scales
from frapi.apps.templates.services import load_template, match_identity
from frapi.apps.verification.models import Session
from frapi.gallery.base import Match
from frapi.liveness.types import EvidenceReady, SessionKind
from frapi.vision.similarity import similarity
from frapi.vision.types import Embedding


@dataclass(frozen=True, slots=True)
class Comparison:
    """A probe and the template nearest to it.

    Attributes:
        contract: under which they were compared.
        previous: it is that of the recogniser whose templates are being replaced.
        threshold: least similarity of a match.
        confidence: calibrated probability that both show one person.
    """

    user_id: str
    similarity_score: float
    contract: str
    previous: bool
    threshold: float
    confidence: float

    @property
    def is_match(self) -> bool:
        return self.similarity_score >= self.threshold


def compare(session: Session, evidence: EvidenceReady) -> Comparison | None:
    """The user whom the probe resembles, whether or not it is enough: the claimed one, or the nearest of all.

    While templates of a previous recogniser are being replaced everybody is enrolled under one contract or the other.
    Similarities under different contracts have nothing in common; what they mean has: the better match is the one of
    the greater confidence.

    Returns:
        None when there is nobody to compare with.
    """
    return max(_comparisons(session, evidence), key=lambda each: (each.is_match, each.confidence), default=None)


def confirmed(session: Session, evidence: EvidenceReady, comparison: Comparison | None) -> Comparison | None:
    """The comparison by the template as it is now: call it within the transaction that ends the session.

    Returns:
        None when its user was erased, or enrolled anew under another contract, since he was looked for.
    """
    if comparison is None:
        return None
    probe = next(probe for probe, _ in evidence.probes if probe.contract == comparison.contract)
    template_l2 = load_template(session.client_id, comparison.user_id, comparison.contract)
    if template_l2 is None:
        return None
    score = similarity(Embedding(template_l2, probe.contract), probe)
    confidence = scales.confidence(score, comparison.contract, previous=comparison.previous)
    return replace(comparison, similarity_score=score, confidence=confidence)


def _comparisons(session: Session, evidence: EvidenceReady) -> list[Comparison]:
    found = [(_match(session, probe), probe.contract, previous) for probe, previous in evidence.probes]
    searched = sum(match.gallery_size for match, *_ in found if match is not None)
    return [
        Comparison(
            match.user_id,
            match.similarity_score,
            contract,
            previous,
            _threshold(session, contract, searched, previous=previous),
            scales.confidence(match.similarity_score, contract, previous=previous),
        )
        for match, contract, previous in found
        if match is not None
    ]


def _match(session: Session, probe: Embedding) -> Match | None:
    if session.kind == SessionKind.IDENTIFICATION:
        return match_identity(session.client_id, probe)
    template_l2 = load_template(session.client_id, session.user_id, probe.contract)
    if template_l2 is None:
        return None
    return Match(session.user_id, similarity(Embedding(template_l2, probe.contract), probe))


def _threshold(session: Session, contract: str, searched: int, *, previous: bool) -> float:
    """Least similarity of a match; for a nearest of all, at the size of all that was searched."""
    if session.kind != SessionKind.IDENTIFICATION:
        return scales.match_threshold(contract, previous=previous)
    return scales.identification_threshold(contract, searched, previous=previous)
