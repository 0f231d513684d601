"""Signing in and out, and staff's choice of a client."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from frapi.apps.accounts.models import ApiClient
from frapi.apps.console import access
from frapi.apps.console.access import NoClientChosen, NotSignedIn, SignedOut, Way
from frapi.apps.console.errors import PREFIX
from frapi.apps.console.gate import open_page, staff_page
from frapi.apps.console.pages import render_page
from frapi.apps.console.signing_in import check_api_key, check_staff
from frapi.errors import NotFound, RateLimited, Unauthorized, Unavailable

_REASONS = {
    SignedOut.EXPIRED: "You were signed out after a while. Sign in again to go on.",
    SignedOut.REVOKED: "This API client was revoked, or its key was replaced. Sign in with the new one.",
}


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to sign in: the names of its two fields, and what checks them."""

    name_field: str
    secret_field: str
    begin: Callable[[HttpRequest, str, str], None]
    refusal: str


@require_GET
def front_door(request: HttpRequest) -> HttpResponse:
    """``/``: the console, or the documentation when the console is off."""
    return HttpResponseRedirect(reverse("console:overview") if access.ways() else "/docs/")


@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def sign_in(request: HttpRequest) -> HttpResponse:
    ways = access.ways()
    chosen = request.POST.get("way") or request.GET.get("as") or ""
    way = Way(chosen) if chosen in ways else ways[0]
    target = _safe_target(request.POST.get("next") or request.GET.get("next", ""))
    context: dict[str, Any] = {
        "way": way,
        "other": next((each for each in ways if each != way), None),
        "next": target,
        "notice": _REASONS.get(request.GET.get("reason", "")),  # type: ignore[call-overload]  # any text may come
    }
    if request.method == "POST":
        return _try(request, way, target, context)
    if _is_signed_in(request):
        return HttpResponseRedirect(target)
    return render_page(request, None, "sign_in.html", context)


@require_POST
@open_page
def sign_out(request: HttpRequest) -> HttpResponse:
    access.end(request)
    return HttpResponseRedirect(reverse("console:sign-in"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def clients(request: HttpRequest, staff: User) -> HttpResponse:
    """Staff say whose data they want to see."""
    every = ApiClient.objects.order_by("revoked_at", "name", "created_at")
    if request.method == "POST":
        chosen = next((each for each in every if str(each.id) == request.POST.get("client")), None)
        if chosen is None:
            raise NotFound
        access.choose_client(request, chosen)
        return HttpResponseRedirect(reverse("console:overview"))
    return render_page(request, None, "clients.html", {"clients": every, "staff_name": staff.get_username()})


def _try(request: HttpRequest, way: Way, target: str, context: dict[str, Any]) -> HttpResponse:
    form = _FORMS[way]
    name = request.POST.get(form.name_field, "").strip()
    try:
        form.begin(request, name, request.POST.get(form.secret_field, ""))
    except Unauthorized:
        # What was typed isn't given back: a secret in the wrong field would stand on the screen.
        return render_page(request, None, "sign_in.html", {**context, "problem": form.refusal}, status=401)
    except RateLimited as error:
        wait_s = -(-error.retry_after_ms // 1000)
        problem = f"Too many refused attempts. Try again in {wait_s} seconds."
        response = render_page(request, None, "sign_in.html", {**context, "problem": problem}, status=429)
        response["Retry-After"] = str(wait_s)
        return response
    except Unavailable:
        problem = "Attempts can't be counted just now, so nobody may sign in. Try again in a moment."
        return render_page(request, None, "sign_in.html", {**context, "problem": problem}, status=503)
    return HttpResponseRedirect(target)


def _begin_by_api_key(request: HttpRequest, api_key: str, api_secret: str) -> None:
    access.begin(request, check_api_key(request, api_key, api_secret))
    request.session.clear_expired()


def _begin_as_staff(request: HttpRequest, username: str, password: str) -> None:
    access.begin_as_staff(request, check_staff(request, username, password))
    request.session.clear_expired()
    only = list(ApiClient.objects.filter(revoked_at=None)[:2])
    if len(only) == 1:
        access.choose_client(request, only[0])


_FORMS = {
    Way.API_KEY: _Form(
        "api_key", "api_secret", _begin_by_api_key, "No API client has this key and secret, or it was revoked."
    ),
    Way.STAFF: _Form("username", "password", _begin_as_staff, "Nobody on the staff has this name and password."),
}


def _is_signed_in(request: HttpRequest) -> bool:
    try:
        access.demand_access(request)
    except NotSignedIn:
        return False
    except NoClientChosen:
        return True
    return True


def _safe_target(path: str) -> str:
    """Where to go on: a page of the console's, whatever the address asked for."""
    is_ours = path.startswith(PREFIX) and ".." not in path and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_ours else reverse("console:overview")
