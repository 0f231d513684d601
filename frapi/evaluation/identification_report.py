"""An identification's figures, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from frapi.evaluation.curves import PAIRS_PER_RATE
from frapi.evaluation.identification import AtFpir, IdentificationResult, SizeResult
from frapi.evaluation.verification_report import describe_estimate


def identification_lines(result: IdentificationResult) -> Iterator[str]:
    """For a terminal."""
    yield f"recogniser: {result.contract}"
    yield (
        f"{result.people} people, {result.pictures} pictures, {result.gallery_samples} of each person enrolled; "
        "95 % intervals in brackets, by person"
    )
    reasons = ", ".join(f"{reason} {count}" for reason, count in result.failures.items())
    yield f"failures to acquire, left out: {reasons or 'none'}"
    for size in result.sizes:
        yield (
            f"gallery of {size.size}: {size.mates} probes of {size.mated_people} enrolled people, "
            f"{size.strangers} of {size.stranger_people} strangers"
        )
        yield f"  rank 1               {describe_estimate(size.rank_1)}"
        for at in size.at_fpir:
            yield f"  FNIR at FPIR {at.fpir:<7.0e} {_describe(at, size)}"
        if size.server_threshold is not None and size.server_fpir is not None and size.server_fnir is not None:
            yield (
                f"  at the server's threshold of {size.server_threshold:.4f}: FPIR "
                f"{describe_estimate(size.server_fpir)}, FNIR {describe_estimate(size.server_fnir)}"
            )


def _describe(at: AtFpir, size: SizeResult) -> str:
    if at.threshold is None or at.fnir is None:
        return f"too few strangers: {size.strangers} probes, {round(PAIRS_PER_RATE / at.fpir)} are needed"
    return f"{describe_estimate(at.fnir)}, threshold {at.threshold:.4f}"
