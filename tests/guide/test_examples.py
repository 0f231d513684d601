"""Every example and table of the guide against what the server really answers."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import re
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import httpx
import pytest
from frapi_client import FrapiClient
from frapi_client.sources import frames as encoded
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from frapi.apps.verification import messages
from frapi.liveness.types import Counters, FrameObstructed, Instruction
from frapi.simulation.person import encode_jpeg
from frapi.simulation.script import LIVELY
from frapi.vision.types import ImageU8, Obstacle
from tests import samples
from tests.guide import document
from tests.guide.shape import differences, wording
from tests.servers import Credentials, Stand
from tests.wire import assert_declared

USER = "user123"


@dataclass(frozen=True, slots=True)
class Traffic:
    """What the server answered in three sessions that follow the guide.

    Attributes:
        rest: name of a call -> status and body.
        sent: all WebSocket messages.
        close_codes: how the sockets were closed.
    """

    rest: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    sent: list[dict[str, Any]] = field(default_factory=list)
    close_codes: list[int] = field(default_factory=list)

    def of_type(self, example: dict[str, Any]) -> list[dict[str, Any]]:
        """The messages that an example stands for."""
        same = [each for each in self.sent if each["type"] == example["type"]]
        for tell_apart in ("target_samples", "min_frames_required"):
            if tell_apart in example:
                same = [each for each in same if tell_apart in each]
        if "authenticated" in example:
            same = [each for each in same if each.get("authenticated") == example["authenticated"]]
        return same


def request_of(endpoint: str, caption: str) -> dict[str, Any]:
    """The JSON that the guide posts to an endpoint."""
    under = {
        "client": "Authenticate Client",
        "enrollment": "Enrollment Session",
        "authentication": "Authentication Session",
    }
    return document.example(document.block("json", under=under[endpoint], caption=caption))


@pytest.fixture(scope="module")
def traffic(stand: Stand, credentials: Credentials, camera_frames: list[ImageU8]) -> Traffic:
    """Sign in, enrol, verify, identify, and be refused, all with the guide's own requests."""
    return asyncio.run(_follow_the_guide(stand, credentials, list(encoded(camera_frames))))


async def _follow_the_guide(stand: Stand, credentials: Credentials, person: list[bytes]) -> Traffic:
    traffic = Traffic()
    async with httpx.AsyncClient(base_url=stand.url) as http:

        async def post(name: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
            answer = await http.post(path, json=body)
            traffic.rest[name] = (answer.status_code, answer.json())
            return traffic.rest[name][1]

        sign_in = request_of("client", "Request") | {
            "api_key": credentials.api_key,
            "api_secret": credentials.api_secret,
        }
        token = (await post("client", "/api/core/auth/client/", sign_in))["access_token"]
        http.headers["Authorization"] = f"JWT {token}"
        enrollment, authentication = "/api/auth/enrollment/", "/api/auth/authentication/"
        verification = request_of("authentication", "Verification")
        session = await post("enrollment", enrollment, request_of("enrollment", "Request"))
        await _stream(session, person, traffic)
        session = await post("verification", authentication, verification)
        await _stream(session, person, traffic)
        session = await post("identification", authentication, request_of("authentication", "Identification"))
        await _stream(session, person, traffic)
        session = await post("impostor", authentication, verification)
        await _stream(session, list(samples.living("biden.jpg", LIVELY)), traffic)
    return traffic


async def _stream(session: dict[str, Any], person: list[bytes], traffic: Traffic) -> None:
    async with connect(session["websocket_url"]) as socket:
        await socket.send('{"type": "ping"}')
        sending = asyncio.create_task(_send(socket, person))
        try:
            while True:
                message = json.loads(await socket.recv())
                assert_declared(message)
                traffic.sent.append(message)
        except ConnectionClosed as closed:
            traffic.close_codes.append(closed.rcvd.code if closed.rcvd else 1006)
        sending.cancel()


async def _send(socket: ClientConnection, person: list[bytes]) -> None:
    for jpeg in cycle(person):
        image = f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
        await socket.send(json.dumps({"type": "frame", "image": image}))
        await asyncio.sleep(0.1)


class TestRest:
    def test_signing_in(self, traffic):
        status, body = traffic.rest["client"]
        promised = document.example(document.block("json", under="Authenticate Client", caption="Response"))
        assert status == 200
        assert list(differences(promised, body)) == []
        assert (body["token_type"], body["expires_in"]) == (promised["token_type"], promised["expires_in"])

    @pytest.mark.parametrize(
        ("call", "under"),
        [
            ("enrollment", "Create Enrollment Session"),
            ("verification", "Create Authentication Session"),
            ("identification", "Create Authentication Session"),
        ],
    )
    def test_creating_a_session(self, stand, traffic, call, under):
        status, body = traffic.rest[call]
        promised = document.example(document.block("json", under=under, caption="Response"))
        assert status == 201
        assert list(differences(promised, body)) == []
        assert (body["status"], body["message"]) == (promised["status"], promised["message"])
        if "session_type" in promised:
            assert body["session_type"] == call
        # The address and the time are written as they are in the guide.
        address = promised["websocket_url"].replace("wss://api.example.com", stand.url.replace("http", "ws"))
        assert body["websocket_url"] == address.replace(promised["session_token"], body["session_token"])
        assert wording(body["expires_at"]) == wording(promised["expires_at"])
        assert body["session_token"].startswith("sess_")

    @pytest.mark.parametrize("path", ["/docs/", "/api/schema/", "/health/"])
    def test_support(self, stand, path):
        assert f"`{path}`" in document.text()
        assert httpx.get(f"{stand.url}{path}").status_code == 200


class TestMessages:
    @pytest.fixture
    def examples(self) -> list[dict[str, Any]]:
        return document.message_examples()

    def test_the_guide_shows_what_is_expected_here(self, examples):
        """Should the guide change, this says that these tests must too."""
        assert sorted(example["type"] for example in examples) == sorted(
            ["frame", "connection_established", "frame_rejected", "error"]
            + 2 * ["frame_processed"]
            + ["enrollment_complete"]
            + 2 * ["authentication_complete"]
        )

    def test_each_example_is_kept_by_key_and_type(self, traffic, examples):
        checked = 0
        for example in examples:
            if example["type"] in {"frame", "frame_rejected", "error"}:
                continue  # what clients send; and below
            for sent in traffic.of_type(example):
                problems = [each for each in differences(example, sent) if not _is_faceless(each, sent)]
                assert problems == [], example["type"]
                checked += 1
            assert traffic.of_type(example), example
        assert checked > 20

    def test_each_fixed_text_is_the_guides(self, traffic, examples):
        for example in examples:
            if example["type"].endswith(("_complete", "_established")):
                assert {sent["message"] for sent in traffic.of_type(example)} == {example["message"]}
            if "encrypted_data" in example:
                algorithms = {sent["encrypted_data"]["algorithm"] for sent in traffic.of_type(example)}
                assert algorithms == {example["encrypted_data"]["algorithm"]}

    def test_progress_is_worded_as_in_the_guide(self, traffic, examples):
        for example in examples:
            if example["type"] == "frame_processed":
                said = {wording(sent["message"]) for sent in traffic.of_type(example)}
                assert wording(example["message"]) in said

    def test_a_rejected_frame(self, examples):
        """No network that finds obstacles need be installed: the message itself, made by the server's own hand."""
        (example,) = (each for each in examples if each["type"] == "frame_rejected")
        scores = {Obstacle(name): score for name, score in example["obstacle_confidence"].items()}
        event = FrameObstructed(Counters(), scores, Instruction.OBSTACLE_DETECTED)
        sent = json.loads(messages.encode(messages.frame_rejected(event, messages.FrameContext())))
        assert {key: sent[key] for key in example} == example

    def test_every_type_of_the_guides_table_is_sent(self, traffic, examples):
        client_side, server_side = (
            {row[0].strip("`") for row in document.table(heading)} for heading in ("Client → Server", "Server → Client")
        )
        assert client_side == {"frame", "ping"}
        sent = {each["type"] for each in traffic.sent}
        assert server_side - {"frame_rejected", "error"} == sent

    def test_obstacle_thresholds_are_the_guides(self, traffic):
        names = {"Hand": "hand_covering"}
        promised = {
            names.get(row[0].strip("*"), row[0].strip("*").lower()): float(row[1].strip("> "))
            for row in document.table("Obstacle Detection")
        }
        established = next(each for each in traffic.sent if each["type"] == "connection_established")
        assert established["policy"]["obstacle_thresholds"] == promised


def _is_faceless(problem: str, sent: dict[str, Any]) -> bool:
    """The guide shows no frame without a face: there, what is measured on a face is null."""
    return not sent.get("success", True) and re.search(r"face_bbox|\.ear", problem) is not None


class TestErrors:
    """The guide's tables of codes."""

    @pytest.fixture
    def promised(self) -> dict[int, str]:
        return {int(code): message for code, message, _ in document.table("Common Error Codes")}

    @pytest.fixture
    async def client(self, stand: Stand, credentials: Credentials) -> Any:
        async with stand.client(credentials) as opened:
            yield opened

    async def test_on_the_stream(self, client: FrapiClient, promised, camera_frames):
        """Too fast and not an image: told, and the stream goes on until the frames are used up."""
        ticket = await client.create_enrollment("errors")
        errors: dict[int, dict[str, Any]] = {}
        picture = encode_jpeg(samples.seated("obama.jpg")[0])
        async with connect(ticket.websocket_url) as socket:
            await socket.send(json.dumps({"type": "frame", "image": "no image"}))
            sending = asyncio.create_task(_flood(socket, picture))
            close_code = await asyncio.wait_for(_note_errors(socket, errors), 60)
            await sending
        assert close_code == 4429
        assert "4429" in {row[0] for row in document.table("WebSocket Close Codes")}
        assert errors.keys() == {400, 429, 4429}
        shape = next(each for each in document.message_examples() if each["type"] == "error")
        for code, error in errors.items():
            assert list(differences(shape | {"details": {}}, error)) == []
            assert error["error"].startswith(promised[code])
        assert list(differences(shape, errors[400])) == []

    async def test_unauthorized(self, stand, promised):
        async with httpx.AsyncClient(base_url=stand.url, headers={"Authorization": "JWT expired"}) as http:
            answer = await http.post("/api/auth/enrollment/", json={"user_id": USER})
        assert answer.status_code == 401
        assert (answer.json()["code"], answer.json()["error"]) == (401, promised[401])

    async def test_no_such_session(self, stand, client, promised):
        async with connect(f"{stand.url.replace('http', 'ws')}/ws/auth/process-image/sess_xxxxx/") as socket:
            error = json.loads(await socket.recv())
        assert (error["code"], error["error"]) == (404, promised[404])

    def test_the_end_of_a_session_is_a_normal_closure(self, traffic):
        assert set(traffic.close_codes) == {1000}
        assert "1000" in {row[0] for row in document.table("WebSocket Close Codes")}


async def _flood(socket: ClientConnection, picture: bytes) -> None:
    """Send faster than is allowed until the server has had enough."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            await socket.send(picture)
            await asyncio.sleep(1 / 30)


async def _note_errors(socket: ClientConnection, errors: dict[int, dict[str, Any]]) -> int | None:
    """Keep the last error of each code; returns the code that the server closes with."""
    try:
        async for text in socket:
            message = json.loads(text)
            if message["type"] == "error":
                errors[message["code"]] = message
    except ConnectionClosed as closed:
        return closed.rcvd and closed.rcvd.code
    return 1000
