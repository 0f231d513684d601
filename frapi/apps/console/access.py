"""Who is signed in to the console, for how long, and which API client's data he sees.

A sign-in is a row of Django's sessions and a cookie that names it. What it holds is whose it is and since when: no key,
no secret, and no user of the relying party's. Every request looks the API client up anew, so a revoked one, or one
whose credentials were replaced, is out at once.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from frapi.apps.accounts.models import ApiClient


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a sign-in lasts, in seconds.

    Attributes:
        idle_s: without a page being asked for. OWASP asks for 15 to 30 minutes where little is at stake, less where
            much is; enrolling a row of people takes pauses.
        absolute_s: a working day, whatever is done in it.
        touch_s: activity is written down so often at most: not every page view writes to the database.
    """

    idle_s: int = 30 * 60
    absolute_s: int = 12 * 3600
    touch_s: int = 60


LIFETIME = Lifetime()

_WAY, _CLIENT, _CREDENTIALS, _SINCE, _SEEN = "way", "client_id", "credentials_at", "signed_in_s", "seen_s"


class Way(StrEnum):
    """How one may sign in."""

    API_KEY = "api_key"
    STAFF = "staff"


class SignedOut(StrEnum):
    """Why nobody is signed in."""

    NOBODY = "nobody"
    EXPIRED = "expired"
    REVOKED = "revoked"


class NotSignedIn(Exception):
    """Nobody is signed in, or no longer; what was left of it is gone."""

    def __init__(self, reason: SignedOut) -> None:
        super().__init__(reason.value)
        self.reason = reason


class NoClientChosen(Exception):
    """Staff are signed in and have not said whose data they want to see."""


@dataclass(frozen=True, slots=True)
class Access:
    """A signed-in person.

    Attributes:
        client: whose data is seen, and nobody else's.
        staff_name: None for who came with the client's own key.
    """

    client: ApiClient
    staff_name: str | None = None


def ways() -> tuple[Way, ...]:
    """The ways that are open; none: the console is off."""
    wanted = settings.FRAPI.console.value
    return tuple(Way) if wanted == "both" else tuple(way for way in Way if way.value == wanted)


def begin(request: HttpRequest, client: ApiClient) -> None:
    """Sign in with a client's own key, under a new session and a new CSRF token."""
    request.session.flush()
    rotate_token(request)
    _stamp(request, Way.API_KEY)
    choose_client(request, client)


def begin_as_staff(request: HttpRequest, user: User) -> None:
    """The same for staff, who choose a client next."""
    request.session.flush()
    auth.login(request, user)
    _stamp(request, Way.STAFF)


def choose_client(request: HttpRequest, client: ApiClient) -> None:
    """See this client's data from now on."""
    request.session[_CLIENT] = str(client.id)
    request.session[_CREDENTIALS] = client.credentials_at.isoformat()


def end(request: HttpRequest) -> None:
    """Sign out."""
    auth.logout(request)


def demand_staff(request: HttpRequest, *, is_activity: bool = True) -> User:
    """The member of staff who is signed in.

    Raises:
        NotSignedIn: nobody is.
    """
    user = request.user  # anonymous too for who was deactivated since
    if not _came_by(request, Way.STAFF) or not isinstance(user, User) or not (user.is_active and user.is_staff):
        raise _out(request, SignedOut.NOBODY)
    _demand_fresh(request, is_activity=is_activity)
    return user


def demand_access(request: HttpRequest, *, is_activity: bool = True) -> Access:
    """Who is signed in.

    Args:
        is_activity: a page that refreshes itself is no sign that anybody is there.
    Raises:
        NotSignedIn: nobody is, or no longer.
        NoClientChosen: staff must choose a client first.
    """
    if request.session.get(_WAY) == Way.STAFF:
        staff = demand_staff(request, is_activity=is_activity)
        client = _kept_client(request)
        if client is None:
            raise NoClientChosen
        return Access(client, staff.get_username())
    if not _came_by(request, Way.API_KEY):
        raise _out(request, SignedOut.NOBODY)
    _demand_fresh(request, is_activity=is_activity)
    client = _kept_client(request)
    if client is None or client.is_revoked or client.credentials_at.isoformat() != request.session[_CREDENTIALS]:
        raise _out(request, SignedOut.REVOKED)
    return Access(client)


def _kept_client(request: HttpRequest) -> ApiClient | None:
    client_id = request.session.get(_CLIENT)
    return None if client_id is None else ApiClient.objects.filter(id=client_id).first()


def _came_by(request: HttpRequest, way: Way) -> bool:
    """Whether somebody is signed in, in this way, and it is still open."""
    return request.session.get(_WAY) == way and way in ways()


def _stamp(request: HttpRequest, way: Way) -> None:
    request.session[_WAY] = way.value
    request.session[_SINCE] = request.session[_SEEN] = time.time()


def _demand_fresh(request: HttpRequest, *, is_activity: bool) -> None:
    now_s = time.time()
    since_s, seen_s = request.session.get(_SINCE, 0), request.session.get(_SEEN, 0)
    if now_s - since_s > LIFETIME.absolute_s or now_s - seen_s > LIFETIME.idle_s:
        raise _out(request, SignedOut.EXPIRED)
    if is_activity and now_s - seen_s > LIFETIME.touch_s:
        request.session[_SEEN] = now_s


def _out(request: HttpRequest, reason: SignedOut) -> NotSignedIn:
    if not request.session.is_empty():
        end(request)
    return NotSignedIn(reason)
