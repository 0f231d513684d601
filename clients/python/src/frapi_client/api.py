"""The REST side, and the way into a stream."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from frapi_client.errors import ApiError, FrapiClientError, ServerUnreachable, Unauthorized
from frapi_client.messages import Message
from frapi_client.payload import decrypt_payload
from frapi_client.session import Outcome, run_session
from frapi_client.stream import FrameStream

REFRESH_BEFORE_EXPIRY_S = 60.0


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

    Args:
        url: the server's address, such as ``https://faces.example.com``.
        transport: for tests; see httpx.
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        api_secret: str,
        *,
        timeout_s: float = 10.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        try:
            self._http = httpx.AsyncClient(base_url=url.rstrip("/"), timeout=timeout_s, transport=transport)
        except httpx.InvalidURL as error:
            raise ServerUnreachable(f"{url!r} is no address of a server") from error
        self._url, self._api_key, self._api_secret = url, api_key, api_secret
        self._access_token: str | None = None
        self._renew_at = 0.0

    def __repr__(self) -> str:
        return f"FrapiClient({self._url!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def authenticate(self) -> None:
        """Fetch a new access token.

        Raises:
            Unauthorized: key or secret is wrong.
        """
        credentials = {"api_key": self._api_key, "api_secret": self._api_secret}
        answer = await self._send("POST", "/api/core/auth/client/", json=credentials)
        self._access_token = answer["access_token"]
        self._renew_at = time.monotonic() + answer["expires_in"] - REFRESH_BEFORE_EXPIRY_S

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
        return await self._call("GET", f"/api/auth/sessions/{quote(session_token, safe='')}/")

    async def cancel(self, session_token: str) -> None:
        """End a session that isn't decided yet."""
        await self._call("DELETE", f"/api/auth/sessions/{quote(session_token, safe='')}/")

    async def users(self) -> AsyncIterator[dict[str, Any]]:
        """All enrolled users, page by page."""
        page: str | None = "/api/auth/users/"
        while page:
            answer = await self._call("GET", page)
            for user in answer["results"]:
                yield user
            page = answer.get("next")

    async def user(self, user_id: str) -> dict[str, Any]:
        """One enrolled user."""
        return await self._call("GET", f"/api/auth/users/{quote(user_id, safe='')}/")

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
        )

    def decrypt(self, encrypted_data: Mapping[str, Any]) -> dict[str, Any]:
        """Check and open a completed session's ``encrypted_data``."""
        return decrypt_payload(encrypted_data, self._api_key)

    async def _call(self, method: str, path: str, *, json: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """An authenticated request; a token that was refused is renewed once."""
        if self._access_token is None or time.monotonic() >= self._renew_at:
            await self.authenticate()
            return await self._send(method, path, json=json)
        try:
            return await self._send(method, path, json=json)
        except Unauthorized:
            await self.authenticate()
            return await self._send(method, path, json=json)

    async def _send(self, method: str, path: str, *, json: Mapping[str, Any] | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"JWT {self._access_token}"} if self._access_token else {}
        try:
            response = await self._http.request(method, path, json=json, headers=headers)
        except httpx.UnsupportedProtocol as error:
            raise ServerUnreachable(
                f"{self._url!r} is no address of a server: start it with http:// or https://"
            ) from error
        except httpx.HTTPError as error:
            raise ServerUnreachable(f"No server answers at {self._url}") from error
        if response.is_error:
            raise _api_error(response)
        return _json_object(response) if response.content else {}


def _ticket(answer: Mapping[str, Any], session_type: str) -> SessionTicket:
    return SessionTicket(
        session_token=answer["session_token"],
        websocket_url=answer["websocket_url"],
        session_type=answer.get("session_type", session_type),
        status=answer["status"],
        expires_at=datetime.fromisoformat(answer["expires_at"]),
        enrollment_id=answer.get("enrollment_id"),
        raw=answer,
    )


def _api_error(response: httpx.Response) -> ApiError:
    try:
        body = _json_object(response)
    except FrapiClientError:
        body = {}
    kind = Unauthorized if response.status_code == httpx.codes.UNAUTHORIZED else ApiError
    return kind(
        str(body.get("error") or response.reason_phrase),
        code=int(body.get("code", response.status_code)),
        details=body.get("details"),
    )


def _json_object(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError as error:
        raise FrapiClientError(f"The answer to {response.url.path} is no JSON: is this a frapi server?") from error
    if not isinstance(body, dict):
        raise FrapiClientError(f"The answer to {response.url.path} is no JSON object: is this a frapi server?")
    return body
