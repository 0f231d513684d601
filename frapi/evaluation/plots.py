"""Small drawings for reports: plain SVG that takes the page's colours."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 460, 320
LEFT, RIGHT, TOP, BOTTOM = 52, 24, 12, 40
GENUINE, IMPOSTOR = "#2a7de1", "#d9534f"
BINS = 60

STYLE = """
.plot{width:100%;max-width:34rem;height:auto}
.plot text{font:11px system-ui,sans-serif;fill:currentColor}
.plot .grid{stroke:currentColor;stroke-opacity:.15}
.plot .frame{fill:none;stroke:currentColor;stroke-opacity:.4}
.plot .mark{stroke:currentColor;stroke-dasharray:4 3;stroke-opacity:.7}
"""


def det_plot(
    curve: Sequence[tuple[float, float, float]],
    impostors: int,
    genuine: int,
    *,
    false_matches: str = "false match rate",
    misses: str = "false non-match rate",
) -> str:
    """FNMR over FMR, both logarithmic, down to what the numbers of pairs can show.

    Args:
        curve: rows of threshold, FMR, FNMR; or FPIR and FNIR.
        false_matches, misses: what the axes are called.
    """
    x_low, y_low = _decade_below(1 / max(impostors, 10)), _decade_below(1 / max(genuine, 10))
    points = " ".join(
        f"{_x(_log_share(fmr, x_low)):.1f},{_y(_log_share(fnmr, y_low)):.1f}" for _, fmr, fnmr in curve if fmr > 0
    )
    ticks = [
        f'<line class="grid" x1="{_x(at):.1f}" y1="{TOP}" x2="{_x(at):.1f}" y2="{HEIGHT - BOTTOM}"/>'
        f'<text x="{_x(at):.1f}" y="{HEIGHT - BOTTOM + 15}" text-anchor="middle">{_percent(rate)}</text>'
        for rate, at in _decades(x_low)
    ]
    ticks += [
        f'<line class="grid" x1="{LEFT}" y1="{_y(at):.1f}" x2="{WIDTH - RIGHT}" y2="{_y(at):.1f}"/>'
        f'<text x="{LEFT - 6}" y="{_y(at) + 4:.1f}" text-anchor="end">{_percent(rate)}</text>'
        for rate, at in _decades(y_low)
    ]
    line = f'<polyline points="{points}" fill="none" stroke="{GENUINE}" stroke-width="2"/>'
    return _frame("DET curve", "".join(ticks) + line, false_matches, misses)


def histogram(genuine: NDArray[np.float64], impostor: NDArray[np.float64], threshold: float) -> str:
    """Scores of both classes, each as shares of its own, and a threshold."""
    every = np.concatenate([genuine, impostor])
    low, high = float(every.min()), float(every.max())
    edges = np.linspace(low, high if high > low else low + 1e-3, BINS + 1)
    shares = [np.histogram(scores, edges)[0] / max(len(scores), 1) for scores in (impostor, genuine)]
    tallest = max(float(share.max()) for share in shares) or 1.0
    bars = "".join(
        f'<rect x="{_x(index / BINS):.1f}" y="{_y(share / tallest):.1f}" width="{(WIDTH - LEFT - RIGHT) / BINS:.1f}" '
        f'height="{share / tallest * (HEIGHT - TOP - BOTTOM):.1f}" fill="{colour}" fill-opacity=".55"/>'
        for colour, each in zip((IMPOSTOR, GENUINE), shares, strict=True)
        for index, share in enumerate(each.tolist())
        if share > 0
    )
    ticks = "".join(
        f'<text x="{_x(at):.1f}" y="{HEIGHT - BOTTOM + 15}" text-anchor="middle">{low + at * (high - low):.3f}</text>'
        for at in (0.0, 0.25, 0.5, 0.75, 1.0)
    )
    at = min(max((threshold - low) / max(high - low, 1e-9), 0.0), 1.0)
    mark = f'<line class="mark" x1="{_x(at):.1f}" y1="{TOP}" x2="{_x(at):.1f}" y2="{HEIGHT - BOTTOM}"/>'
    legend = "".join(
        f'<rect x="{LEFT + 10}" y="{TOP + 8 + 16 * row}" width="10" height="10" fill="{colour}"/>'
        f'<text x="{LEFT + 26}" y="{TOP + 17 + 16 * row}">{name}</text>'
        for row, (colour, name) in enumerate(((GENUINE, "genuine"), (IMPOSTOR, "impostors")))
    )
    return _frame("Scores", bars + ticks + mark + legend, "similarity", "share of its pairs")


def _frame(title: str, inside: str, x_label: str, y_label: str) -> str:
    middle_y = (HEIGHT - BOTTOM + TOP) / 2
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">{inside}'
        f'<rect class="frame" x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" height="{HEIGHT - TOP - BOTTOM}"/>'
        f'<text x="{(WIDTH + LEFT) / 2:.0f}" y="{HEIGHT - 6}" text-anchor="middle">{x_label}</text>'
        f'<text transform="translate(11 {middle_y:.0f}) rotate(-90)" text-anchor="middle">{y_label}</text></svg>'
    )


def _x(share: float) -> float:
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _decade_below(rate: float) -> float:
    return float(10.0 ** math.floor(math.log10(rate) + 1e-9))


def _log_share(rate: float, low: float) -> float:
    """0 at ``low`` and under it, 1 at a rate of 1."""
    return 1 - min(math.log10(max(rate, low)) / math.log10(low), 1.0)


def _decades(low: float) -> list[tuple[float, float]]:
    """(rate, share of the axis) of each power of ten."""
    count = round(-math.log10(low))
    return [(10.0**-power, 1 - power / count) for power in range(count, -1, -1)]


def _percent(rate: float) -> str:
    return f"{rate * 100:g}%"
