"""Blinks counted in clips of real people, against automatic labels.

The labels (``clips/blinks_auto.json``) were made by a machine and include some squints: they are no ground truth.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from benchmarks import corpus
from frapi.liveness.blink import BlinkPolicy, BlinkState, observe_eyes
from frapi.vision.pipeline import analyze
from frapi.vision.types import AnalysisPolicy, TrackState

RATES_FPS = (25.0, 15.0, 10.0)
# A detection belongs to a labelled blink when it comes at most so long before its start or after its end.
TOLERANCE_S = 0.45


@dataclass(frozen=True, slots=True)
class Tally:
    """Blinks that were found, invented and missed."""

    hits: int
    false_alarms: int
    misses: int

    @property
    def precision(self) -> float:
        return self.hits / max(self.hits + self.false_alarms, 1)

    @property
    def recall(self) -> float:
        return self.hits / max(self.hits + self.misses, 1)

    @property
    def f1(self) -> float:
        return 2 * self.hits / max(2 * self.hits + self.false_alarms + self.misses, 1)


def run(data: Path) -> None:
    """Print precision and recall for every labelled clip and rate."""
    labels = json.loads((data / "clips" / "blinks_auto.json").read_text())
    print("| clip | frames/s | labelled | found | false | precision | recall | F1 |\n|---|---|---|---|---|---|---|---|")
    for name, label in labels.items():
        if label is None or not label["times_s_dur_minear"]:
            continue
        spans = [(start, start + duration) for start, duration, _ in label["times_s_dur_minear"]]
        for rate in RATES_FPS:
            tally = compare(blink_times_s(data, name, rate), spans)
            print(
                f"| {name} | {rate:.0f} | {len(spans)} | {tally.hits} | {tally.false_alarms} "
                f"| {tally.precision:.2f} | {tally.recall:.2f} | {tally.f1:.2f} |",
                flush=True,
            )


def blink_times_s(data: Path, name: str, fps: float) -> list[float]:
    """When blinks were completed."""
    state, found = BlinkState(), []
    track: TrackState | None = None
    policy, blink_policy = AnalysisPolicy(), BlinkPolicy()
    for at_ms, image in corpus.clip_frames(data, name, fps=fps):
        seen = analyze(image, track, corpus.runner(), policy)
        track = seen.track
        if seen.ears is None or seen.pose is None:
            continue
        state, blinked = observe_eyes(
            state, seen.ears, yaw_deg=seen.pose.yaw_deg, now_ms=round(at_ms), policy=blink_policy
        )
        if blinked:
            found.append(at_ms / 1000)
    return found


def compare(found_s: list[float], labelled_s: list[tuple[float, float]]) -> Tally:
    """Match each detection to at most one label."""
    open_labels = list(labelled_s)
    hits = 0
    for at in found_s:
        near = [span for span in open_labels if span[0] - TOLERANCE_S <= at <= span[1] + TOLERANCE_S]
        if near:
            open_labels.remove(near[0])
            hits += 1
    return Tally(hits, len(found_s) - hits, len(open_labels))
