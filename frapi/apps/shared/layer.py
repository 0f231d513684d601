"""A channel layer whose groups reach into other server processes.

A socket's own channel lives in its process's memory, as without Redis: what Redis does or doesn't do can't touch a
socket. (The layers of channels_redis keep that channel in Redis, so that a socket opens, waits and closes with it.)
Only what is sent to a group also goes to the other processes, and is lost when Redis is away.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import secrets
from typing import Any

import redis.asyncio
from channels.layers import InMemoryChannelLayer
from django.conf import settings
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from frapi.apps.sealing import derive_key
from frapi.apps.shared.link import ANSWER_TIMEOUT_S, KEY_PREFIX, client
from frapi.errors import Unavailable

logger = logging.getLogger(__name__)

LOOK_AFTER_S = 1.0
"""A line that was silent for so long is asked whether it still stands; as long again, and it is made anew."""
RECONNECT_AFTER_S = 0.5
_MAC_BYTES = 32


class SharedChannelLayer(InMemoryChannelLayer):  # type: ignore[misc]  # Channels has no types
    """In memory, but for :meth:`group_send`.

    Listens from the first :meth:`group_add` on; :meth:`close` ends that.

    Args:
        url: of Redis.
    """

    def __init__(self, url: str, **options: Any) -> None:
        super().__init__(**options)
        self._url = url
        database = client(url).connection_pool.connection_kwargs.get("db", 0)
        self._topic = f"{KEY_PREFIX}:{database}:notices"  # what is published is heard in every database
        self._name = secrets.token_hex(8)
        # Redis is a messenger only: whoever else can write to it makes no socket believe anything.
        self._key = derive_key(settings.FRAPI_SECRETS.secret_key, b"frapi notices v1")
        self._listener: asyncio.Task[None] | None = None

    async def group_add(self, group: str, channel: str) -> None:
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen())
        await super().group_add(group, channel)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Send to the group's sockets here, then elsewhere. Waits no longer than Redis is given to answer."""
        await super().group_send(group, message)
        body = json.dumps({"from": self._name, "group": group, "message": message}).encode()
        try:
            await asyncio.to_thread(client(self._url).publish, self._topic, self._sign(body) + body)
        except Unavailable:
            logger.info("notice_not_passed_on", extra={"kind": message["type"]})

    async def close(self) -> None:
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
            self._listener = None

    async def _listen(self) -> None:
        hears = True
        while True:
            try:
                async with self._connect() as connection, connection.pubsub() as line:
                    await line.subscribe(self._topic)
                    if not hears:
                        logger.warning("notices_heard_again")
                    hears = True
                    await self._take_in(line)
            except (RedisError, OSError) as error:
                if hears:
                    logger.warning("notices_not_heard", extra={"problem": type(error).__name__})
                hears = False
                await asyncio.sleep(RECONNECT_AFTER_S)

    def _connect(self) -> redis.asyncio.Redis:
        return redis.asyncio.Redis.from_url(
            self._url,
            socket_timeout=ANSWER_TIMEOUT_S,
            socket_connect_timeout=ANSWER_TIMEOUT_S,
            socket_keepalive=True,
            retry=Retry(NoBackoff(), 0),  # it is this class that tries again
        )

    async def _take_in(self, line: PubSub) -> None:
        asked = False
        while True:
            heard = await line.get_message(timeout=LOOK_AFTER_S)
            if heard is not None:
                asked = False
                if heard["type"] == "message":
                    await self._deliver(heard["data"])
            elif asked:
                raise RedisConnectionError("silent")
            else:
                await line.ping()
                asked = True

    async def _deliver(self, data: bytes) -> None:
        mac, body = data[:_MAC_BYTES], data[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._sign(body)):
            logger.warning("notice_not_ours")
            return
        notice = json.loads(body)
        if notice["from"] != self._name:
            await super().group_send(notice["group"], notice["message"])

    def _sign(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")
