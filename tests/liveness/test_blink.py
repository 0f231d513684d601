from __future__ import annotations

from collections.abc import Sequence

import pytest

from frapi.liveness.blink import BlinkPolicy, BlinkState, observe_eyes
from frapi.vision.types import EyeAspectRatios

POLICY = BlinkPolicy()
OPEN = 1.0


def count_blinks(
    openness: Sequence[float | tuple[float, float]], *, fps: float = 10, open_ear: float = 0.3, yaw_deg: float = 0.0
) -> int:
    """Blinks seen when the eyes' openness (1 = open) runs through ``openness``."""
    state, blinks = BlinkState(), 0
    for index, value in enumerate(openness):
        right, left = value if isinstance(value, tuple) else (value, value)
        state, blinked = observe_eyes(
            state,
            EyeAspectRatios(right * open_ear, left * open_ear),
            yaw_deg=yaw_deg,
            now_ms=round(index * 1000 / fps),
            policy=POLICY,
        )
        blinks += blinked
    return blinks


@pytest.mark.parametrize("fps", [5, 10, 15, 30])
@pytest.mark.parametrize("open_ear", [0.16, 0.30, 0.42])
def test_counts_a_blink_at_any_rate_and_eye_shape(fps: int, open_ear: float) -> None:
    closed_frames = max(1, round(0.15 * fps))
    course = [OPEN] * fps + [0.2] * closed_frames + [OPEN] * fps
    assert count_blinks(course, fps=fps, open_ear=open_ear) == 1


def test_counts_each_of_two_blinks_in_a_row() -> None:
    assert count_blinks([OPEN] * 10 + [0.2, 0.3, OPEN, OPEN, 0.1, OPEN]) == 2


@pytest.mark.parametrize(
    ("course", "why"),
    [
        ([OPEN] * 30, "open eyes"),
        ([OPEN] * 10 + [0.75] * 3 + [OPEN] * 5, "a squint"),
        ([OPEN] * 10 + [0.3] * 12 + [OPEN] * 5, "eyes closed for over a second"),
        ([OPEN] * 10 + [0.2] * 5, "closed and not open again"),
        ([0.2] * 3 + [OPEN] * 10, "first seen closed"),
        ([OPEN] * 10 + [(0.2, OPEN)] * 2 + [OPEN] * 5, "a wink"),
        ([OPEN, 0.2, OPEN], "no baseline yet"),
    ],
)
def test_does_not_count(course: list[float | tuple[float, float]], why: str) -> None:
    assert count_blinks(course) == 0, why


def test_counts_nothing_with_the_head_turned_far() -> None:
    assert count_blinks([OPEN] * 10 + [0.2, 0.2] + [OPEN] * 5, yaw_deg=40) == 0


def test_a_blink_does_not_span_missing_frames() -> None:
    assert count_blinks([OPEN] * 6 + [0.2] + [OPEN] * 6, fps=2) == 0


def test_follows_eyes_that_grow_narrower() -> None:
    course = [OPEN] * 20 + [0.7] * 60 + [0.2, 0.2] + [0.7] * 5
    assert count_blinks(course) == 1
