"""One WebSocket of one session."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from frapi_client.errors import ServerUnreachable, StreamClosed, UnexpectedAnswer
from frapi_client.messages import Message, parse_message
from frapi_client.redaction import redacting

NORMAL_CLOSURE = 1000

_LOGGER = redacting("frapi_client.stream")
_JPEG_START, _COMMENT = b"\xff\xd8", b"\xff\xfe"


class FrameStream:
    """Send frames, receive messages::

        async with FrameStream(ticket.websocket_url) as stream:
            await stream.send_frame(jpeg)
            async for message in stream:
                ...

    Args:
        websocket_url: as the server gave it; ``http`` and ``https`` are understood too.
        binary: send bare JPEG bytes, a quarter smaller; ``seq`` and ``timestamp_ms`` go in a comment of the JPEG.
    """

    def __init__(self, websocket_url: str, *, binary: bool = False, open_timeout_s: float = 10.0) -> None:
        self._url = _as_websocket(websocket_url)
        self._binary = binary
        self._open_timeout_s = open_timeout_s
        self._connection: ClientConnection | None = None

    async def __aenter__(self) -> Self:
        try:
            # JPEG doesn't deflate: compression would only cost time on both sides.
            self._connection = await connect(
                self._url, compression=None, open_timeout=self._open_timeout_s, logger=_LOGGER
            )
        except InvalidURI as error:
            raise ServerUnreachable("This is no address of a WebSocket", is_temporary=False) from error
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
        fields = {"seq": seq, "timestamp_ms": timestamp_ms}
        given = {name: value for name, value in fields.items() if value is not None}
        if self._binary:
            await self._send(_commented(jpeg, given))
        else:
            image = base64.b64encode(jpeg).decode("ascii")
            await self._send(json.dumps({"type": "frame", "image": image, **given}))

    async def ping(self) -> None:
        """Keep the session alive while there is no frame to send."""
        await self._send(json.dumps({"type": "ping"}))

    async def receive(self) -> Message | None:
        """The next message; None when the server closed with code 1000.

        Raises:
            StreamClosed: it closed with any other code.
        """
        try:
            text = await self._live.recv()
        except ConnectionClosed as error:
            closed = _closed(error)
            if closed.code == NORMAL_CLOSURE:
                return None
            raise closed from error
        return parse_message(_json_object(text))

    async def __aiter__(self) -> AsyncIterator[Message]:
        """Messages until the server closes with code 1000.

        Raises:
            StreamClosed: it closed with any other code.
        """
        while (message := await self.receive()) is not None:
            yield message

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


def _commented(jpeg: bytes, fields: Mapping[str, int]) -> bytes:
    """The picture with ``fields`` in a comment right after its first marker; anything but a JPEG goes as it is."""
    if not fields or not jpeg.startswith(_JPEG_START):
        return jpeg
    text = b"frapi " + json.dumps(fields).encode("ascii")
    return _JPEG_START + _COMMENT + (2 + len(text)).to_bytes(2, "big") + text + jpeg[len(_JPEG_START) :]


def _json_object(text: str | bytes) -> Mapping[str, object]:
    try:
        message = json.loads(text)
    except ValueError as error:
        raise UnexpectedAnswer("The server sent a message that is no JSON") from error
    if not isinstance(message, dict):
        raise UnexpectedAnswer("The server sent a message that is no JSON object")
    return message


def _closed(error: ConnectionClosed) -> StreamClosed:
    # No close frame at all is what the standard calls 1006.
    return StreamClosed(error.rcvd.code, error.rcvd.reason) if error.rcvd else StreamClosed(1006)
