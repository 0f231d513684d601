"""Scores become verdicts."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    ACCEPT = "accept"
    RETRY = "retry"
    REJECT = "reject"


def decide(similarity_score: float | None, *, threshold: float, final: bool) -> Verdict:
    """Judge a comparison.

    Args:
        similarity_score: similarity of probe and template; None when there was nothing to compare with.
        threshold: least similarity of an accepted comparison.
        final: no further evidence will come.
    Returns:
        RETRY only while ``final`` is False: feed more frames to the session and ask again.
    """
    if similarity_score is not None and similarity_score >= threshold:
        return Verdict.ACCEPT
    return Verdict.REJECT if final else Verdict.RETRY
