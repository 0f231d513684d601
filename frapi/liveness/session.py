"""The session machine: observations in, events out."""

from __future__ import annotations

from dataclasses import dataclass

from frapi.liveness.types import Event, SessionPolicy, Tick
from frapi.vision.types import EmbeddingRequest, FrameObservation


@dataclass(frozen=True, slots=True, repr=False)
class SessionState:
    """Everything a session knows. Opaque to callers; keep it between calls, persist it with :func:`dump`."""

    policy: SessionPolicy


def start(policy: SessionPolicy, now_ms: int) -> SessionState:
    """A session that has seen nothing yet."""
    raise NotImplementedError


def embedding_request(state: SessionState, now_ms: int) -> EmbeddingRequest | None:
    """What to ask of the analyzer for the next frame; None when no embedding is needed."""
    raise NotImplementedError


def advance(
    state: SessionState, observation: FrameObservation | Tick, now_ms: int
) -> tuple[SessionState, tuple[Event, ...]]:
    """Take one observation in.

    Each FrameObservation yields exactly one FrameProcessed or FrameObstructed, after any ContinuityBroken and before
    any EvidenceReady.

    Args:
        now_ms: when the frame was taken, in milliseconds since the session was created; never runs backwards.
    """
    raise NotImplementedError


def resume(state: SessionState, now_ms: int) -> SessionState:
    """The stream was interrupted: keep the counters, but the next face must match the session's earlier samples."""
    raise NotImplementedError


def dump(state: SessionState) -> bytes:
    """Serialise, embeddings included: the caller must seal the bytes before storing them."""
    raise NotImplementedError


def load(data: bytes) -> SessionState:
    """The inverse of :func:`dump`."""
    raise NotImplementedError
