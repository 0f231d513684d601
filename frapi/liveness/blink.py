"""Blinks: both eyelids close and open again, as fast as lids do.

Closure is relative to the person's own open eyes, and everything is timed in milliseconds, so that narrow eyes and any
frame rate are judged alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from frapi.vision.types import EyeAspectRatios


@dataclass(frozen=True, slots=True)
class BlinkPolicy:
    """Attributes:
    baseline_window_ms: how far back open eyes are remembered.
    baseline_quantile: of the eye aspect ratios in the window; lids are open far more than 20 % of the time.
    min_baseline_ms: a baseline younger than this is no baseline.
    closed_ratio: both eyes at or under this share of their baseline are closed.
    open_ratio: both eyes at or over this share are open again.
    max_closed_ms: a longer closure is a gaze down, a squint or sleep.
    max_frame_gap_ms: between frames further apart a lid could do anything unseen.
    max_yaw_deg: beyond it the far eye can't be measured.
    """

    baseline_window_ms: int = 5000
    baseline_quantile: float = 0.8
    min_baseline_ms: int = 400
    closed_ratio: float = 0.6
    open_ratio: float = 0.65
    max_closed_ms: int = 900
    max_frame_gap_ms: int = 350
    max_yaw_deg: float = 30.0


@dataclass(frozen=True, slots=True)
class EyeSample:
    at_ms: int
    ears: EyeAspectRatios


@dataclass(frozen=True, slots=True)
class BlinkState:
    """What the detector remembers: recent samples, and when the eyes were last seen open before a closure."""

    history: tuple[EyeSample, ...] = ()
    open_before_ms: int | None = None
    closed: bool = False
    baseline: EyeAspectRatios | None = field(default=None)


def observe_eyes(
    state: BlinkState, ears: EyeAspectRatios, *, yaw_deg: float, now_ms: int, policy: BlinkPolicy
) -> tuple[BlinkState, bool]:
    """Take in one frame.

    Returns:
        The next state, and whether this frame completes a blink.
    """
    if abs(yaw_deg) > policy.max_yaw_deg:
        return replace(state, closed=False, open_before_ms=None), False
    if state.history and now_ms - state.history[-1].at_ms > policy.max_frame_gap_ms:
        state = replace(state, closed=False, open_before_ms=None)
    oldest_ms = now_ms - policy.baseline_window_ms
    history = (*(sample for sample in state.history if sample.at_ms >= oldest_ms), EyeSample(now_ms, ears))
    if now_ms - history[0].at_ms < policy.min_baseline_ms:
        return replace(state, history=history), False
    baseline = _baseline(history, policy.baseline_quantile)
    openness = max(_ratio(ears.right, baseline.right), _ratio(ears.left, baseline.left))
    closed, open_before_ms, blinked = state.closed, state.open_before_ms, False
    if openness <= policy.closed_ratio:
        closed = closed or open_before_ms is not None
    elif min(_ratio(ears.right, baseline.right), _ratio(ears.left, baseline.left)) >= policy.open_ratio:
        blinked = closed and open_before_ms is not None and now_ms - open_before_ms <= policy.max_closed_ms
        closed, open_before_ms = False, now_ms
    return BlinkState(history, open_before_ms, closed, baseline), blinked


def _baseline(history: tuple[EyeSample, ...], quantile: float) -> EyeAspectRatios:
    rank = int(quantile * (len(history) - 1))
    return EyeAspectRatios(
        right=sorted(sample.ears.right for sample in history)[rank],
        left=sorted(sample.ears.left for sample in history)[rank],
    )


def _ratio(ear: float, baseline: float) -> float:
    return ear / baseline if baseline > 0 else 1.0
