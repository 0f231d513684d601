"""The landmark models must see the simulated person do what the script says."""

import numpy as np
import pytest

from frapi.simulation.portrait import find_landmarks
from frapi.simulation.script import Script, blink, rest, turn
from frapi.vision.pipeline import analyze_bytes
from frapi.vision.types import AnalysisPolicy, EmbeddingRequest, FrameObservation
from tests import samples

pytestmark = pytest.mark.slow

PEOPLE = ["obama.jpg", "obama2.jpg", "biden.jpg"]


def observe(name: str, script: Script) -> list[FrameObservation]:
    observations: list[FrameObservation] = []
    for jpeg in samples.living(name, script):
        track = observations[-1].track if observations else None
        observations.append(analyze_bytes(jpeg, track, samples.runner(), AnalysisPolicy(), EmbeddingRequest(0.3, 0.1)))
    assert all(observation.reason is None for observation in observations)
    return observations


@pytest.mark.parametrize("name", PEOPLE)
def test_a_blink_is_seen_and_the_face_is_held(name):
    ears = [observation.ears.mean for observation in observe(name, rest(0.5) + blink(0.4) + rest(0.3))]
    assert min(ears) < 0.5 * np.median(ears)
    assert ears[-1] > 0.85 * ears[0]


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("yaw_deg", [22, -22])
def test_a_turn_is_seen_by_its_sign(name, yaw_deg):
    yaws = [observation.pose.yaw_deg for observation in observe(name, rest(0.3) + turn(yaw_deg, 1.0) + rest(0.2))]
    moved = np.array(yaws) - yaws[0]
    # The mesh's own axes tell about 0.7 of a turn.
    assert 10 < max(moved * np.sign(yaw_deg)) < 30
    assert abs(moved[-1]) < 5


def test_he_stays_himself_and_nobody_else():
    def vector(name: str) -> np.ndarray:
        observed = observe(name, rest(0.4) + turn(22, 0.8))
        mean = np.mean([each.embedding.vector_l2 for each in observed if each.embedding], axis=0)
        return mean / np.linalg.norm(mean)

    first, again, other = (vector(name) for name in PEOPLE)
    assert first @ again > 0.95
    assert first @ other < 0.9


def test_he_sits_in_the_middle_as_large_as_asked():
    image, landmarks = samples.seated("obama.jpg")
    assert image.shape == (480, 640, 3)
    low, high = landmarks.points_px[:468, :2].min(axis=0), landmarks.points_px[:468, :2].max(axis=0)
    assert abs((high - low)[1] / 480 - 0.5) < 0.05
    assert np.allclose((low + high) / 2, [320, 240], atol=20)
    assert np.allclose(find_landmarks(image, samples.runner()).points_px, landmarks.points_px)
