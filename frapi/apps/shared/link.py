"""How Redis is spoken to: for no longer than a caller can wait, and not at all for a while after it didn't answer."""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

import redis
from django.core.exceptions import ImproperlyConfigured
from redis import exceptions
from redis.backoff import NoBackoff
from redis.retry import Retry

from frapi.apps.shared.breaker import Breaker
from frapi.errors import Unavailable

logger = logging.getLogger(__name__)

KEY_PREFIX = "frapi"
ANSWER_TIMEOUT_S = 0.5
"""Redis answers within a millisecond; nobody who signs in shall wait longer for one that doesn't."""
REST_S = 1.0
"""How soon a Redis that is back is found, at most, while callers are told at once that it is away."""

_breaker = Breaker(rest_s=REST_S)
# What a Redis says that is up, but not as REDIS_URL has it: no time will mend it.
_REFUSALS = (exceptions.AuthenticationError, exceptions.NoPermissionError, exceptions.ResponseError)


def connection_options() -> dict[str, Any]:
    """Of every connection. One that Redis closed, as it does when it restarts, is made anew at once."""
    return {
        "socket_timeout": ANSWER_TIMEOUT_S,
        "socket_connect_timeout": ANSWER_TIMEOUT_S,
        "socket_keepalive": True,
        "retry": Retry(NoBackoff(), 1, supported_errors=(exceptions.ConnectionError,)),
    }


class GuardedRedis(redis.Redis):
    """A client whose every failure is :class:`Unavailable`, at once while Redis is known to be away."""

    def execute_command(self, *args: Any, **options: Any) -> Any:
        if not _breaker.may_try():
            raise _away()
        try:
            answer = super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        except exceptions.RedisError as error:
            if _breaker.failed():
                logger.warning("redis_away", extra={"problem": type(error).__name__})
            raise _away() from error
        if _breaker.succeeded():
            logger.warning("redis_back")
        return answer


def _away() -> Unavailable:
    return Unavailable(details={"retry_after_ms": round(REST_S * 1000)})


@cache
def client(url: str) -> GuardedRedis:
    """The process's client, for commands that hold nobody up for longer than they take."""
    pool = redis.ConnectionPool.from_url(url, **connection_options())
    return GuardedRedis(connection_pool=pool)


def is_reachable(url: str) -> bool:
    """Whether Redis answers now.

    Raises:
        ImproperlyConfigured: it does, but refuses the password, the user or the database's number.
    """
    try:
        client(url).ping()
    except Unavailable as error:
        if isinstance(error.__cause__, _REFUSALS):
            raise ImproperlyConfigured(f"REDIS_URL: Redis refuses it ({error.__cause__})") from None
        return False
    return True
