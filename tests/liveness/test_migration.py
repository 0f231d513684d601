"""While the recogniser is being changed, every sample carries two embeddings, and contracts never meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from frapi.liveness import session
from frapi.liveness.continuity import ContinuityPolicy, Sample, fuse_previous, is_same_person
from frapi.liveness.types import (
    ContinuityBroken,
    Event,
    EvidenceReady,
    FrameProcessed,
    LivenessRule,
    RejectReason,
    SessionKind,
    SessionPolicy,
)
from frapi.vision.recognizers import DLIB
from frapi.vision.types import Embedding, FrameObservation
from tests.faces import seen

FRAMES_ONLY = SessionPolicy(SessionKind.VERIFICATION, rule=LivenessRule.NONE)
OLD, NEW = "old/1", "new/1"


def vector(person: int, contract: str, dim: int = 8) -> Embedding:
    return Embedding(np.eye(dim, dtype=np.float32)[person], contract)


def both(person: int = 0) -> FrameObservation:
    """A frame within the window."""
    previous = vector(person, OLD, dim=4)
    return replace(seen(person=person), embedding=vector(person, NEW), previous_embedding=previous)


def under(contract: str, person: int = 0) -> FrameObservation:
    """A frame outside of it."""
    return replace(seen(person=person), embedding=vector(person, contract))


def feed(state: session.SessionState, frames: Sequence[FrameObservation]) -> tuple[session.SessionState, list[Event]]:
    events: list[Event] = []
    for frame in frames:
        state, more = session.advance(state, frame, state.last_ms + 100)
        events += more
    return state, events


def evidence(events: list[Event]) -> list[EvidenceReady]:
    return [event for event in events if isinstance(event, EvidenceReady)]


def test_evidence_comes_under_both_contracts() -> None:
    _, events = feed(session.start(FRAMES_ONLY, 0), [both()] * 3)
    (ready,) = evidence(events)
    assert ready.template.contract == NEW
    assert ready.previous_template is not None
    assert ready.previous_template.contract == OLD
    assert float(np.linalg.norm(ready.previous_template.vector_l2)) == pytest.approx(1)


def test_outside_the_window_there_is_one() -> None:
    _, events = feed(session.start(FRAMES_ONLY, 0), [under(NEW)] * 3)
    assert evidence(events)[0].previous_template is None


def test_both_survive_a_restart() -> None:
    state, _ = feed(session.start(FRAMES_ONLY, 0), [both()] * 2)
    loaded = session.load(session.dump(state))
    assert [sample.previous is not None for sample in loaded.samples] == [True, True]
    for before, after in zip(state.samples, loaded.samples, strict=True):
        assert before.previous is not None
        assert after.previous is not None
        assert after.previous.contract == OLD
        np.testing.assert_array_equal(after.previous.vector_l2, before.previous.vector_l2)


def test_a_window_opened_within_a_session_begins_it_anew() -> None:
    state, _ = feed(session.start(FRAMES_ONLY, 0), [under(OLD)] * 2)
    state = session.resume(session.load(session.dump(state)), state.last_ms)
    state, events = feed(state, [both()])
    assert [event.why for event in events if isinstance(event, ContinuityBroken)][-1] == "another face"
    (processed,) = [event for event in events if isinstance(event, FrameProcessed)]
    assert processed.reason is RejectReason.IDENTITY_CHANGED
    _, events = feed(state, [both()] * 3)
    assert evidence(events)[0].template.contract == NEW


def test_a_window_closed_within_a_session_leaves_no_half_template() -> None:
    """Some samples lack the previous embedding: a mean of the others would rest on fewer frames than it says."""
    samples = (Sample(vector(0, NEW), 0.9, vector(0, OLD)), Sample(vector(0, NEW), 0.9))
    assert fuse_previous(samples) is None
    assert fuse_previous((*samples[:1], Sample(vector(0, NEW), 0.9, vector(0, "older/1")))) is None
    assert fuse_previous(()) is None


@pytest.mark.parametrize(("contract", "similarity", "same"), [(DLIB.contract, 0.9, False), (NEW, 0.9, True)])
def test_each_contract_has_its_own_idea_of_the_same_person(contract: str, similarity: float, same: bool) -> None:
    axes = np.eye(2, DLIB.dim, dtype=np.float32)
    first = Embedding(axes[0], contract)
    second = Embedding(axes.T @ np.array([similarity, (1 - similarity**2) ** 0.5], np.float32), contract)
    assert is_same_person((Sample(first, 0.9),), second, ContinuityPolicy()) is same
