"""Addresses of the WebSockets."""

from __future__ import annotations

from django.urls import path

from frapi.apps.verification.consumers import SessionConsumer

_PREFIX = "ws/auth/process-image/"


def websocket_path(session_token: str) -> str:
    """Where a session's frames go."""
    return f"/{_PREFIX}{session_token}/"


websocket_urlpatterns = [path(f"{_PREFIX}<str:session_token>/", SessionConsumer.as_asgi())]
