"""What the console's templates say things with."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from frapi.apps.console import explanation
from frapi.apps.verification.messages import utc_timestamp
from frapi.apps.verification.models import Session

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing beside words that say the same."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("console/icons.svg"),
        name,
    )


@register.filter
def when(moment: datetime | None) -> SafeString | str:
    """A time, which a script turns into the reader's own."""
    if moment is None:
        return "–"
    return format_html('<time datetime="{}">{} UTC</time>', utc_timestamp(moment), f"{moment:%Y-%m-%d %H:%M:%S}")


@register.filter
def headline(session: Session) -> str:
    return explanation.headline_of(session)


@register.filter
def tone(session: Session) -> str:
    return explanation.tone_of(session).value


@register.filter
def kind_name(kind: str) -> str:
    return explanation.KIND_NAMES[kind]


@register.filter
def percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"
