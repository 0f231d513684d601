"""What the session tests share: an analyzer that sees what the picture's bytes say, and tenants with real rows."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from django.utils import timezone
from pytest_django import Settings

from frapi.apps.accounts.models import ApiClient
from frapi.apps.accounts.services import NewClient, create_client
from frapi.apps.templates.services import store_template
from frapi.apps.verification import consumers, services
from frapi.apps.verification.models import Session
from frapi.apps.verification.policy import Demands
from frapi.apps.verification.routing import websocket_path, websocket_urlpatterns
from frapi.apps.verification.services import NewSession
from frapi.errors import InvalidImage, Unavailable
from frapi.gallery.factory import get_gallery
from frapi.inference.base import FrameRequest
from frapi.inference.fake import FakeFrameAnalyzer
from frapi.vision.embed import CONTRACT, DIM
from frapi.vision.types import FrameObservation, FrameReason, Obstacle
from tests.apps.verification.relying_party import Backend, make_backend
from tests.faces import embedding, seen, unseen
from tests.wire import assert_declared

# A session this old when its first socket opens: `timestamp_ms` may then run ahead of the tests' real time.
AGE = timedelta(minutes=5)
PATIENCE_S = 30  # on a machine that is busy with other things

ADA, EVE = 1, 2

db = database_sync_to_async


def picture(**shows: Any) -> bytes:
    """A picture for the scripted analyzer: arguments of :func:`tests.faces.seen`, or ``reason``, or ``raises``."""
    return json.dumps(shows).encode()


def look(request: FrameRequest) -> FrameObservation:
    shows = json.loads(request.image_bytes)
    match shows.pop("raises", None):
        case "image":
            raise InvalidImage
        case "unavailable":
            raise Unavailable
        case "bug":
            raise ZeroDivisionError("a secret that must not leave")
    if "reason" in shows:
        return unseen(FrameReason(shows["reason"]))
    if "obstacles" in shows:
        shows["obstacles"] = {Obstacle(name): score for name, score in shows["obstacles"].items()}
    shown = seen(**shows)
    return shown if request.embedding is not None else replace(shown, embedding=None)


@pytest.fixture(autouse=True)
def analyzer(monkeypatch: pytest.MonkeyPatch) -> FakeFrameAnalyzer:
    fake = FakeFrameAnalyzer(look, contract=CONTRACT, dim=DIM)
    monkeypatch.setattr(consumers, "get_analyzer", lambda: fake)
    monkeypatch.setattr(services, "get_analyzer", lambda: fake)
    return fake


@pytest.fixture(autouse=True)
def fresh_gallery() -> Iterator[None]:
    get_gallery.cache_clear()
    yield
    get_gallery.cache_clear()


@pytest.fixture
def tenant(transactional_db: None) -> NewClient:
    return create_client("relying party")


@pytest.fixture
def ada(tenant: NewClient) -> NewClient:
    """A tenant whose user ada is enrolled."""
    store_template(
        tenant.client.id, "ada", embedding(ADA), sample_count=3, quality_score=0.9, enrollment_id=tenant.client.id
    )
    return tenant


@pytest.fixture
def backend() -> Backend:
    return make_backend()


class Socket:
    """A client's end of the WebSocket. (Channels' own test client can't be imported without Daphne.)"""

    def __init__(self, communicator: Any) -> None:
        self.communicator = communicator
        self.seq = 0

    async def send(self, message: Any) -> None:
        """Send bytes as they are, text as it is, anything else as JSON."""
        if isinstance(message, bytes):
            event = {"type": "websocket.receive", "bytes": message}
        else:
            text = message if isinstance(message, str) else json.dumps(message)
            event = {"type": "websocket.receive", "text": text}
        await self.communicator.send_input(event)

    async def receive(self) -> dict[str, Any]:
        event = await self.communicator.receive_output(timeout=PATIENCE_S)
        assert event["type"] == "websocket.send", event
        message: dict[str, Any] = json.loads(event["text"])
        assert_declared(message)
        return message

    async def receive_nothing(self) -> bool:
        """Whether nothing was sent that hasn't been received."""
        nothing: bool = await self.communicator.receive_nothing(timeout=0.05)
        return nothing

    async def ask(self, message: Any) -> dict[str, Any]:
        await self.send(message)
        return await self.receive()

    async def show(self, **shows: Any) -> dict[str, Any]:
        """Show one frame, 100 ms after the one before, and return the answer."""
        self.seq += 1
        image = base64.b64encode(picture(**shows)).decode()
        return await self.ask({"type": "frame", "image": image, "seq": self.seq, "timestamp_ms": self.seq * 100})

    async def closed(self) -> int:
        """Receive the close and return its code."""
        event = await self.communicator.receive_output(timeout=PATIENCE_S)
        assert event["type"] == "websocket.close", event
        return int(event["code"])

    async def show_all(self, *frames: dict[str, Any]) -> dict[str, Any]:
        """Show frames in a row and return the answer to the last."""
        answer: dict[str, Any] = {}
        for shows in frames:
            answer = await self.show(**shows)
        return answer

    async def live(self, *, person: int = 0) -> dict[str, Any]:
        """Be a living person until the session ends, and return its last message."""
        for shows in [*REST, *BLINK, *TURN, *REST]:
            answer = await self.show(**shows, person=person)
            if answer["type"] != "frame_processed":
                return answer
        raise AssertionError(f"the session goes on: {answer}")


# A living face is never quite still.
REST: Sequence[dict[str, Any]] = [{"grimace": pull} for pull in (6, 6, 4, 4, 2, 0)]
BLINK: Sequence[dict[str, Any]] = [{"ear": 0.05}] * 2 + [{}] * 2
TURN: Sequence[dict[str, Any]] = [{"yaw_deg": yaw} for yaw in (5, 10, 15, 20, 20, 15, 10, 5, 0)]


@asynccontextmanager
async def open_socket(token: str, *, origin: str | None = None) -> AsyncIterator[Socket]:
    """A connected socket, whatever the server says first."""
    headers = [] if origin is None else [(b"origin", origin.encode())]
    scope = {"type": "websocket", "path": websocket_path(token), "query_string": b"", "headers": headers}
    communicator: Any = ApplicationCommunicator(URLRouter(websocket_urlpatterns), scope)  # type: ignore[no-untyped-call]
    await communicator.send_input({"type": "websocket.connect"})
    assert (await communicator.receive_output(timeout=PATIENCE_S))["type"] == "websocket.accept"
    try:
        yield Socket(communicator)
    finally:
        await communicator.send_input({"type": "websocket.disconnect", "code": 1000})
        await communicator.wait(timeout=PATIENCE_S)


@asynccontextmanager
async def streaming(token: str, *, origin: str | None = None) -> AsyncIterator[Socket]:
    """A socket on an open session, past its first message."""
    async with open_socket(token, origin=origin) as socket:
        first = await socket.receive()
        assert first["type"] == "connection_established", first
        yield socket


async def refused(token: str, *, origin: str | None = None) -> tuple[int, dict[str, Any], int]:
    """Connect in vain: the error's code and details, and the close code."""
    async with open_socket(token, origin=origin) as socket:
        problem = await socket.receive()
        assert problem["type"] == "error"
        return problem["code"], problem["details"], await socket.closed()


@pytest.fixture
def unhurried(settings: Settings) -> None:
    """Let frames come as fast as tests send them."""
    settings.FRAPI = replace(settings.FRAPI, max_fps=1000, burst=1000)


def new_enrollment(client: ApiClient, user_id: str = "ada", *, age: timedelta = AGE, **demands: int) -> NewSession:
    created = services.create_enrollment(
        client, user_id=user_id, session_type="webcam", metadata={}, demands=Demands(**demands)
    )
    return aged(created, age)


def new_authentication(
    client: ApiClient, user_id: str | None = "ada", *, age: timedelta = AGE, require_liveness: bool = True
) -> NewSession:
    created = services.create_authentication(
        client,
        user_id=user_id,
        session_type="webcam",
        require_liveness=require_liveness,
        metadata={},
        demands=Demands(),
    )
    return aged(created, age)


def aged(created: NewSession, age: timedelta) -> NewSession:
    """Let a session have been made ``age`` ago."""
    created.session.created_at = timezone.now() - age
    created.session.save(update_fields=["created_at"])
    return created


def row(created: NewSession) -> Session:
    """The session as it stands in the database now."""
    return Session.objects.get(pk=created.session.pk)
