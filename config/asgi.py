"""The ASGI application: HTTP through Django, WebSockets through Channels."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

django_application = get_asgi_application()  # sets Django up; what follows needs its apps

websockets = None
if find_spec("frapi.apps.verification") and find_spec("frapi.apps.verification.routing"):
    websockets = import_module("frapi.apps.verification.routing").websocket_urlpatterns

application = ProtocolTypeRouter({"http": django_application, "websocket": URLRouter(websockets or [])})
