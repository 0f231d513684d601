"""The figures of a liveness evaluation, as lines for a terminal and as one HTML file."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from frapi.evaluation.films import GENUINE
from frapi.evaluation.liveness import BlinkTally, FilmResult, SpeciesResult
from frapi.evaluation.report import STYLE, describe_rate
from frapi.evaluation.statistics import Rate


def liveness_lines(species: Sequence[SpeciesResult], blinks: Sequence[BlinkTally]) -> Iterator[str]:
    """Attacks and living people apart, and no mean over species."""
    for each in species:
        if each.species == GENUINE:
            time = "" if each.median_enrolled_s is None else f", in {each.median_enrolled_s:.1f} s (median)"
            yield f"{GENUINE}: what fails is the BPCER"
            yield f"  enrolments complete:      {describe_rate(each.enrolled)}{time}"
            yield f"  authentications complete: {describe_rate(each.authenticated)}"
        else:
            yield f"{each.species}: APCER"
            yield f"  liveness of enrolments:      {describe_rate(each.live_for_enrollment)}"
            yield f"  liveness of authentications: {describe_rate(each.live_for_authentication)}"
    for tally in blinks:
        yield f"blinks of {tally.name}: {tally.right} of {tally.labelled}, {tally.found} found, F1 {tally.f1:.3f}"


def render_liveness(
    species: Sequence[SpeciesResult], blinks: Sequence[BlinkTally], results: Sequence[FilmResult]
) -> str:
    """One page that needs nothing beside it."""
    attacks = "".join(
        _row(each.species, each.live_for_enrollment, each.live_for_authentication, each.enrolled, each.authenticated)
        for each in species
    )
    tallies = "".join(
        f"<tr><td>{html.escape(each.name)}<td>{each.labelled}<td>{each.found}<td>{each.right}<td>{each.f1:.3f}</tr>"
        for each in blinks
    )
    films = "".join(_film(each) for each in results)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Liveness</title><style>{STYLE}</style>'
        "<h1>Liveness</h1><p>Of attacks every share is an APCER; of genuine films the rest is the BPCER. "
        "In brackets: 95 % intervals, by person. Species are never averaged.</p>"
        "<table><tr><th>Species<th>Liveness, enrolment<th>Liveness, authentication<th>Enrolment complete"
        f"<th>Authentication complete</tr>{attacks}</table>"
        f"<h2>Blinks</h2><table><tr><th>Film<th>Labelled<th>Found<th>Right<th>F1</tr>{tallies}</table>"
        "<h2>Films</h2><table><tr><th>Film<th>Species<th>Enrolled, s<th>Authenticated, s<th>Blinks<th>Motions"
        f"<th>Liveness score<th>Passive score<th>Vetoed by</tr>{films}</table></html>"
    )


def _row(name: str, *rates: Rate) -> str:
    return f"<tr><td>{html.escape(name)}{''.join(f'<td>{describe_rate(rate)}' for rate in rates)}</tr>"


def _film(film: FilmResult) -> str:
    cells = [
        film.name,
        film.species,
        _seconds(film.enrolled_s),
        _seconds(film.authenticated_s),
        str(len(film.blinks_s)),
        str(film.motion_events),
        f"{film.liveness_score:.2f}",
        "" if film.live_face_score is None else f"{film.live_face_score:.2f}",
        ", ".join(film.vetoed),
    ]
    return f"<tr>{''.join(f'<td>{html.escape(cell)}' for cell in cells)}</tr>"


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
