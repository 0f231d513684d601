"""The relying party's backend, in short: makes sessions and reads their results."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

import httpx
from frapi_client import Outcome

from frapi.simulation.script import LIVELY
from tests import samples
from tests.servers import Credentials, Stand


class Party:
    """An API client over plain HTTP."""

    def __init__(self, stand: Stand, credentials: Credentials) -> None:
        self.stand, self.credentials = stand, credentials
        self._http = httpx.Client(base_url=stand.url, timeout=20)

    def __enter__(self) -> Self:
        self._sign_in()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def enrollment(self, user_id: str, **metadata: Any) -> dict[str, Any]:
        return self._make("enrollment", {"user_id": user_id, "metadata": metadata})

    def authentication(self, user_id: str | None = None, **metadata: Any) -> dict[str, Any]:
        return self._make("authentication", {"user_id": user_id, "metadata": metadata})

    def enrol(self, user_id: str, portrait: str) -> None:
        """Enrol a sample person without a browser."""

        # Drawn first: a busy machine would film too slowly for a blink to be seen.
        film = list(samples.living(portrait, LIVELY * 5))

        async def run() -> Outcome:
            async with self.stand.client(self.credentials) as client:
                return await client.run(await client.create_enrollment(user_id), iter(film))

        # Playwright has an event loop of its own in this thread.
        with ThreadPoolExecutor(1) as thread:
            assert thread.submit(asyncio.run, run()).result().success

    def session(self, session_token: str) -> dict[str, Any]:
        """What the server says of a session."""
        answer: dict[str, Any] = self._http.get(f"/api/auth/sessions/{session_token}/").raise_for_status().json()
        return answer

    def expire(self, ticket: dict[str, Any]) -> None:
        """Let a session's time be over; its server notices at its next look."""
        session_id = self.session(ticket["session_token"])["id"].replace("-", "")
        self.stand.database(
            "UPDATE verification_session SET expires_at = '2020-01-01 00:00:00' WHERE id = ?", session_id
        )

    def _make(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self._http.post(f"/api/auth/{kind}/", json=body).raise_for_status().json()
        return answer

    def _sign_in(self) -> None:
        body = {"api_key": self.credentials.api_key, "api_secret": self.credentials.api_secret}
        answer = self._http.post("/api/core/auth/client/", json=body).raise_for_status().json()
        self._http.headers["Authorization"] = f"JWT {answer['access_token']}"
