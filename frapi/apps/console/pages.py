"""Pages as they leave the server: rendered with who is signed in, under headers that let a browser do nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from frapi import __version__
from frapi.apps.console.access import Access
from frapi.apps.http import websocket_url
from frapi.errors import FrapiError, RateLimited

R = TypeVar("R", bound=HttpResponseBase)

_WORDS: Mapping[int, tuple[str, str]] = {
    400: ("That can't be done", "The request was not one that this page makes. Go back and try again."),
    403: ("That isn't allowed", "The page had been open for too long, or came from elsewhere. Load it again."),
    404: ("Nothing is here", "It never was, it belongs to another API client, or it has been erased."),
    410: ("It is over", "This session has ended."),
    413: ("That is too much", "The request was larger than any that this page makes."),
    429: ("Too many attempts", "Wait a little, then try again."),
    500: ("The server failed", "That is no fault of yours. Its log says more."),
    503: ("The server can't do that now", "Its health page says what it lacks."),
}


def render_page(
    request: HttpRequest,
    access: Access | None,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Render a page of the console; ``access`` None when nobody is signed in."""
    shown = {"access": access, "version": __version__, **(context or {})}
    return render(request, f"console/{template}", shown, status=status)


def error_page(
    request: HttpRequest, status: int, access: Access | None = None, error: FrapiError | None = None
) -> HttpResponse:
    """A page that says what went wrong and how to go on."""
    title, text = _WORDS.get(status) or (HTTPStatus(status).phrase, "Go back and try again.")
    detail = error.message if error is not None and error.message != error.default_message else ""
    layout = "console/base.html" if access else "console/alone.html"
    context = {"layout": layout, "status": status, "title": title, "text": text, "detail": detail}
    response = render_page(request, access, "error.html", context, status=status)
    if isinstance(error, RateLimited):
        response["Retry-After"] = str(-(-error.retry_after_ms // 1000))
    return harden(request, response)


def harden(request: HttpRequest, response: R) -> R:
    """Headers of every answer of the console's."""
    socket = "/".join(websocket_url(request, "").split("/")[:3])  # with a path, a policy would mean that path alone
    response["Content-Security-Policy"] = (
        f"default-src 'self'; connect-src 'self' {socket}; img-src 'self' data: blob:; media-src 'self' blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    response["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=(), display-capture=()"
    response["X-Frame-Options"] = "DENY"
    response["Cache-Control"] = "no-store"
    if request.is_secure():
        for cookie in response.cookies.values():
            cookie["secure"] = True
    return response
