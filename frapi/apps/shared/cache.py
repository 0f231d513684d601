"""Django's cache in Redis, so that whatever is counted in it is counted over all server processes."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient

from frapi.apps.shared.link import GuardedRedis, connection_options


class WholeNumbers:
    """All that may stand in the cache. Django's own serializer unpickles what it finds, and so would run it."""

    def dumps(self, value: object) -> bytes:
        if type(value) is not int:
            raise TypeError(f"expected a whole number, got {type(value).__name__}")
        return str(value).encode()

    def loads(self, data: bytes) -> int:
        return int(data)


class GuardedCacheClient(RedisCacheClient):
    """Raises :class:`~frapi.errors.Unavailable`, soon, when Redis is away."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        serializer: Any = WholeNumbers  # Django's stubs name a protocol that only pickles fulfil
        super().__init__(servers, serializer=serializer, **connection_options(), **options)
        self._client = GuardedRedis


class SharedCache(RedisCache):
    """A Django cache of whole numbers. Give every key its own time to live."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = GuardedCacheClient
