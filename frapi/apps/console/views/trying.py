"""Enrolling, verifying and identifying in this console: its backend does what a relying party's would."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from frapi.apps.accounts.policy import ACCOMMODATIONS
from frapi.apps.console.access import Access
from frapi.apps.console.gate import page
from frapi.apps.console.pages import render_page
from frapi.apps.http import websocket_url
from frapi.apps.parsing import StrictJsonParser
from frapi.apps.templates.services import list_users
from frapi.apps.verification.connections import is_origin_allowed
from frapi.apps.verification.messages import utc_timestamp
from frapi.apps.verification.models import SessionType
from frapi.apps.verification.routing import websocket_path
from frapi.apps.verification.serializers import AuthenticationRequestSerializer, EnrollmentRequestSerializer
from frapi.apps.verification.services import NewSession, create_authentication, create_enrollment
from frapi.errors import Forbidden, InvalidInput
from frapi.liveness.types import SessionKind, SessionPolicy

MAX_SUGGESTIONS = 100  # names offered while one is typed

_DEFAULTS = SessionPolicy(kind=SessionKind.ENROLLMENT)


@dataclass(frozen=True, slots=True)
class _Trial:
    """What a page says of its kind of session.

    Attributes:
        rest_path: what a relying party's backend calls for the same.
        target_field: metadata's name for the accepted frames.
    """

    title: str
    lead: str
    verb: str
    rest_path: str
    target_field: str


_TRIALS: Mapping[SessionKind, _Trial] = {
    SessionKind.ENROLLMENT: _Trial(
        "Enrol",
        "Store a face under a name of yours. Enrolling a user again replaces what is stored.",
        "Enrol this user",
        "/api/auth/enrollment/",
        "target_samples",
    ),
    SessionKind.VERIFICATION: _Trial(
        "Verify",
        "Is this the person who was enrolled under this name?",
        "Verify this user",
        "/api/auth/authentication/",
        "min_frames_required",
    ),
    SessionKind.IDENTIFICATION: _Trial(
        "Identify",
        "Who is this, out of all users of this API client?",
        "Identify",
        "/api/auth/authentication/",
        "min_frames_required",
    ),
}


@require_safe
@page
def trial(request: HttpRequest, access: Access, kind: SessionKind) -> HttpResponse:
    """The page with the camera."""
    users = list_users(access.client.id)
    floor = access.client.floor
    target_floor = floor.target_samples if kind is SessionKind.ENROLLMENT else floor.min_frames_required
    context = {
        "kind": kind.value,
        "trial": _TRIALS[kind],
        "create_url": reverse("console:create-session", kwargs={"kind": kind}),
        "user_id": request.GET.get("user", "")[:128],
        "suggestions": []
        if kind is SessionKind.IDENTIFICATION
        else users.values_list("user_id", flat=True)[:MAX_SUGGESTIONS],
        "nobody_enrolled": not users.exists(),
        "origin_refused": not is_origin_allowed(access.client, f"{request.scheme}://{request.get_host()}"),
        "origin": f"{request.scheme}://{request.get_host()}",
        "session_types": SessionType.choices,
        "accommodations": ACCOMMODATIONS,
        "target": {"default": max(_DEFAULTS.target_frames, target_floor), "least": target_floor},
        "blinks": {"default": max(_DEFAULTS.required_blinks, floor.required_blinks), "least": floor.required_blinks},
        "motion": {"default": max(_DEFAULTS.required_motion, floor.required_motion), "least": floor.required_motion},
        "challenge_always": floor.challenge,
    }
    return render_page(request, access, "trial.html", context)


@require_POST
@page
def create_session(request: HttpRequest, access: Access, kind: SessionKind) -> HttpResponse:
    """Make a session from the very JSON that the REST API takes."""
    if access.client.is_revoked:
        raise Forbidden("This API client is revoked: it can have no new sessions")
    created = _create(access, kind, StrictJsonParser().parse(io.BytesIO(request.body)))
    session = created.session
    return JsonResponse(
        {
            "session_id": str(session.id),
            "websocket_url": websocket_url(request, websocket_path(created.token)),
            "expires_at": utc_timestamp(session.expires_at),
            "session_page": reverse("console:session", kwargs={"session_id": session.id}),
            "result_url": reverse("console:session-result", kwargs={"session_id": session.id}),
            "cancel_url": reverse("console:cancel-session", kwargs={"session_id": session.id}),
        },
        status=201,
    )


def _create(access: Access, kind: SessionKind, body: Any) -> NewSession:
    if kind is SessionKind.ENROLLMENT:
        enrollment = EnrollmentRequestSerializer(data=body)
        enrollment.is_valid(raise_exception=True)
        return create_enrollment(access.client, **enrollment.validated_data)
    authentication = AuthenticationRequestSerializer(data=body)
    authentication.is_valid(raise_exception=True)
    wanted = authentication.validated_data
    if kind is SessionKind.VERIFICATION and wanted["user_id"] is None:
        raise InvalidInput("user_id: say who should be verified", field="user_id")
    if kind is SessionKind.IDENTIFICATION:
        wanted["user_id"] = None
    return create_authentication(access.client, **wanted)
