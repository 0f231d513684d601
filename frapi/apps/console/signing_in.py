"""Checking what somebody signs in with, as often as the REST sign-in would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import structlog
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import User
from django.http import HttpRequest

from frapi.apps.accounts import services
from frapi.apps.accounts.models import ApiClient
from frapi.apps.accounts.throttles import AddressThrottle, KeyThrottle, SignInThrottle
from frapi.errors import RateLimited, Unauthorized

logger = structlog.get_logger(__name__)

MAX_CREDENTIAL_LENGTH = 256  # as over REST


class StaffThrottle(KeyThrottle):
    """By a member of staff's name: guesses at one password, as many as at one client's secret."""

    def limit(self) -> int:
        return settings.FRAPI.auth_failures_per_minute_key


class _Counted(NamedTuple):
    throttle: SignInThrottle
    subject: str


def check_api_key(request: HttpRequest, api_key: str, api_secret: str) -> ApiClient:
    """The client that these credentials belong to; attempts count together with those over REST.

    Raises:
        Unauthorized: never says what was wrong.
        RateLimited: too many refused attempts of late.
        Unavailable: attempts can't be counted now.
    """
    with _attempt(request, _Counted(KeyThrottle(), api_key)):
        _demand_plausible(api_key, api_secret)
        client = services.authenticate(api_key, api_secret)
    logger.info("console_signed_in", client_id=str(client.id), way="api_key")
    return client


def check_staff(request: HttpRequest, username: str, password: str) -> User:
    """The active member of staff with this password.

    Raises:
        Unauthorized: never says what was wrong.
        RateLimited: too many refused attempts of late.
        Unavailable: attempts can't be counted now.
    """
    with _attempt(request, _Counted(StaffThrottle(), username)):
        _demand_plausible(username, password)
        user = auth.authenticate(request, username=username, password=password)
        if not isinstance(user, User) or not user.is_staff:
            raise Unauthorized
    logger.info("console_signed_in", user=user.pk, way="staff")
    return user


def _demand_plausible(*credentials: str) -> None:
    if not all(0 < len(each) <= MAX_CREDENTIAL_LENGTH for each in credentials):
        raise Unauthorized


@contextmanager
def _attempt(request: HttpRequest, by_name: _Counted) -> Iterator[None]:
    """Count an attempt before anything is checked, and take it back unless it is refused."""
    counted: Sequence[_Counted] = (_Counted(AddressThrottle(), request.META.get("REMOTE_ADDR", "")), by_name)
    stays = False
    try:
        refused = [each.throttle for each in counted if not each.throttle.allow(each.subject)]
        if refused:
            raise RateLimited("Too many attempts", retry_after_ms=round(max(each.wait() for each in refused) * 1000))
        yield
    except Unauthorized:
        stays = True
        raise
    finally:
        if not stays:
            for each in counted:
                each.throttle.forgive()
