"""One WebSocket of one session."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from frapi_client.errors import ServerUnreachable, StreamClosed
from frapi_client.messages import Message, parse_message

NORMAL_CLOSURE = 1000


class FrameStream:
    """Send frames, receive messages::

        async with FrameStream(ticket.websocket_url) as stream:
            await stream.send_frame(jpeg)
            async for message in stream:
                ...

    Args:
        websocket_url: as the server gave it; ``http`` and ``https`` are understood too.
        binary: send bare JPEG bytes, a quarter smaller; ``seq`` and ``timestamp_ms`` can't go with them.
    """

    def __init__(self, websocket_url: str, *, binary: bool = False, open_timeout_s: float = 10.0) -> None:
        self._url = _as_websocket(websocket_url)
        self._binary = binary
        self._open_timeout_s = open_timeout_s
        self._connection: ClientConnection | None = None

    async def __aenter__(self) -> Self:
        try:
            # JPEG doesn't deflate: compression would only cost time on both sides.
            self._connection = await connect(self._url, compression=None, open_timeout=self._open_timeout_s)
        except (OSError, TimeoutError, InvalidHandshake, EOFError) as error:
            raise ServerUnreachable("The server's WebSocket can't be reached") from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._live.close()

    async def send_frame(self, jpeg: bytes, *, seq: int | None = None, timestamp_ms: int | None = None) -> None:
        """Send one frame.

        Args:
            jpeg: an encoded JPEG (as JSON also PNG or WebP).
            seq: echoed in the answer.
            timestamp_ms: when it was taken, by a clock that never runs backwards.
        Raises:
            StreamClosed: the server closed the stream.
        """
        if self._binary:
            await self._send(jpeg)
            return
        message: dict[str, object] = {"type": "frame", "image": base64.b64encode(jpeg).decode("ascii")}
        if seq is not None:
            message["seq"] = seq
        if timestamp_ms is not None:
            message["timestamp_ms"] = timestamp_ms
        await self._send(json.dumps(message))

    async def ping(self) -> None:
        """Keep the session alive while there is no frame to send."""
        await self._send(json.dumps({"type": "ping"}))

    async def __aiter__(self) -> AsyncIterator[Message]:
        """Messages until the server closes with code 1000.

        Raises:
            StreamClosed: it closed with any other code.
        """
        while True:
            try:
                text = await self._live.recv()
            except ConnectionClosed as error:
                closed = _closed(error)
                if closed.code == NORMAL_CLOSURE:
                    return
                raise closed from error
            yield parse_message(json.loads(text))

    async def _send(self, data: str | bytes) -> None:
        try:
            await self._live.send(data)
        except ConnectionClosed as error:
            raise _closed(error) from error

    @property
    def _live(self) -> ClientConnection:
        if self._connection is None:
            raise RuntimeError("FrameStream is used outside of 'async with'")
        return self._connection


def _as_websocket(url: str) -> str:
    for scheme, replacement in (("https://", "wss://"), ("http://", "ws://")):
        if url.startswith(scheme):
            return replacement + url.removeprefix(scheme)
    return url


def _closed(error: ConnectionClosed) -> StreamClosed:
    # No close frame at all is what the standard calls 1006.
    return StreamClosed(error.rcvd.code, error.rcvd.reason) if error.rcvd else StreamClosed(1006)
