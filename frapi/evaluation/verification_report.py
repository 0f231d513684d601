"""A verification's figures, as lines for a terminal and as one HTML file that needs nothing beside it."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from frapi.evaluation import plots
from frapi.evaluation.curves import PAIRS_PER_RATE, Estimate
from frapi.evaluation.pages import PAGE_STYLE, show_pairs
from frapi.evaluation.pairs import Pair
from frapi.evaluation.report import describe_rate
from frapi.evaluation.verification import AtFmr, ScoredPairs, VerificationResult, worst_pairs


def verification_lines(result: VerificationResult) -> Iterator[str]:
    """For a terminal."""
    yield f"recogniser: {result.contract}"
    yield (
        f"{result.genuine} genuine and {result.impostors} impostor pairs of {result.people} people, "
        f"{result.pictures} pictures"
    )
    yield failure_line(result)
    yield "95 % intervals in brackets, by drawing people, not pairs"
    yield f"EER                     {describe_estimate(result.eer)}, threshold {result.eer_threshold:.4f}"
    for at in result.at_fmr:
        yield f"TAR at FMR {at.fmr:<12.0e} {describe_at(at, result)}"
    yield (
        f"accuracy, best here     {describe_estimate(result.accuracy)}, threshold {result.accuracy_threshold:.4f}; "
        "chosen on these pairs, so it flatters"
    )
    if fold := result.fold_accuracy:
        yield f"accuracy, {len(result.folds)} folds      {fold[0]:.2%} ± {fold[1]:.2%} (standard error)"
    if result.at_server is not None and result.server_threshold is not None:
        yield f"at the server's threshold of {result.server_threshold:.4f}, meant for means of several pictures:"
        yield f"  FMR  {describe_rate(result.at_server.fmr)}"
        yield f"  FNMR {describe_rate(result.at_server.fnmr)}"
    yield f"at a threshold of {result.threshold:.4f}:"
    for each in result.at_threshold:
        yield f"  {each.name:<16} FMR  {describe_rate(each.fmr)}"
        yield f"  {'':<16} FNMR {describe_rate(each.fnmr)}"


def failure_line(result: VerificationResult) -> str:
    """What could not be embedded, and what was made of it."""
    if not result.failures:
        return "failures to acquire: none"
    reasons = ", ".join(f"{reason} {count}" for reason, count in result.failures.items())
    return (
        f"failures to acquire: {sum(result.failures.values())} pictures ({reasons}); {result.genuine_failed} genuine "
        f"pairs count as not matched, {result.impostors_failed} impostor pairs are left out"
    )


def describe_estimate(estimate: Estimate) -> str:
    """Value and interval."""
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.2%}"
    return f"{estimate.value:.2%} ({estimate.low:.2%} to {estimate.high:.2%})"


def describe_at(at: AtFmr, result: VerificationResult) -> str:
    """The true accept rate, or why there is none."""
    if at.tar is None or at.threshold is None:
        needed = round(PAIRS_PER_RATE / at.fmr)
        return f"too few pairs: {result.impostors - result.impostors_failed} impostor pairs, {needed} are needed"
    return f"{describe_estimate(at.tar)}, threshold {at.threshold:.4f}"


def render_verification(result: VerificationResult, scored: ScoredPairs, images: Path) -> str:
    """One page: figures, curves and the worst pairs as pictures."""
    rows = [
        ("EER", f"{describe_estimate(result.eer)}", f"{result.eer_threshold:.4f}"),
        *((f"TAR at FMR {at.fmr:.0e}", *_cells(at, result)) for at in result.at_fmr),
        ("Accuracy, best here", describe_estimate(result.accuracy), f"{result.accuracy_threshold:.4f}"),
    ]
    if fold := result.fold_accuracy:
        rows.append((f"Accuracy, {len(result.folds)} folds", f"{fold[0]:.2%} ± {fold[1]:.2%} (standard error)", ""))
    figures = "".join(f"<tr><td>{name}<td>{value}<td>{threshold}</tr>" for name, value, threshold in rows)
    finite = np.isfinite(scored.scores)
    genuine, impostors = scored.scores[finite & scored.same], scored.scores[finite & ~scored.same]
    det = plots.det_plot(result.curve, result.impostors, result.genuine)
    shares = plots.histogram(genuine, impostors, result.threshold)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Verification</title><style>{PAGE_STYLE}</style><h1>Verification</h1>"
        f"<p>{result.genuine} genuine and {result.impostors} impostor pairs of {result.people} people, "
        f"{result.pictures} pictures. Recogniser: <code>{html.escape(result.contract)}</code>.</p>"
        f"<p>{html.escape(failure_line(result).capitalize())}.</p>"
        f'<table class="numbers"><tr><th>Figure<th>Value<th>Threshold</tr>{figures}</table>'
        "<p>In brackets: 95 % intervals, by drawing people, not pairs.</p>"
        f'<div class="plots"><figure>{det}</figure><figure>{shares}</figure></div>'
        f"<p>The dashed line is the threshold of {result.threshold:.4f}.</p>"
        f"<h2>At the threshold of {result.threshold:.4f}</h2>{_groups(result)}{_at_server(result)}"
        f"<h2>Genuine pairs that resemble each other least</h2>{_pairs(worst_pairs(scored, same=True), images)}"
        f"<h2>Impostor pairs that resemble each other most</h2>{_pairs(worst_pairs(scored, same=False), images)}</html>"
    )


def _cells(at: AtFmr, result: VerificationResult) -> tuple[str, str]:
    if at.tar is None or at.threshold is None:
        return describe_at(at, result), ""
    return describe_estimate(at.tar), f"{at.threshold:.4f}"


def _groups(result: VerificationResult) -> str:
    rows = "".join(
        f"<tr><td>{html.escape(each.name)}<td>{describe_rate(each.fmr)}<td>{describe_rate(each.fnmr)}</tr>"
        for each in result.at_threshold
    )
    return f'<table class="numbers"><tr><th>Pairs<th>False matches<th>False non-matches</tr>{rows}</table>'


def _at_server(result: VerificationResult) -> str:
    if result.at_server is None or result.server_threshold is None:
        return ""
    return (
        f"<p>At the server's threshold of {result.server_threshold:.4f}, meant for means of several pictures: "
        f"FMR {describe_rate(result.at_server.fmr)}; FNMR {describe_rate(result.at_server.fnmr)}.</p>"
    )


def _pairs(pairs: Sequence[tuple[Pair, float]], images: Path) -> str:
    return show_pairs([(pair.first, pair.second, score) for pair, score in pairs], images)
