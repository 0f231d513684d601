"""The REST side, and the way into a stream."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from frapi_client.errors import ApiError, ServerUnreachable, Unauthorized, UnexpectedAnswer
from frapi_client.messages import Message
from frapi_client.payload import decrypt_payload
from frapi_client.redaction import redacting
from frapi_client.retry import RetryPolicy
from frapi_client.session import Outcome, run_session
from frapi_client.stream import FrameStream
from frapi_client.version import __version__

REFRESH_BEFORE_EXPIRY_S = 60.0

redacting("httpx")  # it logs the address of every request


@dataclass(frozen=True, slots=True)
class SessionTicket:
    """A session that was created; stream frames to it before it expires.

    Attributes:
        session_token: the authority to stream and to read the result.
        session_type: ``enrollment``, ``verification`` or ``identification``.
        enrollment_id: of an enrolment; None otherwise.
        raw: the whole answer.
    """

    session_token: str = field(repr=False)
    websocket_url: str = field(repr=False)
    session_type: str
    status: str
    expires_at: datetime
    enrollment_id: str | None
    raw: Mapping[str, Any] = field(repr=False)

    def seconds_left(self) -> float:
        """Until the session expires."""
        return (self.expires_at - datetime.now(tz=UTC)).total_seconds()


class FrapiClient:
    """One API client's view of the server::

        async with FrapiClient(url, api_key, api_secret) as client:
            ticket = await client.create_enrollment("user123")
            outcome = await client.run(ticket, webcam())

    The access token is fetched when it is first needed and renewed before it expires.
    :class:`frapi_client.sync.FrapiClient` is the same without ``await``.

    Args:
        url: the server's address, such as ``https://faces.example.com``.
        timeout_s: for each attempt to connect, to write and to read.
        retry: how calls that failed are repeated, and streams that broke are opened again.
        transport: for tests; see httpx.
    """

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
        try:
            self._http = httpx.AsyncClient(
                base_url=url.rstrip("/"),
                timeout=timeout_s,
                transport=transport,
                headers={"User-Agent": f"frapi-client/{__version__}"},
            )
        except httpx.InvalidURL as error:
            raise ServerUnreachable(f"{url!r} is no address of a server", is_temporary=False) from error
        self._url, self._api_key, self._api_secret = url, api_key, api_secret
        self._retry = retry or RetryPolicy()
        self._signing_in = asyncio.Lock()
        self._access_token: str | None = None
        self._renew_at = 0.0

    def __repr__(self) -> str:
        return f"FrapiClient({self._url!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections; ``async with`` does it by itself."""
        await self._http.aclose()

    async def authenticate(self) -> None:
        """Fetch a new access token.

        Raises:
            Unauthorized: key or secret is wrong.
        """
        credentials = {"api_key": self._api_key, "api_secret": self._api_secret}
        answer = await self._send("POST", "/api/core/auth/client/", json=credentials, repeatable=True)
        try:
            token, lifetime_s = str(answer["access_token"]), float(answer["expires_in"])
        except (KeyError, TypeError, ValueError) as error:
            raise UnexpectedAnswer("The answer to the credentials holds no access token") from error
        self._access_token = token
        self._renew_at = time.monotonic() + lifetime_s - REFRESH_BEFORE_EXPIRY_S

    async def create_enrollment(
        self, user_id: str, *, session_type: str = "webcam", metadata: Mapping[str, Any] | None = None
    ) -> SessionTicket:
        """Begin to enrol a user.

        Args:
            session_type: ``webcam``, ``mobile`` or ``kiosk``.
            metadata: ``target_samples``, ``required_blinks``, ``required_motion``, ``device_info``.
        """
        body = {"user_id": user_id, "session_type": session_type, "metadata": dict(metadata or {})}
        return _ticket(await self._call("POST", "/api/auth/enrollment/", json=body), "enrollment")

    async def create_authentication(
        self,
        user_id: str | None = None,
        *,
        require_liveness: bool = True,
        session_type: str = "webcam",
        metadata: Mapping[str, Any] | None = None,
    ) -> SessionTicket:
        """Begin to verify ``user_id``, or to identify whoever comes when it is None.

        Args:
            require_liveness: False needs an API client that was granted it.
            metadata: ``min_frames_required``, ``required_blinks``, ``required_motion``, ``device_info``.
        """
        body: dict[str, Any] = {
            "session_type": session_type,
            "require_liveness": require_liveness,
            "metadata": dict(metadata or {}),
        }
        if user_id is not None:
            body["user_id"] = user_id
        return _ticket(await self._call("POST", "/api/auth/authentication/", json=body), "authentication")

    async def session(self, session_token: str) -> dict[str, Any]:
        """Status, counters and outcome of a session: what a backend relies on."""
        return await self._call("GET", f"/api/auth/sessions/{quote(session_token, safe='')}/", repeatable=True)

    async def cancel(self, session_token: str) -> None:
        """End a session that isn't decided yet."""
        await self._call("DELETE", f"/api/auth/sessions/{quote(session_token, safe='')}/", repeatable=True)

    async def users(self) -> AsyncIterator[dict[str, Any]]:
        """All enrolled users, page by page."""
        page: str | None = "/api/auth/users/"
        while page:
            answer = await self._call("GET", page, repeatable=True)
            for user in answer.get("results", ()):
                yield user
            page = answer.get("next")

    async def user(self, user_id: str) -> dict[str, Any]:
        """One enrolled user."""
        return await self._call("GET", f"/api/auth/users/{quote(user_id, safe='')}/", repeatable=True)

    async def erase(self, user_id: str) -> dict[str, Any]:
        """Erase everything the server holds of a user; returns the receipt that counts what was removed."""
        return await self._call("DELETE", f"/api/auth/users/{quote(user_id, safe='')}/")

    def stream(self, ticket: SessionTicket, *, binary: bool = False) -> FrameStream:
        """The session's WebSocket, for those who pace frames themselves."""
        return FrameStream(ticket.websocket_url, binary=binary)

    async def run(
        self,
        ticket: SessionTicket,
        source: Iterator[bytes],
        *,
        fps: float = 10.0,
        binary: bool = False,
        on_message: Callable[[Message], None] | None = None,
    ) -> Outcome:
        """Stream ``source`` until the session is decided.

        See :func:`frapi_client.session.run_session`.
        """
        return await run_session(
            lambda: self.stream(ticket, binary=binary),
            source,
            fps=fps,
            seconds_left=ticket.seconds_left,
            on_message=on_message,
            backoff=self._retry.backoff,
        )

    def decrypt(self, encrypted_data: Mapping[str, Any]) -> dict[str, Any]:
        """Check and open a completed session's ``encrypted_data``."""
        return decrypt_payload(encrypted_data, self._api_key)

    async def _call(
        self, method: str, path: str, *, json: Mapping[str, Any] | None = None, repeatable: bool = False
    ) -> dict[str, Any]:
        """An authenticated request; a token that was refused is renewed once."""
        fresh = await self._sign_in_when_due()
        used = self._access_token
        try:
            return await self._send(method, path, json=json, repeatable=repeatable)
        except Unauthorized:
            if fresh:
                raise
        await self._sign_in_when_due(refused=used)
        return await self._send(method, path, json=json, repeatable=repeatable)

    async def _sign_in_when_due(self, *, refused: str | None = None) -> bool:
        """Fetch an access token when there is none, or none that is good; calls that run side by side share it."""
        async with self._signing_in:
            good = self._access_token not in {None, refused} and time.monotonic() < self._renew_at
            if not good:
                await self.authenticate()
            return not good

    async def _send(
        self, method: str, path: str, *, json: Mapping[str, Any] | None = None, repeatable: bool = False
    ) -> dict[str, Any]:
        """A request, repeated as the policy has it."""
        failures = 0
        while True:
            try:
                return await self._send_once(method, path, json)
            except (ApiError, ServerUnreachable) as error:
                failures += 1
                pause_s = self._retry.pause_s(error, failures=failures, repeatable=repeatable)
                if pause_s is None:
                    raise
            await asyncio.sleep(pause_s)

    async def _send_once(self, method: str, path: str, json: Mapping[str, Any] | None) -> dict[str, Any]:
        headers = {"Authorization": f"JWT {self._access_token}"} if self._access_token else {}
        try:
            response = await self._http.request(method, path, json=json, headers=headers)
        except httpx.UnsupportedProtocol as error:
            raise ServerUnreachable(
                f"{self._url!r} is no address of a server: start it with http:// or https://", is_temporary=False
            ) from error
        except httpx.HTTPError as error:
            never_sent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
            raise ServerUnreachable(f"No server answers at {self._url}", was_sent=not never_sent) from error
        if response.is_error:
            raise _api_error(response)
        return _json_object(response) if response.content else {}


def _ticket(answer: Mapping[str, Any], session_type: str) -> SessionTicket:
    try:
        return SessionTicket(
            session_token=answer["session_token"],
            websocket_url=answer["websocket_url"],
            session_type=answer.get("session_type", session_type),
            status=answer["status"],
            expires_at=datetime.fromisoformat(answer["expires_at"]),
            enrollment_id=answer.get("enrollment_id"),
            raw=answer,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnexpectedAnswer("The answer describes no session: is this a frapi server?") from error


def _api_error(response: httpx.Response) -> ApiError:
    try:
        body = _json_object(response)
    except UnexpectedAnswer:
        body = {}
    kind = Unauthorized if response.status_code == httpx.codes.UNAUTHORIZED else ApiError
    code, details = body.get("code"), body.get("details")
    return kind(
        str(body.get("error") or response.reason_phrase),
        code=code if isinstance(code, int) else response.status_code,
        details=details if isinstance(details, dict) else {},
        status=response.status_code,
        retry_after_s=_retry_after_s(response.headers.get("Retry-After", "")),
    )


def _retry_after_s(value: str) -> float | None:
    """Seconds that a ``Retry-After`` asks for, given as their number or as a date; None where it is neither."""
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(tz=UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def _json_object(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError as error:
        raise UnexpectedAnswer(f"The answer to {response.url.path} is no JSON: is this a frapi server?") from error
    if not isinstance(body, dict):
        raise UnexpectedAnswer(f"The answer to {response.url.path} is no JSON object: is this a frapi server?")
    return body
