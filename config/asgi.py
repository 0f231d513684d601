"""The ASGI application: HTTP through Django, WebSockets through Channels."""

from __future__ import annotations

import asyncio
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import re_path

django_application = get_asgi_application()  # sets Django up; what follows needs its apps

from frapi.apps.ops.lifespan import Lifespan  # noqa: E402
from frapi.apps.ops.proxies import TrustedProxies  # noqa: E402
from frapi.apps.ops.recognition import demand_usable  # noqa: E402
from frapi.apps.verification.routing import websocket_urlpatterns  # noqa: E402
from frapi.inference.factory import get_analyzer  # noqa: E402


async def refuse(scope: Any, receive: Any, send: Any) -> None:
    """A WebSocket at an address that has none."""
    await send({"type": "websocket.close"})


async def start() -> None:
    await asyncio.to_thread(demand_usable)
    await asyncio.to_thread(get_analyzer)


async def stop() -> None:
    await get_channel_layer().close()
    if get_analyzer.cache_info().currsize:
        await get_analyzer().close()


# No cookie is read on a WebSocket: the session token in its address is the only authority.
application = TrustedProxies(
    ProtocolTypeRouter(
        {
            "http": django_application,
            "websocket": URLRouter([*websocket_urlpatterns, re_path("", refuse)]),  # type: ignore[arg-type]  # no view
            "lifespan": Lifespan(on_startup=start, on_shutdown=stop),
        }
    ),
    settings.FRAPI.trusted_proxies,
)
