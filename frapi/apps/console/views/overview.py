"""What is going on, in one page."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from frapi.apps.console.access import Access
from frapi.apps.console.gate import page
from frapi.apps.console.listing import list_sessions
from frapi.apps.console.pages import render_page
from frapi.apps.ops import health
from frapi.apps.templates.services import list_users
from frapi.apps.verification.models import OPEN_STATUSES, Session, SessionStatus
from frapi.apps.verification.services import expire_overdue

RECENT = 6
_DAY = timedelta(days=1)

_CHECK_NAMES = {
    "database": "Database",
    "storage": "Disk",
    "models": "Models",
    "analyzer": "Frame analysis",
    "recognizer": "Recogniser",
    "obstacles": "Obstacle detection",
    "presentation_attacks": "Passive attack detection",
}


@require_safe
@page
def overview(request: HttpRequest, access: Access) -> HttpResponse:
    expire_overdue()
    day = Session.objects.filter(client=access.client, created_at__gte=timezone.now() - _DAY)
    counts = day.aggregate(
        sessions=Count("pk"),
        completed=Count("pk", filter=Q(status=SessionStatus.COMPLETED)),
        ended=Count("pk", filter=~Q(status__in=OPEN_STATUSES)),
    )
    checks = health.examine()
    context = {
        "users": list_users(access.client.id).count(),
        "open": Session.objects.filter(client=access.client, status__in=OPEN_STATUSES).count(),
        "day": counts,
        "completed": counts["completed"] / counts["ended"] if counts["ended"] else None,
        "checks": [(_CHECK_NAMES.get(name, name), check) for name, check in checks.items()],
        "is_healthy": all(check.status is not health.Status.ERROR for check in checks.values()),
        "sessions": list(list_sessions(access.client)[:RECENT]),
    }
    return render_page(request, access, "overview.html", context)
