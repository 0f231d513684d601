"""How a relying party calls this server: samples with its real addresses, each of which runs as it stands."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from frapi.apps.console.access import Access
from frapi.apps.console.gate import page
from frapi.apps.console.pages import render_page
from frapi.apps.http import public_url, websocket_url
from frapi.apps.verification.routing import websocket_path


@dataclass(frozen=True, slots=True)
class _Sample:
    """A sample, whose text is the template ``snippets/<file>.txt``."""

    file: str
    language: str
    needs: str


_BACKEND = (
    _Sample("session.sh", "curl", "curl and sed"),
    _Sample("backend.py", "Python", "Python 3.10 or newer, requests and cryptography"),
    _Sample("backend.mjs", "JavaScript", "Node.js 20.11 or newer and nothing else"),
)
_PAGE = _Sample("page.html", "HTML", "any browser of the last years")


@require_safe
@page
def integrate(request: HttpRequest, access: Access) -> HttpResponse:
    context = {
        "base": public_url(request),
        "websocket": websocket_url(request, websocket_path("sess_…")),
        "backend": [(sample, _text(request, sample)) for sample in _BACKEND],
        "page": (_PAGE, _text(request, _PAGE)),
    }
    return render_page(request, access, "integrate.html", context)


def _text(request: HttpRequest, sample: _Sample) -> str:
    return render_to_string(f"console/snippets/{sample.file}.txt", {"base": public_url(request)}).strip() + "\n"
