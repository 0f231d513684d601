from __future__ import annotations

from django.urls import path

from frapi.apps.ops.views import DocsView, HealthView, LiveView, ReadyView, SchemaView

urlpatterns = [
    path("docs/", DocsView.as_view(), name="docs"),
    path("api/schema/", SchemaView.as_view(), name="schema"),
    path("health/", HealthView.as_view(), name="health"),
    path("health/live/", LiveView.as_view(), name="health-live"),
    path("health/ready/", ReadyView.as_view(), name="health-ready"),
]
