"""Bad input and limits: each gets the contract's error, and the session, or at least the server, goes on."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import struct
import zlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from frapi_client import ApiError, FrapiClient, SessionTicket, Unauthorized
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from frapi.simulation.person import encode_jpeg
from frapi.simulation.script import LIVELY
from tests import samples
from tests.servers import Credentials, Stand
from tests.wire import assert_declared


@pytest.fixture
async def client(stand: Stand, credentials: Credentials) -> AsyncIterator[FrapiClient]:
    async with stand.client(credentials) as opened:
        yield opened


@pytest.fixture(scope="module")
def picture() -> bytes:
    return encode_jpeg(samples.seated("obama.jpg")[0])


def frame(image: bytes | str, **fields: Any) -> str:
    encoded = image if isinstance(image, str) else base64.b64encode(image).decode()
    return json.dumps({"type": "frame", "image": encoded, **fields})


class Socket:
    """A session's WebSocket, spoken to by hand."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def tell(self, message: str | bytes) -> None:
        await self.connection.send(message)

    async def hear(self) -> dict[str, Any]:
        message = json.loads(await asyncio.wait_for(self.connection.recv(), 20))
        assert_declared(message)
        return message

    async def ask(self, message: str | bytes) -> dict[str, Any]:
        await self.tell(message)
        return await self.hear()

    async def close_code(self) -> int | None:
        """The code that the server closes with, after whatever it still says."""
        try:
            while True:
                await asyncio.wait_for(self.connection.recv(), 20)
        except ConnectionClosed as closed:
            return closed.rcvd and closed.rcvd.code


@contextlib.asynccontextmanager
async def socket(url: str, **options: Any) -> AsyncIterator[Socket]:
    async with connect(url, compression=None, max_size=None, **options) as connection:
        yield Socket(connection)


@contextlib.asynccontextmanager
async def session(client: FrapiClient, user_id: str = "protocol") -> AsyncIterator[Socket]:
    ticket = await client.create_enrollment(user_id)
    async with socket(ticket.websocket_url) as opened:
        assert (await opened.hear())["type"] == "connection_established"
        yield opened


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds almost nothing."""
    chunks = b""
    for kind, data in (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0" * 100)),
        (b"IEND", b""),
    ):
        chunks += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + chunks


def jpeg_header(picture: bytes, width: int, height: int) -> bytes:
    """``picture`` with another size written into its frame header."""
    at = picture.index(b"\xff\xc0") + 5
    return picture[:at] + struct.pack(">HH", height, width) + picture[at + 4 :]


async def test_bad_input_gets_an_error_and_the_session_goes_on(client, picture):
    bad: dict[str, tuple[str | bytes, str]] = {
        "not JSON": ("hello", "message"),
        "no object": ("[1]", "message"),
        "no type": ("{}", "type"),
        "another type": ('{"type": "dance"}', "type"),
        "no image": ('{"type": "frame"}', "image"),
        "an image that is no text": ('{"type": "frame", "image": 5}', "image"),
        "no base64": (frame("§§§"), "image"),
        "another media type": (frame("data:text/html;base64,AAAA"), "image"),
        "no picture": (frame(b"neither JPEG nor PNG"), "image"),
        "a truncated JPEG": (frame(picture[: len(picture) // 3]), "image"),
        "a truncated binary JPEG": (picture[:300], "image"),
        "a PNG of 20,000 x 20,000": (frame(png_header(20_000, 20_000)), "image"),
        "a JPEG of 20,000 x 20,000": (frame(jpeg_header(picture, 20_000, 20_000)), "image"),
        "an image over the limit": (frame(picture + bytes(2 * 1024 * 1024 + 1 - len(picture))), "image"),
        "time that runs backwards": (frame(picture, timestamp_ms=-5), "timestamp_ms"),
    }
    async with session(client) as opened:
        for what, (message, field) in bad.items():
            answer = await opened.ask(message)
            assert answer.keys() == {"type", "error", "code", "details"}, what
            assert (answer["type"], answer["code"], answer["details"]["field"]) == ("error", 400, field), what
            await asyncio.sleep(0.1)  # under the frame rate
        good = await opened.ask(frame(f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}", seq=7))
        assert (good["type"], good["success"], good["seq"]) == ("frame_processed", True, 7)
        assert (await opened.ask('{"type": "ping"}'))["type"] == "pong"


async def test_twenty_bad_messages_in_a_row_end_the_connection(client):
    async with session(client) as opened:
        for _ in range(20):
            await opened.tell("hello")
        assert await opened.close_code() == 1008


async def test_a_message_of_50_megabytes_is_refused_and_the_server_lives(client, stand, picture):
    async with session(client) as opened:
        with contextlib.suppress(ConnectionClosed):  # it need not read to the end
            await opened.tell(frame("A" * 50_000_000))
        assert await opened.close_code() == 1009
    async with session(client) as opened:
        assert (await opened.ask(picture))["type"] == "frame_processed"
    async with httpx.AsyncClient() as http:
        assert (await http.get(f"{stand.url}/health/")).json()["status"] == "ok"


async def test_sixty_frames_a_second_are_too_many_and_the_session_goes_on(client, picture):
    async with session(client) as opened:
        for seq in range(90):
            await opened.tell(frame(picture, seq=seq))
            await asyncio.sleep(1 / 60)
        answers = []
        while not answers or answers[-1]["type"] != "pong":
            answers.append(await (opened.ask('{"type": "ping"}') if not answers else opened.hear()))
        refused = [answer for answer in answers if answer["type"] == "error"]
        processed = [answer for answer in answers if answer["type"] == "frame_processed"]
        # A burst of 10 and 15 a second: more than half of 90 in 1.5 s are refused.
        assert len(refused) > 40
        assert {answer["code"] for answer in refused} == {429}
        assert all(0 < answer["details"]["retry_after_ms"] <= 1000 for answer in refused)
        assert processed
        # A frame after the last refused one may have emptied the bucket again: wait for several to fill.
        await asyncio.sleep(0.5)
        await opened.tell(frame(picture, seq=1000))
        last = await opened.hear()
        while last.get("seq") != 1000:
            last = await opened.hear()
        assert last["type"] == "frame_processed"


async def test_an_unknown_token(stand):
    async with socket(f"{stand.url.replace('http', 'ws')}/ws/auth/process-image/sess_{'x' * 43}/") as opened:
        answer = await opened.hear()
        assert (answer["type"], answer["code"]) == ("error", 404)
        assert await opened.close_code() == 4404


async def refused_with_410(ticket: SessionTicket) -> bool:
    async with socket(ticket.websocket_url) as opened:
        answer = await opened.hear()
        return (answer["type"], answer["code"], await opened.close_code()) == ("error", 410, 4404)


async def test_an_expired_token(stand, client):
    ticket = await client.create_enrollment("late")
    stand.database(
        "UPDATE verification_session SET expires_at = '2020-01-01 00:00:00' WHERE id = ?",
        ticket.enrollment_id.replace("-", ""),
    )
    assert await refused_with_410(ticket)
    assert (await client.session(ticket.session_token))["status"] == "expired"


async def test_a_cancelled_session(client, picture):
    ticket = await client.create_enrollment("cancelled")
    async with socket(ticket.websocket_url) as opened:
        await opened.hear()
        await opened.ask(picture)
        await client.cancel(ticket.session_token)
        assert await opened.close_code() == 4404
    assert await refused_with_410(ticket)


async def test_frames_after_completion(client):
    ticket = await client.create_enrollment("done")
    frames = samples.living("obama.jpg", LIVELY * 2)
    assert (await client.run(ticket, frames)).success
    assert await refused_with_410(ticket)


async def test_a_second_socket_takes_the_session_over(client, picture):
    ticket = await client.create_enrollment("moved")
    async with socket(ticket.websocket_url) as first:
        await first.hear()
        assert (await first.ask(picture))["frames_processed"] == 1
        async with socket(ticket.websocket_url) as second:
            established = await second.hear()
            assert established["resumed"] is True
            assert established["frames_processed"] == 1
            assert await first.close_code() == 4409
            assert (await second.ask(picture))["frames_processed"] == 2


async def test_a_revoked_client(stand, picture):
    revoked = stand.new_api_client("to be revoked")
    async with stand.client(revoked) as client:
        ticket = await client.create_enrollment("user")
        stand.manage("api_client", "revoke", revoked.id)
        with pytest.raises(Unauthorized):
            await client.create_enrollment("user")
    async with socket(ticket.websocket_url) as opened:
        answer = await opened.hear()
        assert answer["code"] in {401, 404, 410}
        assert await opened.close_code() == 4404


async def test_origins(stand):
    listed = stand.new_api_client("with origins", "--allow-origin", "https://good.example")
    async with stand.client(listed) as client:
        ticket = await client.create_enrollment("user")
        for origin in ("https://good.example.evil.example", "null", "http://good.example"):
            async with socket(ticket.websocket_url, origin=origin) as opened:
                assert (await opened.hear())["code"] == 403
                assert await opened.close_code() == 4401
        async with socket(ticket.websocket_url, origin="https://good.example") as opened:
            assert (await opened.hear())["type"] == "connection_established"


@pytest.mark.parametrize(
    ("create", "code"),
    [
        (lambda client: client.create_enrollment("two words"), 400),
        (lambda client: client.create_enrollment("x" * 129), 400),
        (lambda client: client.create_enrollment("user", session_type="fax"), 400),
        (lambda client: client.create_enrollment("user", metadata={"target_samples": 11}), 400),
        (lambda client: client.create_enrollment("user", metadata={"device_info": "x" * 5000}), 400),
        (lambda client: client.create_authentication("nobody"), 404),
        (lambda client: client.create_authentication(require_liveness=False), 403),
        (lambda client: client.session("sess_unknown"), 404),
        (lambda client: client.user("nobody"), 404),
    ],
)
async def test_requests_that_are_refused(client, create, code):
    with pytest.raises(ApiError) as caught:
        await create(client)
    assert caught.value.code == code
