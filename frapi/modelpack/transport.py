"""Reads files over HTTP in pieces, and goes on where a connection broke."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

import requests
import urllib3

from frapi.modelpack.index_settings import IndexSettings

# Small enough for a progress bar that moves on a slow line.
CHUNK_BYTES = 64 * 1024

_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_HTTP_ERRORS = (requests.RequestException, urllib3.exceptions.HTTPError)

_T = TypeVar("_T")


class TransportError(Exception):
    """A file can't be read over HTTP.

    Attributes:
        reason: what happened, without any address: it may hold a password.
        remedy: which setting to change.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason = reason
        self.remedy = remedy
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When to give up.

    Attributes:
        attempts: tries in a row that bring nothing.
        first_delay_s: pause after the first; it doubles each time.
        max_delay_s: longest pause, also when a server asks for a longer one.
        sleep: how to pause.
    """

    attempts: int = 5
    first_delay_s: float = 0.5
    max_delay_s: float = 15.0
    sleep: Callable[[float], None] = time.sleep

    def pause_or_give_up(self, error: Exception, failures: int) -> None:
        """Wait for the next try after so many failures in a row.

        Raises:
            TransportError: another try is pointless, or there were enough.
        """
        if failures >= self.attempts or not _is_transient(error):
            raise _explained(error) from error
        self.sleep(min(max(self.first_delay_s * 2 ** (failures - 1), _asked_delay_s(error)), self.max_delay_s))

    def run(self, attempt: Callable[[], _T]) -> _T:
        """Try until it works.

        Raises:
            TransportError: another try is pointless, or there were enough.
        """
        failures = 0
        while True:
            try:
                return attempt()
            except _HTTP_ERRORS as error:
                failures += 1
                self.pause_or_give_up(error, failures)


def _is_transient(error: Exception) -> bool:
    if isinstance(error, requests.exceptions.SSLError):
        return False
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return error.response.status_code in _TRY_AGAIN
    return isinstance(
        error,
        requests.ConnectionError
        | requests.Timeout
        | requests.exceptions.ChunkedEncodingError
        | urllib3.exceptions.ProtocolError
        | urllib3.exceptions.ReadTimeoutError,
    )


def _asked_delay_s(error: Exception) -> float:
    if isinstance(error, requests.HTTPError) and error.response is not None:
        value = error.response.headers.get("Retry-After", "")
        return float(value) if value.isdigit() else 0.0
    return 0.0


def _explained(error: Exception) -> TransportError:
    if isinstance(error, requests.exceptions.SSLError):
        return TransportError("its certificate isn't trusted", "PIP_CERT (your organisation's certificates)")
    if isinstance(error, requests.exceptions.ProxyError):
        return TransportError("the proxy can't be reached", "HTTPS_PROXY or PIP_PROXY")
    if isinstance(error, requests.Timeout | urllib3.exceptions.ReadTimeoutError):
        return TransportError("no answer in time", "PIP_DEFAULT_TIMEOUT (seconds) or PIP_INDEX_URL")
    if isinstance(error, requests.HTTPError) and error.response is not None:
        status = error.response.status_code
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            return TransportError(f"HTTP {status}", "the user and password in PIP_INDEX_URL or netrc")
        return TransportError(f"HTTP {status}", "PIP_INDEX_URL")
    if isinstance(error, requests.ConnectionError | urllib3.exceptions.HTTPError):
        return TransportError("no connection, or it broke", "PIP_INDEX_URL, or HTTPS_PROXY behind a proxy")
    return TransportError("not an address that can be read", "PIP_INDEX_URL")


def _part_start(response: requests.Response) -> int | None:
    found = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    return int(found[1]) if found else None


class _Session(requests.Session):
    """A session whose own certificates win over ``REQUESTS_CA_BUNDLE``, as pip's do."""

    def merge_environment_settings(self, *args: Any, **kwargs: Any) -> Any:
        settings = super().merge_environment_settings(*args, **kwargs)
        if isinstance(self.verify, str):
            settings["verify"] = self.verify
        return settings


def open_session(settings: IndexSettings) -> requests.Session:
    """A session set up as the user set up pip. Proxies and netrc come through ``requests`` itself."""
    session = _Session()
    session.headers["User-Agent"] = "frapi-modelpack"
    if settings.ca_bundle is not None:
        session.verify = str(settings.ca_bundle)
    if settings.client_cert is not None:
        session.cert = str(settings.client_cert)
    if settings.proxy is not None:
        session.proxies = {"http": settings.proxy, "https": settings.proxy}
    return session


class HttpFile:
    """A file at an address.

    Args:
        session: made by :func:`open_session`.
        url: of the file.
        timeout_s: longest silence of the connection.
        retry: when to give up.
        on_bytes: told how many bytes arrived.
    """

    def __init__(
        self,
        session: requests.Session,
        url: str,
        *,
        timeout_s: float,
        retry: RetryPolicy,
        on_bytes: Callable[[int], None],
    ) -> None:
        self._session = session
        self._url = url
        self._timeout_s = timeout_s
        self._retry = retry
        self._on_bytes = on_bytes

    def size_if_ranged(self) -> int | None:
        """The file's size if the server serves parts of it, else None.

        Raises:
            TransportError: the server doesn't answer.
        """

        def ask_for_first_byte() -> int | None:
            with self._open("bytes=0-0") as response:
                found = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
                return int(found[3]) if response.status_code == HTTPStatus.PARTIAL_CONTENT and found else None

        return self._retry.run(ask_for_first_byte)

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from ``start`` to ``stop``, over as many connections as it takes.

        Raises:
            TransportError: the server gives no more.
        """
        position = start
        failures = 0
        while stop is None or position < stop:
            try:
                for chunk in self._chunks_once(position, stop):
                    failures = 0
                    position += len(chunk)
                    self._on_bytes(len(chunk))
                    yield chunk
                if stop is None:
                    return
            except _HTTP_ERRORS as error:
                failures += 1
                self._retry.pause_or_give_up(error, failures)

    def _chunks_once(self, start: int, stop: int | None) -> Iterator[bytes]:
        """Yield from ``start`` on until ``stop``, the end of the file, or a broken connection."""
        wanted = f"bytes={start}-{'' if stop is None else stop - 1}" if start or stop is not None else None
        with self._open(wanted) as response:
            skip = 0
            if response.status_code == HTTPStatus.OK:
                # A server without ranges sends the file from its beginning.
                skip = start
            elif _part_start(response) != start:
                raise urllib3.exceptions.ProtocolError("the server sent another part than asked for")
            left = None if stop is None else stop - start
            received = False
            for chunk in response.raw.stream(CHUNK_BYTES, decode_content=False):
                useful = chunk[min(skip, len(chunk)) :]
                skip -= len(chunk) - len(useful)
                useful = useful if left is None else useful[:left]
                if useful:
                    received = True
                    yield useful
                left = None if left is None else left - len(useful)
                if left == 0:
                    return
            if stop is not None and not received:
                raise urllib3.exceptions.ProtocolError("the server sent an empty part")

    def _open(self, wanted_range: str | None) -> requests.Response:
        headers = {"Accept-Encoding": "identity"}
        if wanted_range is not None:
            headers["Range"] = wanted_range
        response = self._session.get(self._url, headers=headers, stream=True, timeout=self._timeout_s)
        if not response.ok:
            response.close()
        response.raise_for_status()
        return response


class StreamReader(io.RawIOBase):
    """A file object over :meth:`HttpFile.chunks`, read once from the beginning."""

    def __init__(self, file: HttpFile) -> None:
        self._chunks = file.chunks()
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = next(self._chunks, b"")
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


class RangeReader(io.RawIOBase):
    """A seekable file object that fetches the parts which are read.

    Args:
        file: on a server with ranges.
        size_bytes: its size.
    """

    # What a read outside of the window fetches at least: zipfile reads in small steps.
    _BLOCK_BYTES = 16 * 1024

    def __init__(self, file: HttpFile, size_bytes: int) -> None:
        self._file = file
        self._size = size_bytes
        self._position = 0
        self._window_start = 0
        self._window = b""

    def prefetch(self, start: int, stop: int) -> None:
        """Fetch a part at once, in one request; reads inside it then need none."""
        start, stop = max(start, 0), min(stop, self._size)
        self._window = b"".join(self._file.chunks(start, stop))
        self._window_start = start

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = origin + offset
        return self._position

    def readinto(self, buffer: Any) -> int:
        stop = min(self._position + len(buffer), self._size)
        if stop <= self._position:
            return 0
        window_stop = self._window_start + len(self._window)
        if not self._window_start <= self._position <= stop <= window_stop:
            self.prefetch(self._position, max(stop, self._position + self._BLOCK_BYTES))
        offset = self._position - self._window_start
        count = stop - self._position
        buffer[:count] = self._window[offset : offset + count]
        self._position = stop
        return count
