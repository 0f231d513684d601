"""Answers to what no view answers: a page under the console's addresses, the one error shape everywhere else."""

from __future__ import annotations

from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse

from frapi.apps import http
from frapi.apps.console import access
from frapi.apps.console.gate import is_scripted
from frapi.apps.console.pages import error_page

PREFIX = "/console/"


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's ``handler404``."""
    return error_page(request, 404) if _is_ours(request) else http.not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's ``handler400``. For a refused Host header nothing may be built from the host, as our headers are."""
    if isinstance(exception, DisallowedHost) or not _is_ours(request) or is_scripted(request):
        return http.bad_request(request, exception)
    return error_page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's ``handler500``."""
    return error_page(request, 500) if _is_ours(request) else http.server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that this browser didn't get from us, or got before it signed in."""
    if is_scripted(request):
        return JsonResponse(http.error_body(403, "The page has been open for too long. Load it again."), status=403)
    return error_page(request, 403)


def _is_ours(request: HttpRequest) -> bool:
    return bool(access.ways()) and request.path.startswith(PREFIX)
