"""How often somebody may fail to sign in.

An attempt is counted before the secret is checked, and given back unless the answer is 401: a burst of guesses sent at
once finds no gap, and neither a right secret nor a malformed request uses anything up. Where the cache is in Redis the
count is one for all server processes, and without an answer from it nobody may try: `Unavailable`.
"""

from __future__ import annotations

import contextlib
import hmac
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from frapi.apps.sealing import derive_key
from frapi.errors import Unavailable

WINDOW_S = 60


class SignInThrottle(BaseThrottle):
    """Base of all: so many failures per whole minute, in Django's cache: by process, or with `REDIS_URL` by all."""

    _counted: str | None = None  # where this request's attempt was counted

    def limit(self) -> int:
        """Failures allowed per window."""
        raise NotImplementedError

    def subject(self, request: Request) -> str | None:
        """Whose failures are counted; None: nobody's."""
        raise NotImplementedError

    def allow_request(self, request: Request, view: Any) -> bool:
        return self.allow(self.subject(request))

    def allow(self, subject: str | None) -> bool:
        """Count an attempt, and say whether ``subject`` may make it.

        Raises:
            Unavailable: it can't be counted now.
        """
        if subject is None:
            return True
        # Under a key: a cache that is elsewhere shall not hold addresses that can be found by trying them all.
        key = derive_key(settings.FRAPI_SECRETS.secret_key, b"frapi sign-in counts v1")
        digest = hmac.digest(key, subject.encode("utf-8", "surrogatepass"), "sha256").hex()
        self._counted = f"{type(self).__name__}-{int(time.time() // WINDOW_S)}-{digest}"
        cache.add(self._counted, 0, timeout=2 * WINDOW_S)
        return cache.incr(self._counted) <= self.limit()

    def wait(self) -> float:
        """Seconds until the next window."""
        return WINDOW_S - time.time() % WINDOW_S

    def forgive(self) -> None:
        """Take this request's attempt back out of the count."""
        if self._counted is not None:
            # The cache was full and dropped the count, or is away and keeps one too many for a minute.
            with contextlib.suppress(ValueError, Unavailable):
                cache.decr(self._counted)
            self._counted = None


class KeyThrottle(SignInThrottle):
    """By API key: guesses at one client's secret, from wherever they come."""

    def limit(self) -> int:
        return settings.FRAPI.auth_failures_per_minute_key

    def subject(self, request: Request) -> str | None:
        api_key = request.data.get("api_key") if isinstance(request.data, dict) else None
        return api_key if isinstance(api_key, str) else None


class AddressThrottle(SignInThrottle):
    """By caller's address: guesses at many clients' keys."""

    def limit(self) -> int:
        return settings.FRAPI.auth_failures_per_minute_address

    def subject(self, request: Request) -> str | None:
        # Not DRF's get_ident, which believes any X-Forwarded-For: what a declared proxy says is already in here.
        return str(request.META.get("REMOTE_ADDR", ""))
