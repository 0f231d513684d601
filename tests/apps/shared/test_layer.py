from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from frapi.apps.shared import layer as layers
from frapi.apps.shared import link
from frapi.apps.shared.layer import SharedChannelLayer
from tests.apps.shared.conftest import Clock
from tests.redis_server import RedisServer

GROUP = "session.1"
NOTICE = {"type": "session.taken_over", "epoch": 2}


async def socket_of(layer: SharedChannelLayer) -> str:
    channel = await layer.new_channel()
    await layer.group_add(GROUP, channel)
    return channel


async def heard(layer: SharedChannelLayer, channel: str) -> object:
    return await asyncio.wait_for(layer.receive(channel), 5)


async def listening(redis: RedisServer, count: int) -> None:
    """Until so many processes hear notices."""

    def listeners() -> int:
        ((_, number),) = link.client(redis.url).pubsub_numsub("frapi:3:notices")
        return number

    async with asyncio.timeout(10):
        while await asyncio.to_thread(listeners) < count:
            pass


@pytest.fixture
async def here(redis: RedisServer) -> AsyncIterator[SharedChannelLayer]:
    layer = SharedChannelLayer(redis.url)
    yield layer
    await layer.close()


@pytest.fixture
async def there(redis: RedisServer) -> AsyncIterator[SharedChannelLayer]:
    layer = SharedChannelLayer(redis.url)
    yield layer
    await layer.close()


async def test_a_notice_reaches_every_process_once(
    redis: RedisServer, here: SharedChannelLayer, there: SharedChannelLayer
) -> None:
    near, far = await socket_of(here), await socket_of(there)
    await listening(redis, 2)
    await here.group_send(GROUP, NOTICE)
    await here.group_send(GROUP, {"type": "session.ended"})
    for layer, channel in ((here, near), (there, far)):
        assert [await heard(layer, channel), await heard(layer, channel)] == [NOTICE, {"type": "session.ended"}]


async def test_a_process_without_sockets_is_heard_too(
    redis: RedisServer, here: SharedChannelLayer, there: SharedChannelLayer
) -> None:
    far = await socket_of(there)
    await listening(redis, 1)
    await here.group_send(GROUP, NOTICE)
    assert await heard(there, far) == NOTICE


async def test_only_our_own_processes_are_believed(redis: RedisServer, there: SharedChannelLayer) -> None:
    far = await socket_of(there)
    await listening(redis, 1)
    forged = b'{"from": "x", "group": "session.1", "message": {"type": "websocket.disconnect", "code": 1}}'
    for data in (b"", forged, bytes(32) + forged):
        link.client(redis.url).publish("frapi:3:notices", data)
    async with asyncio.timeout(5):
        own = SharedChannelLayer(redis.url)
        await own.group_send(GROUP, NOTICE)
        assert await there.receive(far) == NOTICE


async def test_without_redis_sockets_of_the_same_process_are_told(redis: RedisServer, here: SharedChannelLayer) -> None:
    redis.kill()
    near = await socket_of(here)
    await here.group_send(GROUP, NOTICE)
    assert await heard(here, near) == NOTICE
    await here.group_discard(GROUP, near)


@pytest.mark.parametrize("how", ["killed", "cut off"])
async def test_it_listens_again_when_redis_is_back(
    redis: RedisServer,
    here: SharedChannelLayer,
    there: SharedChannelLayer,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    monkeypatch.setattr(layers, "LOOK_AFTER_S", 0.05)
    monkeypatch.setattr(layers, "RECONNECT_AFTER_S", 0.05)
    far = await socket_of(there)
    await listening(redis, 1)
    (redis.kill if how == "killed" else redis.cut_off)()
    await here.group_send(GROUP, {"type": "session.ended"})
    (redis.start if how == "killed" else redis.bring_back)()
    clock.rest()
    await listening(redis, 1)
    clock.rest()
    # The client subscribes again by itself before it says that its line was broken, and then a new one is made: what is
    # sent in between is lost, as a notice may be.
    async with asyncio.timeout(10):
        got: object = None
        while got != NOTICE:
            await here.group_send(GROUP, NOTICE)
            with contextlib.suppress(TimeoutError):
                got = await asyncio.wait_for(there.receive(far), 0.2)
