"""Text to value, one function per kind of setting. A ``ValueError`` says what was expected, never what was given.

What was given may be a secret put into the wrong variable.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

SECRET_BYTES = 32  # AES-256 and HS256 keys: 256 bit

E = TypeVar("E", bound=StrEnum)
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True, repr=False)
class JwtKey:
    """One HS256 key and the ``kid`` that names it."""

    kid: str
    secret: bytes


def text(value: str) -> str:
    return value


def path(value: str) -> Path:
    try:
        return Path(value).expanduser().absolute()
    except RuntimeError:
        raise ValueError("expected a path; there is no such user as its ~ names") from None


def integer(minimum: int, maximum: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", value) or not minimum <= int(value) <= maximum:
            raise ValueError(f"expected a whole number from {minimum} to {maximum}")
        return int(value)

    return parse


def threads(value: str) -> int:
    """A number of threads; 0 for ``auto``."""
    return 0 if value == "auto" else integer(1, 256)(value)


def available_cpus() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def score(value: str) -> float:
    """A score in 0..1."""
    if not re.fullmatch(r"0|1|0?\.[0-9]+|0\.[0-9]*|1\.0*", value):
        raise ValueError("expected a number from 0 to 1")
    return float(value)


def rate(value: str) -> float:
    """A share of errors between 0 and 1, such as 0.001 or 1e-3."""
    if not re.fullmatch(r"0?\.[0-9]{1,12}|[1-9](\.[0-9]{1,6})?e-[0-9]{1,2}", value) or not 0 < float(value) < 1:
        raise ValueError("expected a number between 0 and 1, such as 0.001 or 1e-3")
    return float(value)


def choice(kind: type[E]) -> Callable[[str], E]:
    def parse(value: str) -> E:
        try:
            return kind(value)
        except ValueError:
            raise ValueError(f"expected one of {', '.join(kind)}") from None

    return parse


def one_of(names: Iterable[str]) -> Callable[[str], str]:
    known = tuple(names)

    def parse(value: str) -> str:
        if value not in known:
            raise ValueError(f"expected one of {', '.join(known)}")
        return value

    return parse


def url(value: str) -> str:
    """An http or https address without credentials, query or fragment; a trailing slash is dropped."""
    if not _is_web_address(value):
        raise ValueError("expected an http:// or https:// address without credentials, query or fragment")
    return value.rstrip("/")


def words(value: str) -> tuple[str, ...]:
    """Comma-separated values."""
    return tuple(word for word in (part.strip() for part in value.split(",")) if word)


def origins(value: str) -> tuple[str, ...]:
    """Comma-separated origins, or ``*`` for any."""
    found = words(value)
    for origin in found:
        if origin != "*" and not (_is_web_address(origin) and re.fullmatch(r"https?://[^/*]+", origin)):
            raise ValueError("expected * or comma-separated origins such as https://app.example.com")
    return found


def hosts(value: str) -> tuple[str, ...]:
    """Comma-separated host names or addresses; a leading dot takes subdomains too, ``*`` is any."""
    found = words(value)
    for host in found:
        if not re.fullmatch(r"\*|\.?[A-Za-z0-9_-][A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\]", host):
            raise ValueError(
                "expected * or comma-separated host names such as faces.example.com, no scheme and no port"
            )
    return found


def networks(value: str) -> tuple[IPNetwork, ...]:
    """Comma-separated IP addresses or networks."""
    try:
        return tuple(ipaddress.ip_network(word) for word in words(value))
    except ValueError:
        raise ValueError("expected comma-separated addresses or networks such as 10.0.0.0/8") from None


def redis(value: str) -> str:
    """``redis://[user:password@]host[:port][/database]``; ``rediss`` for TLS, ``unix:///path`` for a socket file."""
    if not _is_redis_address(value):
        raise ValueError("expected redis://[user:password@]host[:port][/database], or rediss:// for TLS")
    if find_spec("redis") is None:
        raise ValueError(
            "needs the package redis, which isn't installed: python requirements/install.py requirements/redis.txt"
        )
    return value


def _is_redis_address(value: str) -> bool:
    if re.fullmatch(r"unix://([^\s/@]*@)?/[^\s?#]+(\?db=[0-9]{1,4})?", value):
        return True
    if not re.fullmatch(r"rediss?://[^\s?#]+", value):
        return False
    try:
        parts = urlsplit(value)
        is_database = re.fullmatch(r"(/[0-9]{0,4})?", parts.path)
        return bool(parts.hostname) and parts.port != 0 and is_database is not None
    except ValueError:
        return False


def _is_web_address(value: str) -> bool:
    """An http or https address that names nothing but a host, perhaps a port, and perhaps a path."""
    if not re.fullmatch(r"https?://[^\s?#@]+", value):
        return False
    try:
        parts = urlsplit(value)
        return bool(parts.hostname) and parts.port != 0  # reading the port checks its range
    except ValueError:
        return False


def secret(value: str) -> bytes:
    """Base64 (either alphabet) of at least 32 bytes."""
    try:
        raw = base64.b64decode(value.replace("-", "+").replace("_", "/") + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) < SECRET_BYTES:
        raise ValueError(f"expected base64 of at least {SECRET_BYTES} random bytes")
    if len(set(raw)) < 8:
        raise ValueError("expected random bytes, not a pattern")
    return raw


def master_key(value: str) -> bytes:
    raw = secret(value)
    if len(raw) != SECRET_BYTES:
        raise ValueError(f"expected base64 of exactly {SECRET_BYTES} random bytes")
    return raw


def jwt_keys(value: str) -> tuple[JwtKey, ...]:
    """Comma-separated ``kid:base64``; the first signs, all verify."""
    keys = []
    for word in words(value):
        kid, separator, encoded = word.partition(":")
        if not separator or not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", kid):
            raise ValueError("expected comma-separated kid:base64 pairs")
        keys.append(JwtKey(kid, secret(encoded)))
    if not keys or len({key.kid for key in keys}) != len(keys):
        raise ValueError("expected at least one kid:base64 pair, each kid once")
    return tuple(keys)
