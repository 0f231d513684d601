"""Drives one session over one socket: takes messages in, has frames looked at, answers, persists, finishes.

No framework here: store and socket are protocols of :mod:`frapi.apps.verification.ports`, time is a callable. Call
:meth:`SessionDriver.start`, feed :meth:`~SessionDriver.receive`, call :meth:`~SessionDriver.tick` about once a second,
and :meth:`~SessionDriver.stop` when the socket is gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from frapi.apps.verification import messages
from frapi.apps.verification.incoming import CaptureClock, Frame, Ping, parse_client_message
from frapi.apps.verification.messages import FrameContext
from frapi.apps.verification.outcome import OutcomeReason
from frapi.apps.verification.ports import DriverPolicy, Machine, Outbox, SessionStart, SessionStore
from frapi.apps.verification.ratelimit import TokenBucket
from frapi.apps.verification.wire import Message
from frapi.errors import ChallengeNotMet, FrapiError, InvalidInput, RateLimited, SessionEnded, TooManyFrames
from frapi.inference.base import FrameAnalyzer, FrameRequest
from frapi.liveness import session as liveness_session
from frapi.liveness.types import (
    ChallengeFailed,
    ChallengeIssued,
    ContinuityBroken,
    Counters,
    Event,
    EvidenceReady,
    FrameObstructed,
    FrameProcessed,
    InjectionNoticed,
    Tick,
)
from frapi.vision.types import FrameObservation, TrackState

logger = structlog.get_logger(__name__)

CLOSE_FINISHED = 1000
CLOSE_GOING_AWAY = 1001
CLOSE_BAD_MESSAGES = 1008
CLOSE_IDLE = 4408


@dataclass(frozen=True, slots=True, repr=False)
class _Waiting:
    """A frame in the slot, and when it was taken in the machine's time."""

    frame: Frame
    captured_ms: int


class SessionDriver:
    """One session, one socket."""

    def __init__(
        self,
        begin: SessionStart,
        *,
        store: SessionStore,
        outbox: Outbox,
        analyzer: FrameAnalyzer,
        clock_ms: Callable[[], int],
        limits: DriverPolicy,
        machine: Machine = liveness_session,
    ) -> None:
        """
        Args:
            clock_ms: the session's age in milliseconds; never runs backwards.
        """
        self._begin = begin
        self._store = store
        self._outbox = outbox
        self._analyzer = analyzer
        self._clock_ms = clock_ms
        self._limits = limits
        self._machine = machine

        self._state = begin.state
        self._counters = self._saved = begin.counters
        self._machine_ms = begin.now_ms
        self._track: TrackState | None = None

        self._slot: _Waiting | None = None
        self._wake = asyncio.Event()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._worker: asyncio.Task[None] | None = None
        self._frames_dropped = 0

        now_ms = clock_ms()
        self._bucket = TokenBucket(rate_per_s=limits.max_fps, burst=limits.burst)
        self._capture_clock = CaptureClock()
        self._bad_in_a_row = 0
        self._last_message_ms = self._last_frame_ms = self._last_check_ms = now_ms
        self._accepting = True
        self._over = False

    def start(self) -> None:
        """Begin to look at frames."""
        self._worker = asyncio.create_task(self._work())

    async def receive(self, data: str | bytes) -> None:
        """Take in one message of the client. Returns at once: the answer to a frame comes later."""
        if not self._accepting:
            return
        now_ms = self._last_message_ms = self._clock_ms()
        try:
            message = parse_client_message(data, max_image_bytes=self._limits.analysis.max_image_bytes)
            if isinstance(message, Ping):
                await self._send(messages.pong())
            else:
                self._offer(message, now_ms)
        except FrapiError as problem:
            await self._tell(problem)
        except Exception:
            logger.exception("message_failed")
            await self._send(messages.error(FrapiError()))

    async def tick(self) -> None:
        """Let time pass: deadlines, silence, and what other processes did to the session."""
        if self._over:
            return
        now_ms = self._clock_ms()
        try:
            if now_ms >= self._begin.deadline_ms:
                await self._expire()
            elif now_ms - self._last_message_ms >= self._limits.idle_timeout_ms:
                await self._hand_back(CLOSE_IDLE, "idle")
            else:
                await self._pass_time(now_ms)
        except FrapiError as problem:
            await self._tell(problem)
        except Exception:
            logger.exception("session_tick_failed")

    async def drain(self) -> None:
        """The server is going away: finish the frame at hand, keep what was counted, send the client elsewhere."""
        self._accepting = False
        await self.settle()
        if not self._over:
            await self._hand_back(CLOSE_GOING_AWAY, "server going away")

    async def end(self, problem: FrapiError) -> None:
        """End the connection from outside: the session was taken over, cancelled or erased."""
        if not self._over:
            await self._tell(problem)

    async def stop(self) -> None:
        """The socket is gone: keep what was counted and let go of everything."""
        self._accepting = False
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
        if not self._over:
            self._over = True
            await self._save_quietly()

    async def settle(self) -> None:
        """Wait until no frame is waiting or being looked at."""
        await self._quiet.wait()

    # Taking frames in

    def _offer(self, frame: Frame, now_ms: int) -> None:
        """Put a frame into the slot; one that waits there gives way to it."""
        retry_after_ms = self._bucket.take(now_ms)
        if retry_after_ms:
            raise _about(RateLimited(retry_after_ms=retry_after_ms), frame)
        captured_ms = now_ms
        if frame.timestamp_ms is not None:
            try:
                captured_ms = self._capture_clock.to_session_ms(frame.timestamp_ms, now_ms)
            except InvalidInput as problem:
                self._state = self._machine.note_refused_timestamp(self._state, self._machine_ms)
                raise _about(problem, frame) from None
        if self._slot is not None:
            self._frames_dropped += 1
        self._slot = _Waiting(frame, captured_ms)
        self._last_frame_ms = now_ms
        self._quiet.clear()
        self._wake.set()

    async def _work(self) -> None:
        try:
            while not self._over:
                await self._wake.wait()
                self._wake.clear()
                waiting, self._slot = self._slot, None
                if waiting is not None:
                    await self._look_safely(waiting)
                if self._slot is None:
                    self._quiet.set()
        finally:
            self._quiet.set()

    async def _look_safely(self, waiting: _Waiting) -> None:
        """The outermost boundary: nothing that goes wrong with a frame ends the session, and no detail leaks."""
        try:
            await self._look_at(waiting)
        except FrapiError as problem:
            await self._tell(problem, seq=waiting.frame.seq)
        except Exception:
            logger.exception("frame_failed")
            await self._send(messages.error(FrapiError(), seq=waiting.frame.seq))

    # Looking at frames

    async def _look_at(self, waiting: _Waiting) -> None:
        if self._counters.frame_counter >= self._limits.max_frames:
            await self._store.fail(self._counters, OutcomeReason.MAX_FRAMES_EXCEEDED)
            raise TooManyFrames
        at_ms = self._advanced_to(waiting.captured_ms)
        embedding = self._machine.embedding_request(self._state, at_ms)
        observation = await self._analyzer.analyze(
            FrameRequest(
                image_bytes=waiting.frame.image_bytes,
                track=self._track,
                policy=self._limits.analysis,
                embedding=embedding,
                obstacles=embedding is not None or self._machine.obstacles_due(self._state, at_ms),
            )
        )
        if self._over:
            return
        self._bad_in_a_row = 0
        self._track = observation.track
        await self._handle(self._advance(observation, waiting.captured_ms), waiting.frame)

    async def _handle(self, events: tuple[Event, ...], frame: Frame) -> None:
        for event in events:
            match event:
                case FrameProcessed():
                    await self._send(messages.frame_processed(event, self._begin.policy, self._context(frame)))
                case FrameObstructed():
                    await self._send(messages.frame_rejected(event, self._context(frame)))
                case ContinuityBroken():
                    logger.info("continuity_broken", why=event.why)
                case InjectionNoticed():
                    logger.warning("injection_noticed", signal=event.signal.value)
                case ChallengeIssued():
                    await self._send(messages.challenge(event))
                case ChallengeFailed():
                    await self._store.fail(event.counters, OutcomeReason.CHALLENGE_FAILED)
                    raise ChallengeNotMet(details={"reason": event.failure.value, "index": event.index})
                case EvidenceReady():
                    await self._conclude(event)
        if not self._over:
            await self._save_if_moved()

    def _advance(self, observation: FrameObservation | Tick, at_ms: int) -> tuple[Event, ...]:
        self._machine_ms = self._advanced_to(at_ms)
        self._state, events = self._machine.advance(self._state, observation, self._machine_ms)
        for event in events:
            if not isinstance(event, ContinuityBroken | InjectionNoticed | ChallengeIssued):
                self._counters = event.counters
        return events

    def _advanced_to(self, at_ms: int) -> int:
        """The machine's time never runs backwards, though a client's clock may be ahead of ours."""
        return max(self._machine_ms, at_ms)

    def _context(self, frame: Frame) -> FrameContext:
        dropped, self._frames_dropped = self._frames_dropped, 0
        return FrameContext(seq=frame.seq, frames_dropped=dropped)

    # Ending

    async def _conclude(self, evidence: EvidenceReady) -> None:
        last_message = await self._store.conclude(evidence)
        if last_message is not None:
            await self._send(last_message)
            await self._close(CLOSE_FINISHED, "finished")

    async def _expire(self) -> None:
        await self._store.expire(self._counters)
        raise SessionEnded(details={"status": "expired"})

    async def _hand_back(self, code: int, reason: str) -> None:
        await self._save_quietly()
        await self._close(code, reason)

    async def _pass_time(self, now_ms: int) -> None:
        if now_ms - self._last_check_ms >= self._limits.recheck_every_ms:
            self._last_check_ms = now_ms
            await self._store.check()
        if self._quiet.is_set() and now_ms - self._last_frame_ms >= self._limits.tick_after_ms:
            self._advance(Tick(), now_ms)

    async def _tell(self, problem: FrapiError, *, seq: int | None = None) -> None:
        """Send an error; close the socket when it is one that ends it, or the last of too many."""
        await self._send(messages.error(problem, seq=seq))
        if problem.close_code is not None:
            await self._close(problem.close_code, problem.message)
        elif isinstance(problem, InvalidInput):
            self._bad_in_a_row += 1
            if self._bad_in_a_row >= self._limits.max_bad_in_a_row:
                await self._hand_back(CLOSE_BAD_MESSAGES, "too many bad messages")

    async def _send(self, message: Message) -> None:
        if not self._over:
            await self._outbox.send(message)

    async def _close(self, code: int, reason: str) -> None:
        if not self._over:
            self._over = True
            self._accepting = False
            await self._outbox.close(code, reason)

    # Keeping

    async def _save_if_moved(self) -> None:
        counters, saved = self._counters, self._saved
        moved = _progress(counters) != _progress(saved)
        if moved or counters.frame_counter - saved.frame_counter >= self._limits.save_every_frames:
            await self._save()

    async def _save(self) -> None:
        self._saved = self._counters
        await self._store.save(self._state, self._counters)

    async def _save_quietly(self) -> None:
        """Save on the way out, when nobody is there to hear of an error."""
        if self._counters == self._saved:
            return
        try:
            await self._save()
        except FrapiError as problem:
            logger.info("session_not_kept", problem=type(problem).__name__)
        except Exception:
            logger.exception("session_not_kept")


def _progress(counters: Counters) -> tuple[int, int, int, bool]:
    return (counters.frames_processed, counters.blinks, counters.motion_events, counters.liveness_verified)


def _about(problem: FrapiError, frame: Frame) -> FrapiError:
    """Let an error name its frame."""
    if frame.seq is not None:
        problem.details["seq"] = frame.seq
    return problem
