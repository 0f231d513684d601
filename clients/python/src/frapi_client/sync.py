"""The same client without ``await``::

    with FrapiClient(url, api_key, api_secret) as client:
        ticket = client.create_enrollment("user123")
        outcome = client.run(ticket, webcam())

Every call is one of :class:`frapi_client.FrapiClient`, run on a thread of its own; so it works within an event loop
too, as in a notebook. A client may be used from several threads.
"""

from __future__ import annotations

import asyncio
import functools
import queue
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Protocol, Self, TypeVar

import httpx

from frapi_client import api, stream
from frapi_client.api import SessionTicket
from frapi_client.messages import Message
from frapi_client.retry import RetryPolicy
from frapi_client.session import Outcome

__all__ = ["FrameStream", "FrapiClient"]

P = ParamSpec("P")
T = TypeVar("T")
A = TypeVar("A")
A_co = TypeVar("A_co", covariant=True)


class _Loop:
    """An event loop on a thread; begins with the first call."""

    def __init__(self) -> None:
        self._starting = threading.Lock()
        self._running: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        with self._starting:
            if self._running is None:
                self._running = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._running.run_forever, name="frapi-client", daemon=True)
                self._thread.start()
            return asyncio.run_coroutine_threadsafe(coroutine, self._running)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """What the coroutine returns. Whoever is interrupted while he waits for it interrupts it."""
        future = self.submit(coroutine)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        with self._starting:
            if self._running is None or self._thread is None:
                return
            asyncio.run_coroutine_threadsafe(_end_all(), self._running).result()
            self._running.call_soon_threadsafe(self._running.stop)
            self._thread.join()
            self._running.close()
            self._running = self._thread = None


async def _end_all() -> None:
    """What was interrupted may still be cleaning up."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    loop = asyncio.get_running_loop()
    await loop.shutdown_asyncgens()
    await loop.shutdown_default_executor()


class _Twin(Protocol[A_co]):
    """Something synchronous that stands for something asynchronous."""

    @property
    def _twin(self) -> A_co: ...

    @property
    def _loop(self) -> _Loop: ...


def _blocking(
    method: Callable[Concatenate[A, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[_Twin[A], P], T]:
    """The twin's method: the same arguments, the same result, the same documentation."""

    @functools.wraps(method)
    def call(self: _Twin[A], /, *arguments: P.args, **options: P.kwargs) -> T:
        return self._loop.run(method(self._twin, *arguments, **options))

    return call


class FrapiClient:
    """One API client's view of the server; see :class:`frapi_client.FrapiClient`."""

    def __init__(
        self,
        url: str,
        api_key: str,
        api_secret: str,
        *,
        timeout_s: float = 10.0,
        retry: RetryPolicy | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._twin = api.FrapiClient(url, api_key, api_secret, timeout_s=timeout_s, retry=retry, transport=transport)
        self._loop = _Loop()

    def __repr__(self) -> str:
        return repr(self._twin)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections and end the thread; ``with`` does it by itself."""
        self._loop.run(self._twin.aclose())
        self._loop.close()

    authenticate = _blocking(api.FrapiClient.authenticate)
    create_enrollment = _blocking(api.FrapiClient.create_enrollment)
    create_authentication = _blocking(api.FrapiClient.create_authentication)
    session = _blocking(api.FrapiClient.session)
    cancel = _blocking(api.FrapiClient.cancel)
    user = _blocking(api.FrapiClient.user)
    erase = _blocking(api.FrapiClient.erase)

    def users(self) -> Iterator[dict[str, Any]]:
        """All enrolled users, page by page."""
        users = self._twin.users()

        async def following() -> dict[str, Any] | None:
            return await anext(users, None)

        while (user := self._loop.run(following())) is not None:
            yield user

    def decrypt(self, encrypted_data: Mapping[str, Any]) -> dict[str, Any]:
        """Check and open a completed session's ``encrypted_data``."""
        return self._twin.decrypt(encrypted_data)

    def stream(self, ticket: SessionTicket, *, binary: bool = False) -> FrameStream:
        """The session's WebSocket, for those who pace frames themselves."""
        return FrameStream(self._twin.stream(ticket, binary=binary), self._loop)

    def run(
        self,
        ticket: SessionTicket,
        source: Iterator[bytes],
        *,
        fps: float = 10.0,
        binary: bool = False,
        on_message: Callable[[Message], None] | None = None,
    ) -> Outcome:
        """Stream ``source`` until the session is decided.

        ``on_message`` is called on the caller's own thread; ``source`` is read on another. See
        :func:`frapi_client.session.run_session`.
        """
        inbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        running = self._loop.submit(self._twin.run(ticket, source, fps=fps, binary=binary, on_message=inbox.put))
        running.add_done_callback(lambda _: inbox.put(None))
        try:
            while (message := inbox.get()) is not None:
                if on_message is not None:
                    on_message(message)
        except BaseException:
            running.cancel()
            raise
        return running.result()


class FrameStream:
    """Send frames, receive messages; see :class:`frapi_client.FrameStream`. A client's :meth:`FrapiClient.stream` makes
    it.
    """

    def __init__(self, twin: stream.FrameStream, loop: _Loop) -> None:
        self._twin, self._loop = twin, loop

    def __enter__(self) -> Self:
        self._loop.run(self._twin.__aenter__())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.run(self._twin.__aexit__(kind, error, trace))

    send_frame = _blocking(stream.FrameStream.send_frame)
    ping = _blocking(stream.FrameStream.ping)
    receive = _blocking(stream.FrameStream.receive)

    def __iter__(self) -> Iterator[Message]:
        """Messages until the server closes with code 1000.

        Raises:
            StreamClosed: it closed with any other code.
        """
        while (message := self.receive()) is not None:
            yield message
