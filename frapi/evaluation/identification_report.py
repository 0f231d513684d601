"""An identification's figures, as lines for a terminal and as one HTML file that needs nothing beside it."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from frapi.evaluation import plots
from frapi.evaluation.curves import PAIRS_PER_RATE
from frapi.evaluation.identification import AtFpir, Division, IdentificationResult, Searches, SizeResult
from frapi.evaluation.pages import PAGE_STYLE, show_pairs
from frapi.evaluation.verification_report import describe_estimate

WORST_SHOWN = 18


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


def render_identification(result: IdentificationResult, division: Division, searches: Searches, images: Path) -> str:
    """One page: figures by gallery size, curves, and who was missed or taken for somebody else, as pictures."""
    largest = result.sizes[-1]
    curve = plots.det_plot(
        searches.curve(),
        len(searches.nearest),
        len(searches.own),
        false_matches="strangers taken for somebody (FPIR)",
        misses="enrolled people missed (FNIR)",
    )
    threshold = largest.server_threshold
    shares = plots.histogram(
        searches.own.astype(np.float64),
        searches.nearest.astype(np.float64),
        float(np.median(searches.nearest)) if threshold is None else threshold,
    )
    mark = "the middle of the strangers' scores" if threshold is None else f"the server's threshold of {threshold:.4f}"
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Identification</title><style>{PAGE_STYLE}</style><h1>Identification</h1>"
        f"<p>{result.people} people, {result.pictures} pictures, {result.gallery_samples} of each person enrolled. "
        f"Recogniser: <code>{html.escape(result.contract)}</code>.</p>"
        f"{_sizes(result)}<p>In brackets: 95 % intervals, by person.</p>"
        f'<div class="plots"><figure>{curve}</figure><figure>{shares}</figure></div>'
        f"<p>Both of the whole gallery of {largest.size}. Impostors are strangers, each by the nearest template; the "
        f"dashed line is {mark}.</p>"
        f"<h2>Enrolled people who resemble themselves least</h2>{_missed(division, searches, images)}"
        f"<h2>Strangers who resemble somebody most</h2>{_mistaken(division, searches, images)}</html>"
    )


def _sizes(result: IdentificationResult) -> str:
    rows = []
    for size in result.sizes:
        server = ["", "", ""]
        if size.server_threshold is not None and size.server_fpir is not None and size.server_fnir is not None:
            server = [f"{size.server_threshold:.4f}", *map(describe_estimate, (size.server_fpir, size.server_fnir))]
        cells = [str(size.size), describe_estimate(size.rank_1), *(_describe(at, size) for at in size.at_fpir), *server]
        rows.append("<tr><td>" + "<td>".join(cells) + "</tr>")
    asked = "".join(f"<th>FNIR at FPIR {at.fpir:.0e}" for at in result.sizes[0].at_fpir)
    head = f"<tr><th>Gallery<th>Rank 1{asked}<th>Server's threshold<th>FPIR there<th>FNIR there</tr>"
    return f'<table class="numbers">{head}{"".join(rows)}</table>'


def _missed(division: Division, searches: Searches, images: Path) -> str:
    worst = np.argsort(searches.own)[:WORST_SHOWN].tolist()
    return show_pairs(
        (
            (division.mate_paths[probe], division.gallery_paths[division.mate_of[probe]], float(searches.own[probe]))
            for probe in worst
        ),
        images,
    )


def _mistaken(division: Division, searches: Searches, images: Path) -> str:
    worst = np.argsort(-searches.nearest)[:WORST_SHOWN].tolist()
    return show_pairs(
        (
            (
                division.stranger_paths[probe],
                division.gallery_paths[searches.nearest_row[probe]],
                float(searches.nearest[probe]),
            )
            for probe in worst
        ),
        images,
    )
