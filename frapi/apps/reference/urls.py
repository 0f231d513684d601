from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from frapi.apps.reference.views import AsyncApiView, OpenApiView, SwaggerView, websocket_page

urlpatterns = [
    path("docs/", SwaggerView.as_view(), name="docs"),
    path("docs/websocket", RedirectView.as_view(url="/docs/websocket/")),  # what people type
    path("docs/websocket/", websocket_page, name="docs-websocket"),
    path("api/schema/", OpenApiView.as_view(), name="schema"),
    path("api/asyncapi/", AsyncApiView.as_view(), name="asyncapi"),
]
