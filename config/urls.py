"""Every address of the server."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView

handler400 = "frapi.apps.console.errors.bad_request"
handler404 = "frapi.apps.console.errors.not_found"
handler500 = "frapi.apps.console.errors.server_error"

urlpatterns = [
    path("", include("frapi.apps.console.urls")),
    # What people type. The API redirects nothing: a POST would lose its body.
    path("docs", RedirectView.as_view(url="/docs/")),
    path("health", RedirectView.as_view(url="/health/")),
    path("", include("frapi.apps.ops.urls")),
    path("", include("frapi.apps.reference.urls")),
    path("api/core/auth/", include("frapi.apps.accounts.urls")),
    path("api/auth/", include("frapi.apps.verification.urls")),
]
