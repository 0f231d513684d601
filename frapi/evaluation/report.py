"""An evaluation as one HTML file that needs nothing beside it."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence

import cv2

from frapi.evaluation.obstacles import ObstacleResult, Scored, worst_mistakes
from frapi.evaluation.statistics import Rate
from frapi.vision.types import ImageU8

STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.35rem .8rem .35rem 0;border-bottom:1px solid #8886}
.plots,.mistakes{display:flex;flex-wrap:wrap;gap:1rem}
figure{margin:0}
figcaption{font-size:.8rem;max-width:8rem;overflow-wrap:anywhere}
svg{width:15rem;height:15rem}
"""
# A false positive rate beyond this is of no use to anybody; the curve's left end is what matters.
_SHOWN_FALSE_POSITIVES = 0.1


def render_report(title: str, scored: Sequence[Scored], results: Sequence[ObstacleResult]) -> str:
    """Tables, ROC curves and the worst mistakes."""
    rows = "".join(_row(result) for result in results)
    plots = "".join(f"<figure>{_roc(result)}<figcaption>{result.obstacle}</figcaption></figure>" for result in results)
    mistakes = "".join(_mistakes(scored, result) for result in results)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<style>{STYLE}</style><h1>{html.escape(title)}</h1>"
        "<table><tr><th>Obstacle<th>Threshold<th>AUC<th>Found<th>Clean frames rejected<th>No face</tr>"
        f"{rows}</table><p>In brackets: 95 % intervals, by person.</p>"
        f'<h2>ROC, up to {_SHOWN_FALSE_POSITIVES:.0%} false positives</h2><div class="plots">{plots}</div>'
        f"<h2>Worst mistakes</h2>{mistakes}</html>"
    )


def describe_rate(rate: Rate) -> str:
    """For people: share, interval and what it rests on."""
    if rate.value is None:
        return "none to measure"
    interval = f" ({rate.low:.2%} to {rate.high:.2%})" if rate.low is not None and rate.high is not None else ""
    return f"{rate.value:.2%}{interval} of {rate.count}, {rate.persons} people"


def _row(result: ObstacleResult) -> str:
    auc = "" if result.auc is None else f"{result.auc:.4f}"
    return (
        f"<tr><td>{result.obstacle}<td>{result.threshold:.2f}<td>{auc}<td>{describe_rate(result.true_positives)}"
        f"<td>{describe_rate(result.false_positives)}<td>{result.without_face}</tr>"
    )


def _roc(result: ObstacleResult) -> str:
    points = " ".join(
        f"{min(false / _SHOWN_FALSE_POSITIVES, 1.0) * 100:.2f},{100 - true * 100:.2f}" for false, true, _ in result.roc
    )
    working = ""
    if result.false_positives.value is not None and result.true_positives.value is not None:
        x = min(result.false_positives.value / _SHOWN_FALSE_POSITIVES, 1.0) * 100
        working = f'<circle cx="{x:.2f}" cy="{100 - result.true_positives.value * 100:.2f}" r="2.5" fill="#c33"/>'
    return (
        '<svg viewBox="-6 -6 112 112" role="img"><rect width="100" height="100" fill="none" stroke="#888"/>'
        '<line x1="10" y1="0" x2="10" y2="100" stroke="#8886"/>'
        f'<polyline points="{points}" fill="none" stroke="#36c" stroke-width="1.5"/>{working}</svg>'
    )


def _mistakes(scored: Sequence[Scored], result: ObstacleResult) -> str:
    figures = "".join(
        f'<figure><img alt="" src="data:image/jpeg;base64,{_jpeg(each.crop)}"><figcaption>'
        f"{html.escape(each.row.path)}: {each.scores[result.obstacle]:.2f}, is {int(each.row.present)}"
        "</figcaption></figure>"
        for each in worst_mistakes(scored, result.obstacle, result.threshold)
        if each.crop is not None and each.scores is not None
    )
    return f'<h3>{result.obstacle}</h3><div class="mistakes">{figures or "none"}</div>'


def _jpeg(crop_rgb: ImageU8) -> str:
    _, data = cv2.imencode(".jpg", cv2.cvtColor(crop_rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 85])
    return base64.b64encode(data.tobytes()).decode()
