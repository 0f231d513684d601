"""What stands before every page of the console: cookies, CSRF protection, headers, and who may see it.

Django's middleware for these is put around the console's views only, so no other address of the server reads a cookie.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import User
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.sessions.models import Session as SessionRow
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.csrf import csrf_protect
from rest_framework.exceptions import APIException

from frapi.apps.console import access
from frapi.apps.console.access import Access, NoClientChosen, NotSignedIn, SignedOut
from frapi.apps.console.pages import error_page, harden
from frapi.apps.http import error_body, exception_handler
from frapi.errors import FrapiError, Unavailable

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

SCRIPT_HEADER = "X-Console"  # a page of another origin can't send it without asking

_with_session = decorator_from_middleware(SessionMiddleware)
_with_user = decorator_from_middleware(AuthenticationMiddleware)


def open_page(view: View[P]) -> View[P]:
    """A page that anybody may see, while the console is on."""
    protected = _with_session(_with_user(csrf_protect(view)))

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not access.ways():
            raise Http404
        try:
            response: HttpResponseBase = protected(request, *args, **kwargs)
        except DatabaseError:
            if SessionRow._meta.db_table in connection.introspection.table_names():
                raise
            return error_page(request, 503, None, Unavailable("Its database is of an older version: manage.py migrate"))
        return harden(request, response)

    return wrapped


def page(view: Callable[Concatenate[HttpRequest, Access, P], HttpResponse]) -> View[P]:
    """A page of one API client's data, for who is signed in; anybody else is led to where one signs in."""

    def gated(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        signed_in: Access | None = None
        try:
            signed_in = access.demand_access(request, is_activity=not refreshes_itself(request))
            return view(request, signed_in, *args, **kwargs)
        except NotSignedIn as error:
            return _lead_to_sign_in(request, error.reason)
        except NoClientChosen:
            return HttpResponseRedirect(reverse("console:clients"))
        except (FrapiError, APIException, Http404, RequestDataTooBig) as error:
            return _say(request, signed_in, error)

    return open_page(gated)


def staff_page(view: Callable[Concatenate[HttpRequest, User, P], HttpResponse]) -> View[P]:
    """A page for staff, whether they have chosen a client or not."""

    def gated(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, access.demand_staff(request), *args, **kwargs)
        except NotSignedIn as error:
            return _lead_to_sign_in(request, error.reason)
        except FrapiError as error:
            return error_page(request, error.http_status, None, error)

    return open_page(gated)


def is_scripted(request: HttpRequest) -> bool:
    """Whether a script of ours asks, and not a browser for a page."""
    return request.headers.get(SCRIPT_HEADER) in {"script", "refresh"}


def refreshes_itself(request: HttpRequest) -> bool:
    """Whether a page asks by itself, with nobody doing anything."""
    return request.headers.get(SCRIPT_HEADER) == "refresh"


def _say(request: HttpRequest, signed_in: Access | None, error: Exception) -> HttpResponse:
    """What went wrong: in the one error shape to a script, in a page to people."""
    answer = exception_handler(error, {})
    if answer is None:
        raise error
    if is_scripted(request):
        return JsonResponse(answer.data, status=answer.status_code)
    return error_page(request, answer.status_code, signed_in, error if isinstance(error, FrapiError) else None)


def _lead_to_sign_in(request: HttpRequest, reason: SignedOut) -> HttpResponse:
    if is_scripted(request):
        details: dict[str, Any] = {"reason": reason.value, "sign_in": reverse("console:sign-in")}
        return JsonResponse(error_body(401, details=details), status=401)
    query = {} if reason is SignedOut.NOBODY else {"reason": reason.value}
    if request.method == "GET" and request.path != reverse("console:overview"):
        query["next"] = request.get_full_path()
    return HttpResponseRedirect(f"{reverse('console:sign-in')}?{urlencode(query)}".rstrip("?"))
