import itertools

import pytest

from frapi.simulation.script import Gesture, blink, nod, rest, turn


def test_moves_follow_each_other_and_take_their_time():
    script = rest(1.0) + blink(0.4) + turn(20.0, 1.5)
    assert script.seconds == pytest.approx(2.9)
    assert script.at(0.5) == Gesture()
    assert script.at(1.2).eye_closure == pytest.approx(1.0)
    assert script.at(1.2).yaw_deg == 0
    assert script.at(1.4 + 0.75).yaw_deg == pytest.approx(20.0)
    assert script.at(1.4 + 0.75).eye_closure == 0


@pytest.mark.parametrize("time_s", [-0.1, 2.0, 99.0])
def test_nothing_happens_before_and_after(time_s):
    assert (turn(20.0, 1.0) + nod(5.0, 1.0)).at(time_s) == Gesture()


@pytest.mark.parametrize("move", [blink(1.0), turn(-20.0, 1.0), nod(10.0, 1.0)])
def test_a_move_starts_and_ends_at_rest_without_a_jump(move):
    times = [k / 200 for k in range(201)]
    gestures = [move.at(time) for time in times]
    values = [g.eye_closure or g.yaw_deg / 20 or g.pitch_deg / 10 for g in gestures]
    assert values[0] == values[-1] == 0
    assert max(abs(v) for v in values) == pytest.approx(1.0)
    assert max(abs(a - b) for a, b in itertools.pairwise(values)) < 0.05


def test_a_script_can_be_repeated():
    assert (blink(0.5) * 3).seconds == pytest.approx(1.5)
    assert (blink(0.5) * 3).at(1.25).eye_closure == pytest.approx(1.0)
