"""A session's state as bytes, so that it survives a restart of the server.

What is kept is what a resumed session may build on: policy, counters and samples. The detectors' short memory is not:
no blink or turn may span a gap.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from typing import Any

import numpy as np

from frapi.liveness.challenge import ChallengeAction, ChallengeFailure, ChallengeState, ChallengeStep
from frapi.liveness.continuity import Sample
from frapi.liveness.injection import InjectionSignal, InjectionState
from frapi.liveness.presentation import PresentationState
from frapi.liveness.state import SessionState
from frapi.liveness.types import LivenessRule, SessionKind, SessionPolicy
from frapi.vision.types import Embedding, Obstacle

_COUNTERS = ("frames_processed", "frame_counter", "blinks", "motion_events", "evidence_count", "last_ms")

_CHALLENGE = ("index", "issued_ms", "failure")


def dump(state: SessionState) -> bytes:
    """Serialise, embeddings included: the caller must seal the bytes before storing them."""
    document = {
        "policy": policy_to_json(state.policy),
        "samples": [_sample_to_json(sample) for sample in state.samples],
        "presentation": asdict(state.presentation),
        "injection": {
            "refused": state.injection.refused,
            "last_seen_ms": dict(state.injection.last_seen_ms),
            "counts": dict(state.injection.counts),
        },
        "challenge": {name: getattr(state.challenge, name) for name in _CHALLENGE},
        **{name: getattr(state, name) for name in _COUNTERS},
    }
    return json.dumps(document).encode()


def load(data: bytes) -> SessionState:
    """The inverse of :func:`dump`. Call :func:`frapi.liveness.session.resume` before feeding it frames."""
    document = json.loads(data)
    return SessionState(
        policy_from_json(document["policy"]),
        samples=tuple(_sample_from_json(sample) for sample in document["samples"]),
        presentation=PresentationState(**document["presentation"]),
        injection=_injection_from_json(document["injection"]),
        challenge=_challenge_from_json(document["challenge"]),
        **{name: document[name] for name in _COUNTERS},
    )


def policy_to_json(policy: SessionPolicy) -> dict[str, Any]:
    """A JSON-able dict; enums become their wire names."""
    document = asdict(policy)
    document["obstacle_thresholds"] = {str(name): value for name, value in policy.obstacle_thresholds.items()}
    return document


def policy_from_json(document: dict[str, Any]) -> SessionPolicy:
    """The inverse of :func:`policy_to_json`."""
    return SessionPolicy(
        **{
            **document,
            "kind": SessionKind(document["kind"]),
            "rule": LivenessRule(document["rule"]),
            "obstacle_thresholds": {Obstacle(name): value for name, value in document["obstacle_thresholds"].items()},
            "challenge": tuple(
                ChallengeStep(**{**step, "action": ChallengeAction(step["action"])})
                for step in document.get("challenge", ())
            ),
        }
    )


def _injection_from_json(document: dict[str, Any]) -> InjectionState:
    return InjectionState(
        refused=document["refused"],
        last_seen_ms={InjectionSignal(name): at_ms for name, at_ms in document["last_seen_ms"].items()},
        counts={InjectionSignal(name): count for name, count in document["counts"].items()},
    )


def _challenge_from_json(document: dict[str, Any]) -> ChallengeState:
    failure = document["failure"]
    return ChallengeState(**{**document, "failure": None if failure is None else ChallengeFailure(failure)})


def _sample_to_json(sample: Sample) -> dict[str, Any]:
    document = {**_embedding_to_json(sample.embedding), "quality_score": sample.quality_score}
    if sample.previous is not None:
        document["previous"] = _embedding_to_json(sample.previous)
    return document


def _sample_from_json(document: dict[str, Any]) -> Sample:
    previous = document.get("previous")
    return Sample(
        _embedding_from_json(document),
        document["quality_score"],
        None if previous is None else _embedding_from_json(previous),
    )


def _embedding_to_json(embedding: Embedding) -> dict[str, Any]:
    vector = base64.b64encode(embedding.vector_l2.astype("<f4").tobytes()).decode()
    return {"vector": vector, "contract": embedding.contract}


def _embedding_from_json(document: dict[str, Any]) -> Embedding:
    vector = np.frombuffer(base64.b64decode(document["vector"]), "<f4").astype(np.float32)
    return Embedding(vector, document["contract"])
