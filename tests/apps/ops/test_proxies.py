from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from frapi.apps.ops.proxies import TrustedProxies

PROXIES = [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8")]


async def seen(kind: str, peer: str, **headers: str) -> dict[str, Any]:
    """The scope that the application behind the middleware sees."""
    found: dict[str, Any] = {}

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        found.update(scope)

    scope = {
        "type": kind,
        "scheme": "http" if kind == "http" else "ws",
        "client": (peer, 1234),
        "headers": [
            (b"host", b"inner:8000"),
            *((f"x-forwarded-{name}".encode(), value.encode()) for name, value in headers.items()),
            (b"accept", b"*/*"),
        ],
    }
    await TrustedProxies(application, PROXIES)(scope, None, None)
    found["host"] = dict(found["headers"])[b"host"].decode()
    assert not [name for name, _ in found["headers"] if name.startswith(b"x-forwarded")]
    assert (b"accept", b"*/*") in found["headers"]
    return found


@pytest.mark.parametrize(("kind", "secure"), [("http", "https"), ("websocket", "wss")])
async def test_a_declared_proxy_is_believed(kind: str, secure: str) -> None:
    scope = await seen(kind, "10.1.2.3", **{"for": "192.0.2.7", "proto": "https", "host": "faces.example.com"})
    assert (scope["client"][0], scope["scheme"], scope["host"]) == ("192.0.2.7", secure, "faces.example.com")


@pytest.mark.parametrize("peer", ["192.0.2.1", "11.0.0.1", "::1", ""])
async def test_nobody_else_is(peer: str) -> None:
    scope = await seen("http", peer, **{"for": "10.0.0.9", "proto": "https", "host": "attacker.example"})
    assert (scope["client"][0], scope["scheme"], scope["host"]) == (peer, "http", "inner:8000")


@pytest.mark.parametrize(
    ("forwarded_for", "caller"),
    [
        ("198.51.100.1, 192.0.2.7", "192.0.2.7"),  # what the caller himself claimed stands to the left
        ("198.51.100.1, 192.0.2.7, 10.9.9.9", "192.0.2.7"),  # a second proxy of ours
        ("10.9.9.9", "10.1.2.3"),
        ("nonsense", "10.1.2.3"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
async def test_who_the_caller_is(forwarded_for: str, caller: str) -> None:
    assert (await seen("http", "10.1.2.3", **{"for": forwarded_for}))["client"][0] == caller


async def test_a_scheme_that_does_not_exist_changes_nothing() -> None:
    assert (await seen("http", "10.1.2.3", proto="gopher"))["scheme"] == "http"


async def test_other_scopes_pass() -> None:
    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        assert scope == {"type": "lifespan"}

    await TrustedProxies(application, PROXIES)({"type": "lifespan"}, None, None)
