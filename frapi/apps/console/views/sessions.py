"""Sessions: as they happen, and one by one."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from frapi.apps.accounts.services import mac_key, payload_key
from frapi.apps.console.access import Access
from frapi.apps.console.decryption import decrypt_payload
from frapi.apps.console.explanation import KIND_NAMES, MOVE_WORDS, SIGNAL_WORDS, explain, rule_words
from frapi.apps.console.gate import page, refreshes_itself
from frapi.apps.console.listing import SessionFilter, list_sessions, page_of
from frapi.apps.console.pages import render_page
from frapi.apps.parsing import StrictJsonParser
from frapi.apps.verification.models import OPEN_STATUSES, Session, SessionStatus
from frapi.apps.verification.notices import announce_end
from frapi.apps.verification.outcome import OutcomeReason
from frapi.apps.verification.serializers import session_result
from frapi.apps.verification.services import end_session, expire_if_due
from frapi.errors import IntegrityError, InvalidInput, SessionEnded

logger = structlog.get_logger(__name__)


@require_safe
@page
def sessions(request: HttpRequest, access: Access) -> HttpResponse:
    """The list; what refreshes itself is its rows alone."""
    wanted = SessionFilter.from_query(request.GET.dict())
    shown = page_of(list_sessions(access.client, wanted), request.GET.get("page", "1"))
    _expire(shown)
    context = {
        "page": shown,
        "filter": wanted,
        "query": wanted.query(),
        "kinds": KIND_NAMES,
        "statuses": SessionStatus.choices,
        "has_any": bool(shown.paginator.count) or list_sessions(access.client).exists(),
    }
    return _refreshable(request, access, "sessions.html", "_session_list.html", context)


@require_safe
@page
def session(request: HttpRequest, access: Access, session_id: uuid.UUID) -> HttpResponse:
    return _refreshable(request, access, "session.html", "_session.html", _shown(_find(access, session_id)))


@require_POST
@page
def session_result_page(request: HttpRequest, access: Access, session_id: uuid.UUID) -> HttpResponse:
    """What came of a session, read from the database, beside the encrypted payload that a browser hands in.

    The payload is stored nowhere: whoever was in front of the camera got it. It counts for nothing here, and is shown
    only once its ``mac`` and its contents say that it is this session's.
    """
    found = _find(access, session_id)
    handed_in = StrictJsonParser().parse(io.BytesIO(request.body))
    if not isinstance(handed_in, dict):
        raise InvalidInput("expected a JSON object")
    context = {**_shown(found), "result": json.dumps(session_result(found), indent=2, ensure_ascii=False)}
    if handed_in.get("encrypted_payload") is not None:
        context["encrypted"] = json.dumps(
            {name: handed_in.get(name) for name in ("encrypted_payload", "algorithm", "mac")}, indent=2
        )
        context |= _decrypted(found, handed_in)
    return render_page(request, access, "_result.html", context)


@require_POST
@page
def cancel_session(request: HttpRequest, access: Access, session_id: uuid.UUID) -> HttpResponse:
    found = _find(access, session_id)
    if found.status != SessionStatus.CANCELLED:
        if not end_session(found, SessionStatus.CANCELLED, OutcomeReason.CANCELLED):
            raise SessionEnded
        announce_end([found.id])
        logger.info("console_session_cancelled", session_id=str(found.id), client_id=str(access.client.id))
    return HttpResponseRedirect(reverse("console:session", kwargs={"session_id": found.id}))


def _find(access: Access, session_id: uuid.UUID) -> Session:
    found = Session.objects.filter(client=access.client, id=session_id).defer("sealed_state").first()
    if found is None:
        raise Http404
    _expire([found])
    return found


def _expire(found: Iterable[Session]) -> None:
    for each in found:
        expire_if_due(each)


def _refreshable(
    request: HttpRequest, access: Access, template: str, part: str, context: Mapping[str, Any]
) -> HttpResponse:
    """The whole page, or to its script only the part that changes, and only when it has changed."""
    if not refreshes_itself(request):
        return render_page(request, access, template, context)
    response = render_page(request, access, part, context)
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    response["ETag"] = etag
    return response


def _shown(found: Session) -> dict[str, Any]:
    policy, counters = found.policy, found.counters
    metadata = found.metadata or {}
    device_info = metadata.get("device_info")
    other = {name: value for name, value in metadata.items() if name != "device_info"}
    return {
        "session": found,
        "explanation": explain(found),
        "is_open": found.status in OPEN_STATUSES,
        "kind_name": KIND_NAMES[found.kind],
        "policy": policy,
        "counters": counters,
        "rule": rule_words(policy),
        "moves": [MOVE_WORDS[step["action"]] for step in policy.get("challenge", ())],
        "signals": [
            (SIGNAL_WORDS.get(name, name), times) for name, times in (counters.get("injection_signals") or {}).items()
        ],
        "device_info": None if device_info is None else json.dumps(device_info, indent=2, ensure_ascii=False),
        "metadata": json.dumps(other, indent=2, ensure_ascii=False) if other else None,
        "duration_s": round((found.completed_at - found.created_at).total_seconds()) if found.completed_at else None,
    }


def _decrypted(found: Session, handed_in: Mapping[str, Any]) -> dict[str, Any]:
    try:
        content = decrypt_payload(handed_in, payload_key=payload_key(found.client), mac_key=mac_key(found.client))
    except IntegrityError:
        return {"problem": "Its mac doesn't fit this client's key: it was changed, or the key was replaced meanwhile."}
    except InvalidInput as error:
        return {"problem": f"It isn't a payload of this server's: {error.message}."}
    if content.get("id") != str(found.id) or content.get("client_id") != str(found.client_id):
        return {"problem": "It is genuine, but belongs to another session."}
    return {"payload": json.dumps(content, indent=2, ensure_ascii=False)}
