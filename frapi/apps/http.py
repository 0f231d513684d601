"""What every HTTP answer of ours shares: the one error shape, and the address that clients reach us by."""

from __future__ import annotations

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from frapi.apps.database import TROUBLE, unavailable
from frapi.errors import FrapiError

_MESSAGES = {
    HTTPStatus.UNAUTHORIZED: "Unauthorized",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests",
}


def error_body(status: int, message: str | None = None, details: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The one error shape, for errors that no :class:`FrapiError` stands for."""
    text = message or _MESSAGES.get(HTTPStatus(status)) or HTTPStatus(status).phrase
    return {"type": "error", "error": text, "code": status, "details": dict(details or {})}


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Turn what a REST view raised into the one error shape. DRF calls it; None leaves the error to Django's 500."""
    if isinstance(error, TROUBLE):
        error = unavailable(error)
    if isinstance(error, FrapiError):
        return _answer(error.http_status, error.body(), _retry_headers(error))
    if isinstance(error, Http404):
        return _answer(404, error_body(404))
    if isinstance(error, PermissionDenied):
        return _answer(403, error_body(403))
    if isinstance(error, RequestDataTooBig):
        limit_bytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        return _answer(413, error_body(413, f"The body is larger than {limit_bytes} bytes", {"max_bytes": limit_bytes}))
    if isinstance(error, exceptions.ValidationError):
        field, reason = _first_problem(error.detail)
        message = f"{field}: {reason}" if field else reason
        return _answer(400, error_body(400, message, {"field": field} if field else {}))
    if isinstance(error, exceptions.Throttled):
        return _throttled(error)
    if isinstance(error, exceptions.APIException):
        challenge = getattr(error, "auth_header", None)  # set by DRF's views, not declared by its class
        headers = {"WWW-Authenticate": challenge} if challenge else {}
        text = None if error.status_code == HTTPStatus.UNAUTHORIZED else str(error.detail)
        return _answer(error.status_code, error_body(error.status_code, text), headers)
    return None


def not_found(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Django's ``handler404``."""
    return JsonResponse(error_body(404, "Not found"), status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Django's ``handler400``: a refused Host header."""
    return JsonResponse(error_body(400), status=400)


def server_error(request: HttpRequest) -> JsonResponse:
    """Django's ``handler500``. What went wrong stands in the log only."""
    return JsonResponse(error_body(500, "Internal error"), status=500)


def public_url(request: HttpRequest) -> str:
    """Scheme and host that the client reached us by, or the ones set for the public; no trailing slash."""
    if settings.FRAPI.public_url is not None:
        return str(settings.FRAPI.public_url)
    return f"{request.scheme}://{request.get_host()}"


def websocket_url(request: HttpRequest, path: str) -> str:
    """Address of a WebSocket of ours: ``ws`` beside http, ``wss`` beside https."""
    return "ws" + public_url(request).removeprefix("http") + path


def _answer(status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    return Response(body, status=status, headers=dict(headers or {}))


def _retry_headers(error: FrapiError) -> dict[str, str]:
    retry_after_ms = error.details.get("retry_after_ms")
    return {} if retry_after_ms is None else {"Retry-After": str(math.ceil(retry_after_ms / 1000))}


def _throttled(error: exceptions.Throttled) -> Response:
    wait_s = math.ceil(getattr(error, "wait", None) or 1)
    return _answer(429, error_body(429, details={"retry_after_ms": wait_s * 1000}), {"Retry-After": str(wait_s)})


def _first_problem(detail: Any, path: str = "") -> tuple[str, str]:
    """Dotted path and text of the first complaint in a validation error's nested detail."""
    if isinstance(detail, Mapping):
        name, inner = next(iter(detail.items()))
        if name == "non_field_errors":
            return _first_problem(inner, path)
        return _first_problem(inner, f"{path}.{name}" if path else str(name))
    if isinstance(detail, list | tuple):
        return _first_problem(next((each for each in detail if each), ""), path)
    return path, str(detail)
