"""Enrolled users, and their erasure."""

from __future__ import annotations

from dataclasses import asdict

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from frapi.apps.console.access import Access
from frapi.apps.console.gate import page
from frapi.apps.console.listing import SessionFilter, page_of, sessions_naming, typed_name
from frapi.apps.console.pages import render_page
from frapi.apps.templates.services import list_users
from frapi.apps.verification import attempts
from frapi.apps.verification.services import erase_user
from frapi.inference.factory import get_analyzer

logger = structlog.get_logger(__name__)

RECENT = 10


@require_safe
@page
def users(request: HttpRequest, access: Access) -> HttpResponse:
    every = list_users(access.client.id).defer("sealed_vector", "sealed_origin")
    search = typed_name(request.GET.get("q", ""))
    found = every.filter(user_id__icontains=search) if search else every
    context = {
        "page": page_of(found, request.GET.get("page", "1")),
        "search": search,
        "has_any": every.exists(),
    }
    return render_page(request, access, "users.html", context)


@require_safe
@page
def user(request: HttpRequest, access: Access, user_id: str) -> HttpResponse:
    """A user: enrolled, or known by sessions alone."""
    return _user_page(request, access, user_id)


@require_POST
@page
def erase(request: HttpRequest, access: Access, user_id: str) -> HttpResponse:
    """Erase a user once his name was typed.

    The receipt is the answer itself: to show it after a redirect, it would have to be kept, and his name with it.
    """
    if request.POST.get("confirmation", "") != user_id:
        problem = f"Type {user_id} exactly as it stands here. Nothing was erased."
        return _user_page(request, access, user_id, problem=problem, status=400)
    receipt = erase_user(access.client, user_id)
    logger.info("console_user_erased", client_id=str(access.client.id), templates=receipt.templates)
    return render_page(request, access, "erased.html", {"receipt": asdict(receipt)})


def _user_page(
    request: HttpRequest, access: Access, user_id: str, *, problem: str | None = None, status: int = 200
) -> HttpResponse:
    template = list_users(access.client.id).defer("sealed_vector", "sealed_origin").filter(user_id=user_id).first()
    sessions = sessions_naming(access.client, user_id)
    if template is None and not sessions.exists():
        raise Http404
    context = {
        "user_id": user_id,
        "template": template,
        "is_comparable": template is not None and template.contract in get_analyzer().info().contracts,
        "lock_left_s": -(-attempts.lock_left_ms(access.client.id, user_id) // 1000),
        "sessions": list(sessions[:RECENT]),
        "sessions_query": SessionFilter(user=user_id).query(),
        "problem": problem,
    }
    return render_page(request, access, "user.html", context, status=status)
