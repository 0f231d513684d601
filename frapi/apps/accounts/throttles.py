"""How often somebody may fail to sign in.

An attempt is counted before the secret is checked, and given back unless the answer is 401: a burst of guesses sent at
once finds no gap, and neither a right secret nor a malformed request uses anything up.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

WINDOW_S = 60


class SignInThrottle(BaseThrottle):
    """Base of the two: so many failures per whole minute. Counted in Django's cache, so by process by default."""

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
        """Count an attempt, and say whether ``subject`` may make it."""
        if subject is None:
            return True
        digest = hashlib.sha256(subject.encode("utf-8", "surrogatepass")).hexdigest()
        self._counted = f"{type(self).__name__}-{int(time.time() // WINDOW_S)}-{digest}"
        cache.add(self._counted, 0, timeout=2 * WINDOW_S)
        return cache.incr(self._counted) <= self.limit()

    def wait(self) -> float:
        """Seconds until the next window."""
        return WINDOW_S - time.time() % WINDOW_S

    def forgive(self) -> None:
        """Take this request's attempt back out of the count."""
        if self._counted is not None:
            with contextlib.suppress(ValueError):  # the cache was full and dropped the count
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
