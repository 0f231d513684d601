"""Stream frames at a pace until the server decides, through rate limits and broken connections."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from frapi_client.errors import NotCompleted, ServerUnreachable, StreamClosed
from frapi_client.messages import Completed, ErrorMessage, Message
from frapi_client.retry import Backoff
from frapi_client.stream import NORMAL_CLOSURE, FrameStream

RATE_LIMITED = 429
# Closes after which the session lives on: the server restarts, the network failed, or no frame came for a while.
RESUMABLE_CLOSES = frozenset({1001, 1006, 1011, 1012, 1013, 4408})
ANSWER_GRACE_S = 5.0
"""How long to wait for a decision after the last frame."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a session ended.

    Attributes:
        completed: the server's last word.
        frames_sent: over all connections.
        connections: how often the stream was opened.
    """

    completed: Completed
    frames_sent: int
    connections: int

    @property
    def success(self) -> bool:
        """Enrolled, or authenticated."""
        return self.completed.success


async def run_session(
    open_stream: Callable[[], FrameStream],
    source: Iterator[bytes],
    *,
    fps: float = 10.0,
    seconds_left: Callable[[], float] = lambda: 600.0,
    on_message: Callable[[Message], None] | None = None,
    backoff: Backoff | None = None,
) -> Outcome:
    """Stream until the session is decided.

    A 429 pauses the frames as long as the server asks. A connection that breaks, or that a restarting server closes, is
    opened again after pauses that grow while the session lives; the server keeps what was counted.

    Args:
        open_stream: makes a new, unopened stream of the session.
        source: JPEG bytes; read in a thread, closed at the end.
        fps: frames sent per second.
        seconds_left: until the session expires.
        on_message: called with every message.
        backoff: the pauses before the stream is opened again.
    Raises:
        NotCompleted: the frames or the session's time ran out first.
        ServerUnreachable: the server could not be reached at all.
        StreamClosed: the server closed with a code that means the session can't go on.
        SourceError: from the source.
    """
    if not fps > 0:
        raise ValueError("fps must be more than 0")
    runner = _Runner(source, fps, on_message or (lambda _: None))
    backoff, failures = backoff or Backoff(), 0
    try:
        while True:
            sent_before = runner.frames_sent
            try:
                return await runner.stream_once(open_stream())
            except StreamClosed as error:
                if error.code not in RESUMABLE_CLOSES:
                    raise
            except ServerUnreachable:
                # A server that never answered isn't restarting.
                if runner.connections == 0:
                    raise
            failures = 1 if runner.frames_sent > sent_before else failures + 1
            pause_s = backoff.pause_s(failures)
            if seconds_left() <= pause_s:
                raise NotCompleted("The session expired before the server could be reached again")
            await asyncio.sleep(pause_s)
    finally:
        await runner.close()


class _Runner:
    """What outlives one connection."""

    def __init__(self, source: Iterator[bytes], fps: float, on_message: Callable[[Message], None]) -> None:
        self._source, self._interval_s, self._on_message = source, 1 / fps, on_message
        self._started = time.monotonic()
        self._next_frame_at = self._started
        self._reading: asyncio.Task[bytes | None] | None = None
        self.frames_sent = 0
        self.connections = 0

    async def close(self) -> None:
        """Close the source, once no thread reads it any more."""
        if self._reading is not None:
            await asyncio.wait({self._reading})
        close = getattr(self._source, "close", None)
        if close:
            close()

    async def stream_once(self, stream: FrameStream) -> Outcome:
        async with stream:
            self.connections += 1
            receiving = asyncio.create_task(self._receive(stream))
            sending = asyncio.create_task(self._send(stream))
            try:
                await asyncio.wait({receiving, sending}, return_when=asyncio.FIRST_COMPLETED)
                if not receiving.done():
                    await sending
                    await asyncio.wait({receiving}, timeout=ANSWER_GRACE_S)
                if not receiving.done():
                    raise NotCompleted("The frames ended before the session was decided")
                return Outcome(await receiving, self.frames_sent, self.connections)
            finally:
                await _finish(receiving, sending)

    async def _receive(self, stream: FrameStream) -> Completed:
        last_error: ErrorMessage | None = None
        try:
            async for message in stream:
                self._on_message(message)
                if isinstance(message, Completed):
                    return message
                last_error = message if isinstance(message, ErrorMessage) else None
                if last_error and last_error.code == RATE_LIMITED:
                    self._next_frame_at = time.monotonic() + last_error.retry_after_ms / 1000
        except StreamClosed as closed:
            raise StreamClosed(closed.code, closed.reason, last_error=last_error) from closed
        raise StreamClosed(NORMAL_CLOSURE, last_error=last_error)

    async def _send(self, stream: FrameStream) -> None:
        while True:
            now = time.monotonic()
            if now < self._next_frame_at:
                await asyncio.sleep(self._next_frame_at - now)
                continue
            # A pace that was lost isn't caught up with: a burst would only be refused.
            self._next_frame_at = max(self._next_frame_at + self._interval_s, now)
            jpeg = await self._read()
            if jpeg is None:
                return
            taken_ms = round((time.monotonic() - self._started) * 1000)
            try:
                await stream.send_frame(jpeg, seq=self.frames_sent, timestamp_ms=taken_ms)
            except StreamClosed:
                # Receiving still reads what came before the close, perhaps the outcome, and tells of the close itself.
                return
            self.frames_sent += 1

    async def _read(self) -> bytes | None:
        """The next frame, None at the end; read in a thread, for a camera makes us wait.

        A thread can't be stopped: when the connection breaks during a read, the next connection takes its frame.
        """
        if self._reading is None:
            self._reading = asyncio.create_task(asyncio.to_thread(next, self._source, None))
        jpeg = await asyncio.shield(self._reading)
        self._reading = None
        return jpeg


async def _finish(*tasks: asyncio.Task[object]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
