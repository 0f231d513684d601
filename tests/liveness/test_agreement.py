"""A frame that disagrees with its fellows is left out of template and probe."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from frapi.liveness import session
from frapi.liveness.continuity import ContinuityPolicy, Sample, agreeing, fuse
from frapi.liveness.types import EvidenceReady, LivenessRule, SessionKind, SessionPolicy
from frapi.vision.embed import CONTRACT, unit
from frapi.vision.types import Embedding, Vector
from tests.faces import seen

POLICY = ContinuityPolicy()
BOUND = POLICY.least_likeness(CONTRACT)


def direction(similarity: float, axis: int) -> Vector:
    """A unit vector with ``similarity`` to axis 0, off toward ``axis``."""
    vector = np.zeros(128, np.float32)
    vector[0], vector[axis] = similarity, np.sqrt(1 - similarity**2)
    return vector


def sample(similarity: float = 0.99, axis: int = 1, *, contract: str = CONTRACT, quality: float = 0.9) -> Sample:
    return Sample(Embedding(direction(similarity, axis), contract), quality)


def fellows(count: int) -> list[Sample]:
    return [sample(axis=axis) for axis in range(1, count + 1)]


@pytest.mark.parametrize("count", [2, 4, 9])
@pytest.mark.parametrize("place", [0, 1, -1])
@pytest.mark.parametrize("similarity", [0.9, 0.5, -0.2])
def test_the_one_is_left_out_wherever_it_stands(count: int, place: int, similarity: float) -> None:
    samples = fellows(count)
    odd = sample(similarity, axis=50)
    samples.insert(place, odd)
    kept = agreeing(tuple(samples), POLICY)
    assert len(kept) == count
    assert odd not in kept
    assert np.allclose(fuse(kept).vector_l2, fuse(tuple(fellows(count))).vector_l2)


def test_several_are_left_out() -> None:
    samples = [sample(0.3, 60), *fellows(5), sample(0.2, 61), sample(-0.9, 62)]
    assert agreeing(tuple(samples), POLICY) == tuple(samples[1:6])


@pytest.mark.parametrize("count", [0, 1, 3, 10])
def test_those_who_agree_stay(count: int) -> None:
    samples = tuple(fellows(count))
    assert agreeing(samples, POLICY) == samples


def test_of_two_nobody_can_tell_which_is_wrong() -> None:
    samples = (sample(), sample(0.1, 50))
    assert agreeing(samples, POLICY) == samples


def test_each_contract_has_its_own_bound() -> None:
    apart = [sample(0.8, axis, contract="other/1") for axis in (1, 2, 3)]
    assert agreeing(tuple(apart), POLICY) == tuple(apart)
    strict = replace(POLICY, other_min_similarity=0.9)
    assert len(agreeing(tuple(apart), strict)) == 2


def test_the_evidence_of_a_session_is_made_without_it() -> None:
    """The first frame was a bad one; what followed was close enough to go on, and tells."""
    policy = SessionPolicy(SessionKind.VERIFICATION, rule=LivenessRule.NONE, target_frames=3)
    first = unit(direction(0.90, 50))
    others = [direction(0.999, axis) for axis in (1, 2)]
    assert first @ unit(others[0] + others[1]) < BOUND
    lenient = replace(session.MACHINE.continuity, same_person_min_similarity={CONTRACT: 0.85})
    machine = replace(session.MACHINE, continuity=lenient)
    state, ready = session.start(policy, 0), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "MACHINE", machine)
        for number, vector in enumerate([first, *others]):
            if number == 2:
                patch.setattr(session, "MACHINE", replace(machine, continuity=POLICY))
            frame = replace(seen(), embedding=Embedding(vector, CONTRACT))
            state, events = session.advance(state, frame, 100 * (number + 1))
            ready += [event for event in events if isinstance(event, EvidenceReady)]
    (evidence,) = ready
    assert evidence.sample_count == 2
    assert np.allclose(evidence.template.vector_l2, unit(others[0] + others[1]), atol=1e-5)


def test_no_session_keeps_more_than_ten_samples() -> None:
    policy = SessionPolicy(SessionKind.VERIFICATION, rule=LivenessRule.NONE, target_frames=10)
    state = session.start(policy, 0)
    for number in range(30):
        state, _ = session.advance(state, seen(), 100 * (number + 1))
    assert len(state.samples) == session.MACHINE.max_samples == 10
