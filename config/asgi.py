"""The ASGI application: HTTP through Django, WebSockets through Channels."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application

django_application = get_asgi_application()  # sets Django up; what follows needs its apps

from frapi.apps.ops.lifespan import Lifespan  # noqa: E402
from frapi.apps.ops.proxies import TrustedProxies  # noqa: E402

websockets = None
if find_spec("frapi.apps.verification") and find_spec("frapi.apps.verification.routing"):
    websockets = import_module("frapi.apps.verification.routing").websocket_urlpatterns


async def nothing() -> None: ...


# No cookie is read on a WebSocket: the session token in its address is the only authority.
application = TrustedProxies(
    ProtocolTypeRouter(
        {
            "http": django_application,
            "websocket": URLRouter(websockets or []),
            "lifespan": Lifespan(on_startup=nothing, on_shutdown=nothing),
        }
    ),
    settings.FRAPI.trusted_proxies,
)
