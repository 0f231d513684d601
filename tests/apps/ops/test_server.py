"""Our server around a small application, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import websockets
from django.core.management.base import CommandError

from frapi.apps.drain import DrainRegistry
from frapi.apps.ops import server as ops_server
from frapi.apps.ops.management.commands.runserver import _listen, _parse
from frapi.apps.ops.server import DrainingServer, server_config

LIMIT_BYTES = 30_000


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> DrainRegistry:
    fresh = DrainRegistry()
    monkeypatch.setattr(ops_server, "registry", fresh)
    return fresh


def echo(registry: DrainRegistry) -> Callable[[Any, Any, Any], Awaitable[None]]:
    """A WebSocket application that says how long each message was, and on draining says goodbye with 1001."""

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return
        await receive()
        await send({"type": "websocket.accept"})

        async def goodbye() -> None:
            await send({"type": "websocket.send", "text": "goodbye"})
            await send({"type": "websocket.close", "code": 1001})

        registry.register(goodbye)
        while (event := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": str(len(event.get("text") or event["bytes"]))})
        registry.unregister(goodbye)

    return application


@asynccontextmanager
async def running(application: Any) -> AsyncIterator[tuple[DrainingServer, asyncio.Task[None], str]]:
    listener = _listen("127.0.0.1", 0)
    config = server_config(application, max_image_bytes=LIMIT_BYTES)
    config.lifespan = "off"
    started = asyncio.Event()
    server = DrainingServer(config, started.set)
    task = asyncio.create_task(server._serve([listener]))
    await asyncio.wait_for(started.wait(), 5)
    try:
        yield server, task, f"ws://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        await asyncio.wait_for(task, 5)


async def test_live_sockets_are_drained_before_they_are_closed(registry: DrainRegistry) -> None:
    async with running(echo(registry)) as (server, task, url), websockets.connect(url) as client:
        await client.send("hello")
        assert await client.recv() == "5"
        server.should_exit = True
        assert await client.recv() == "goodbye"
        with pytest.raises(websockets.ConnectionClosed):
            await client.recv()
        assert client.close_code == 1001
        await asyncio.wait_for(task, 5)
    assert registry.draining


async def test_a_message_over_the_limit_closes_with_1009_and_the_server_goes_on(registry: DrainRegistry) -> None:
    async with running(echo(registry)) as (_, _, url):
        async with websockets.connect(url) as client:
            largest_image_in_base64 = "A" * (LIMIT_BYTES * 4 // 3)
            await client.send(largest_image_in_base64)
            assert await client.recv() == str(len(largest_image_in_base64))
            with contextlib.suppress(websockets.ConnectionClosed):  # it may be closed before all is sent
                await client.send("A" * 50_000_000)
            with pytest.raises(websockets.ConnectionClosed):
                await client.recv()
            assert client.close_code == 1009
        async with websockets.connect(url) as another:
            await another.send("hello")
            assert await another.recv() == "5"


async def test_no_compression_is_offered(registry: DrainRegistry) -> None:
    async with running(echo(registry)) as (_, _, url), websockets.connect(url, compression="deflate") as client:
        assert client.response is not None
        assert "Sec-WebSocket-Extensions" not in client.response.headers
        assert "Server" not in client.response.headers


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, ("127.0.0.1", 8000)),
        ("9000", ("127.0.0.1", 9000)),
        ("0.0.0.0:9000", ("0.0.0.0", 9000)),  # noqa: S104
        ("[::1]:9000", ("::1", 9000)),
        ("localhost:0", ("localhost", 0)),
    ],
)
def test_addrport_is_read_as_django_reads_it(given: str | None, expected: tuple[str, int]) -> None:
    assert _parse(given) == expected


@pytest.mark.parametrize("given", ["", "host", "host:", "::1:9000", "70000"])
def test_addrport_that_makes_no_sense(given: str) -> None:
    with pytest.raises(CommandError, match=r"no \[ADDRESS:\]PORT"):
        _parse(given)


def test_a_port_that_is_taken_is_told_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CommandError, match="Set PORT to a free one"):
            _listen("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize("host", ["nosuch.invalid", "192.0.2.1", "a..b"])
def test_a_wrong_address_is_told_by_its_setting(host: str) -> None:
    with pytest.raises(CommandError, match="Set FRAPI_HOST to an address of this machine"):
        _listen(host, 0)
