"""Whose word is taken for the address, scheme and host of a caller."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

Scope = dict[str, Any]
ASGIApplication = Callable[[Scope, Any, Any], Awaitable[None]]
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

_SCHEMES = {"http": {"http": "http", "https": "https"}, "websocket": {"http": "ws", "https": "wss"}}
_FORWARDED = (b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host")


class TrustedProxies:
    """ASGI middleware: believes ``X-Forwarded-For``, ``-Proto`` and ``-Host`` of declared proxies, drops all others.

    What is behind it reads the ordinary scheme, host and client and can't be deceived by a header.
    """

    def __init__(self, application: ASGIApplication, proxies: Sequence[IPNetwork]) -> None:
        self._application = application
        self._proxies = tuple(proxies)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] in _SCHEMES:
            scope = self._judged(scope)
        await self._application(scope, receive, send)

    def _judged(self, scope: Scope) -> Scope:
        headers: list[tuple[bytes, bytes]] = list(scope["headers"])
        forwarded = {name: value.decode("latin-1") for name, value in headers if name in _FORWARDED}
        if not forwarded:
            return scope
        headers = [(name, value) for name, value in headers if name not in _FORWARDED]
        judged = {**scope, "headers": headers}
        if not self._trusts(scope["client"][0] if scope.get("client") else ""):
            return judged
        if origin := self._origin(forwarded.get(b"x-forwarded-for", "")):
            judged["client"] = (origin, 0)
        # Proxies in a row append; the first of them spoke to the caller.
        scheme = forwarded.get(b"x-forwarded-proto", "").split(",")[0].strip().lower()
        judged["scheme"] = _SCHEMES[scope["type"]].get(scheme, scope.get("scheme"))
        if host := forwarded.get(b"x-forwarded-host", "").split(",")[0].strip():
            judged["headers"] = [
                (b"host", host.encode("latin-1")),
                *((name, value) for name, value in headers if name != b"host"),
            ]
        return judged

    def _origin(self, forwarded_for: str) -> str | None:
        """The nearest address that isn't a declared proxy: everything to its left is only what it claims."""
        for address in reversed([part.strip() for part in forwarded_for.split(",")]):
            if not _is_address(address):
                return None
            if not self._trusts(address):
                return address
        return None

    def _trusts(self, address: str) -> bool:
        return _is_address(address) and any(ipaddress.ip_address(address) in network for network in self._proxies)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
