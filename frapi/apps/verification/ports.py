"""What one connection needs from outside: its bounds, its start, and the protocols of store, socket and machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from frapi.apps.verification.outcome import OutcomeReason
from frapi.apps.verification.wire import Message
from frapi.liveness.session import SessionState
from frapi.liveness.types import Counters, Event, EvidenceReady, SessionPolicy, Tick
from frapi.vision.types import AnalysisPolicy, EmbeddingRequest, FrameObservation


@dataclass(frozen=True, slots=True)
class DriverPolicy:
    """Bounds of one connection.

    Attributes:
        max_fps: sustained frames per second.
        burst: frames that may come at once beyond it.
        max_frames: frames of the whole session that are looked at.
        idle_timeout_ms: a socket without a message for so long is closed.
        max_bad_in_a_row: unusable messages in a row that close the socket.
        tick_after_ms: a stream without a frame for so long counts as silent.
        save_every_frames: the session is stored at least so often, so that reconnecting doesn't renew ``max_frames``.
        recheck_every_ms: how often an open session is compared with its row, which another process may have ended.
        analysis: limits of the images.
    """

    max_fps: int = 15
    burst: int = 10
    max_frames: int = 600
    idle_timeout_ms: int = 30_000
    max_bad_in_a_row: int = 20
    tick_after_ms: int = 1000
    save_every_frames: int = 25
    recheck_every_ms: int = 5000
    analysis: AnalysisPolicy = field(default_factory=AnalysisPolicy)


@dataclass(frozen=True, slots=True, repr=False)
class SessionStart:
    """Where a connection takes its session up.

    Attributes:
        state: the machine's state; of an earlier connection when ``counters`` has counted something.
        now_ms: the machine's time of ``state``.
        deadline_ms: age at which the session expires.
    """

    policy: SessionPolicy
    state: SessionState
    counters: Counters
    now_ms: int
    deadline_ms: int


class Machine(Protocol):
    """What the driver needs of :mod:`frapi.liveness.session`."""

    def embedding_request(self, state: SessionState, now_ms: int) -> EmbeddingRequest | None: ...

    def obstacles_due(self, state: SessionState, now_ms: int) -> bool: ...

    def advance(
        self, state: SessionState, observation: FrameObservation | Tick, now_ms: int
    ) -> tuple[SessionState, tuple[Event, ...]]: ...

    def note_refused_timestamp(self, state: SessionState, now_ms: int) -> SessionState: ...


class SessionStore(Protocol):
    """The session's row, as far as one connection may touch it.

    Every method raises SessionTakenOver when a newer connection holds the session, and SessionEnded, SessionNotFound
    or Unauthorized when it is over for another reason.
    """

    async def check(self) -> None:
        """Only raise."""
        ...

    async def save(self, state: SessionState, counters: Counters) -> None:
        """Keep what was counted, for the next connection."""
        ...

    async def conclude(self, evidence: EvidenceReady) -> Message | None:
        """Store the template, or compare the probe.

        Returns:
            the last message of the session, which is over; None when more evidence is wanted.
        """
        ...

    async def fail(self, counters: Counters, reason: OutcomeReason) -> None:
        """End the session without a result."""
        ...

    async def expire(self, counters: Counters) -> None:
        """End the session because its time is up."""
        ...


class Outbox(Protocol):
    """The socket's way out."""

    async def send(self, message: Message) -> None: ...

    async def close(self, code: int, reason: str) -> None: ...
