from __future__ import annotations

from collections.abc import Sequence

import pytest

from frapi.liveness.rigidity import RigidityPolicy, RigidityState, observe_face
from frapi.vision.relief import Surface
from tests.faces import seen

POLICY = RigidityPolicy()


def count_blinks(grimaces: Sequence[float], blinks_at: set[int], *, moved_at: int | None = None) -> int:
    """Blinks that count, of lids that blink in the frames ``blinks_at``, at 10 frames/s."""
    state, counted = RigidityState(), 0
    for number, grimace in enumerate(grimaces):
        frame = seen(grimace=grimace)
        assert frame.view is not None
        assert frame.pose is not None
        state, blinks = observe_face(
            state,
            Surface(frame.view),
            frame.pose,
            blinked=number in blinks_at,
            moved=number == moved_at,
            eyes_open=True,
            now_ms=number * 100,
            policy=POLICY,
        )
        counted += blinks
    return counted


LIVING = [0, 0, 1, 2, 3, 4, 5, 6, 6, 6]


def test_a_blink_of_a_living_face_counts() -> None:
    assert count_blinks(LIVING, {9}) == 1


@pytest.mark.parametrize("blinks_at", [{9}, {5, 12, 19}])
def test_lids_on_a_rigid_picture_do_not(blinks_at: set[int]) -> None:
    assert count_blinks([0] * 30, blinks_at) == 0


def test_a_blink_waits_for_the_face_to_show_life() -> None:
    assert count_blinks([0] * 8 + [2, 4, 6, 6], {6}) == 1


def test_but_not_for_long() -> None:
    assert count_blinks([0] * 25 + LIVING, {6}) == 0


def test_a_turn_of_the_head_is_life() -> None:
    assert count_blinks([0] * 10, {6}, moved_at=8) == 1


def test_whoever_showed_life_lately_need_not_do_it_again() -> None:
    assert count_blinks([*LIVING, *[6] * 30], {9, 35}) == 2
