"""What a server writes about its sessions must not help anybody who reads it."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import httpx
import pytest
from frapi_client import ApiError, ConnectionEstablished, Message
from websockets.asyncio.client import connect

from frapi.simulation.script import LIVELY
from tests import samples
from tests.servers import Credentials, Stand

FORBIDDEN = {
    "a session token": rb"sess_[A-Za-z0-9_-]{8}",
    "an API key": rb"frapi_[A-Za-z0-9_-]{20}",
    "a JWT": rb"eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
    "a data URI": rb"data:image/",
    "a JPEG in base64": rb"/9j/4AAQSkZJRg",
    "a row of numbers, as an embedding prints": rb"(-?\d\.\d{3,}[, ]+){8}",
}


@pytest.fixture(scope="module")
def told() -> set[str]:
    """Everything secret that the sessions of this module were given."""
    return set()


async def test_a_session_with_everything_in_it(stand: Stand, credentials: Credentials, told: set[str]):
    """Enrol; be refused for wrong credentials, tokens in URLs and broken frames. All of it goes into the log."""

    def listen(message: Message) -> None:
        if isinstance(message, ConnectionEstablished):
            told.add(message.raw["session_token"])

    async with stand.client(credentials) as client:
        ticket = await client.create_enrollment("logged")
        async with connect(ticket.websocket_url) as socket:
            image = base64.b64encode(next(samples.living("obama.jpg", LIVELY))[:200]).decode()
            for bad in (image, {"type": "frame", "image": image}, {"type": image}, {"type": "frame", "seq": image}):
                await socket.send(bad if isinstance(bad, str) else json.dumps(bad))
        outcome = await client.run(ticket, samples.living("obama.jpg", LIVELY * 2), on_message=listen)
        assert outcome.success
        await client.session(ticket.session_token)
        told |= {outcome.completed.encrypted_data["encrypted_payload"], outcome.completed.encrypted_data["mac"]}
        told.add(str(client._access_token))
        with pytest.raises(ApiError):
            await client.session(ticket.session_token + "x")
        await client.erase("logged")
    told |= {ticket.session_token, credentials.api_key, credentials.api_secret}
    async with httpx.AsyncClient(base_url=stand.url) as http:
        guess: dict[str, Any] = {"api_key": credentials.api_key, "api_secret": "guessed-" + "s" * 40}
        assert (await http.post("/api/core/auth/client/", json=guess)).status_code == 401
        told.add(guess["api_secret"])
        broken = {"Authorization": "JWT " + ".".join(["eyJ" + "a" * 20] * 3)}
        assert (await http.get("/api/auth/users/", headers=broken)).status_code == 401
        assert (await http.get(f"/api/nothing/{ticket.session_token}")).status_code == 404


def test_none_of_it_stands_in_the_log(stand: Stand, told: set[str]):
    """Of this module's sessions, and of all that the server has served before."""
    log = stand.log.read_bytes()
    assert len(log) > 1000
    assert b"/ws/auth/process-image/" in log  # connections are logged, so there was something to redact
    for secret in told | stand.secrets:
        assert secret.encode() not in log
    for what, pattern in FORBIDDEN.items():
        found = re.search(pattern, log)
        assert found is None, f"{what}: {log[max(found.start() - 100, 0) : found.start() + 20]!r}"


def test_every_line_is_json(stand: Stand):
    lines = stand.log.read_text().splitlines()
    announcements = [line for line in lines if line.startswith("frapi serves on ")]
    assert announcements
    for line in lines:
        if line not in announcements:
            assert json.loads(line).keys() >= {"level", "timestamp", "message"}
