"""The WebSocket of one session: Channels on one side, the driver on the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import structlog
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from frapi.apps import drain
from frapi.apps.verification import messages
from frapi.apps.verification.connections import (
    Connection,
    DjangoSessionStore,
    in_database,
    open_connection,
    session_age_ms,
)
from frapi.apps.verification.driver import CLOSE_GOING_AWAY, SessionDriver
from frapi.apps.verification.messages import Limits
from frapi.apps.verification.notices import announce_takeover, group_of
from frapi.apps.verification.ports import DriverPolicy
from frapi.apps.verification.wire import Message
from frapi.errors import FrapiError, SessionEnded, SessionTakenOver
from frapi.inference.factory import get_analyzer
from frapi.vision.types import AnalysisPolicy

logger = structlog.get_logger(__name__)

CLOSE_INTERNAL_ERROR = 1011
TICK_S = 1.0


class SessionConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    """Accepts every handshake: a browser can't read why one was refused, but it can read a message."""

    _connection: Connection | None = None
    _driver: SessionDriver | None = None
    _ticker: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        await self.accept()
        try:
            await self._begin()
        except FrapiError as problem:
            await self._refuse(problem)
        except Exception:
            logger.exception("connect_failed")
            await self._refuse(FrapiError())

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._driver is not None:
            await self._driver.receive(text_data if text_data is not None else bytes_data or b"")

    async def disconnect(self, code: int) -> None:
        if self._ticker is not None:
            self._ticker.cancel()
        if self._driver is not None:
            drain.registry.unregister(self._driver.drain)
            await self._driver.stop()
        if self._connection is not None:
            await self.channel_layer.group_discard(group_of(self._connection.session.pk), self.channel_name)

    async def session_taken_over(self, notice: dict[str, Any]) -> None:
        """A newer connection may have announced itself: see :mod:`frapi.apps.verification.notices`."""
        if self._driver and self._connection and notice["epoch"] > self._connection.session.epoch:
            await self._driver.end(SessionTakenOver())

    async def session_ended(self, notice: dict[str, Any]) -> None:
        """The session was cancelled over REST."""
        if self._driver is not None:
            await self._driver.end(SessionEnded(details={"status": "cancelled"}))

    async def _begin(self) -> None:
        if drain.registry.draining:
            await self.close(CLOSE_GOING_AWAY, "server going away")
            return
        token = self.scope["url_route"]["kwargs"]["session_token"]
        connection = await in_database(open_connection, token, origin=_origin(self.scope))
        session = connection.session
        self._connection = connection
        await self.channel_layer.group_add(group_of(session.pk), self.channel_name)
        if session.epoch > 1:
            await announce_takeover(session.pk, session.epoch)
        limits = _driver_policy()
        outbox = _Outbox(self)
        self._driver = SessionDriver(
            connection.start,
            store=DjangoSessionStore(connection),
            outbox=outbox,
            analyzer=get_analyzer(),
            clock_ms=_clock_from(session_age_ms(session)),
            limits=limits,
        )
        await outbox.send(
            messages.connection_established(
                session_token=token,
                policy=connection.start.policy,
                limits=Limits(limits.max_fps, limits.max_frames, session.expires_at),
                counters=connection.start.counters,
                resumed=connection.resumed,
            )
        )
        drain.registry.register(self._driver.drain)
        self._driver.start()
        self._ticker = asyncio.create_task(_tick(self._driver))

    async def _refuse(self, problem: FrapiError) -> None:
        await self.send(text_data=messages.encode(messages.error(problem)))
        await self.close(problem.close_code or CLOSE_INTERNAL_ERROR, problem.message)


class _Outbox:
    """A :class:`~frapi.apps.verification.ports.Outbox`. What is sent into a socket that has just gone is lost."""

    def __init__(self, consumer: SessionConsumer) -> None:
        self._consumer = consumer

    async def send(self, message: Message) -> None:
        try:
            await self._consumer.send(text_data=messages.encode(message))
        except (OSError, RuntimeError):  # the server's words for "gone" and for "closing"
            logger.debug("socket_gone")

    async def close(self, code: int, reason: str) -> None:
        try:
            await self._consumer.close(code, reason)
        except (OSError, RuntimeError):
            logger.debug("socket_gone")


async def _tick(driver: SessionDriver) -> None:
    while True:
        await asyncio.sleep(TICK_S)
        await driver.tick()


def _clock_from(age_ms: int) -> Callable[[], int]:
    """The session's age, which goes on steadily even when the wall clock is set."""
    started_s = time.monotonic()
    return lambda: age_ms + round((time.monotonic() - started_s) * 1000)


def _origin(scope: dict[str, Any]) -> str | None:
    origin = dict(scope["headers"]).get(b"origin")
    return None if origin is None else origin.decode("latin-1")


def _driver_policy() -> DriverPolicy:
    frapi = settings.FRAPI
    return DriverPolicy(
        max_fps=frapi.max_fps,
        burst=frapi.burst,
        max_frames=frapi.max_frames,
        idle_timeout_ms=frapi.idle_timeout_s * 1000,
        analysis=AnalysisPolicy(max_image_bytes=frapi.max_image_bytes, max_image_pixels=frapi.max_image_pixels),
    )
