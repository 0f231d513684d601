"""The server's own secrets: from the settings, else from ``<home>/secrets``, where they are made on first use."""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from config import parsers
from config.env import SettingError, Settings
from config.parsers import JwtKey

T = TypeVar("T")


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """What the server must not lose or show; ``django.conf.settings.FRAPI_SECRETS`` in the project's code.

    Attributes:
        secret_key: root of Django's signing key and of the API keys' look-up key.
        master_key: 32 bytes; whatever is sealed is sealed under a key derived from it.
        jwt_keys: the first signs access tokens, all verify.
    """

    secret_key: bytes
    master_key: bytes
    jwt_keys: tuple[JwtKey, ...]


def load(settings: Settings) -> Secrets:
    """Collect the secrets, making those that neither settings nor folder hold.

    Raises:
        SettingError: a stored secret is damaged or can't be read or written.
    """
    folder = settings.secrets_dir
    return Secrets(
        secret_key=settings.secret_key or _stored(folder / "secret.key", parsers.secret, new_secret),
        master_key=settings.master_key or _stored(folder / "master.key", parsers.master_key, new_secret),
        jwt_keys=settings.jwt_keys or _stored(folder / "jwt.keys", parsers.jwt_keys, new_jwt_key),
    )


def new_secret() -> str:
    """32 random bytes as text, in the form that the settings take."""
    return base64.urlsafe_b64encode(secrets.token_bytes(parsers.SECRET_BYTES)).decode().rstrip("=")


def new_jwt_key() -> str:
    """A fresh signing key under a random ``kid``, in the form that ``FRAPI_JWT_KEYS`` takes."""
    return f"{secrets.token_hex(4)}:{new_secret()}"


def _stored(file: Path, parse: Callable[[str], T], make: Callable[[], str]) -> T:
    try:
        if not file.exists():
            _create(file, make())
        return parse(file.read_text(encoding="utf-8").strip())
    except OSError as error:
        raise SettingError(f"FRAPI_HOME: {file} can't be read or made ({error.strerror})") from None
    except ValueError as error:
        raise SettingError(f"FRAPI_HOME: {file} is damaged: {error}") from None


def _create(file: Path, content: str) -> None:
    """Write ``file`` readable by its owner only, whole or not at all; whoever comes second keeps the first's."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=file.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(content + "\n")
        with contextlib.suppress(FileExistsError):
            os.link(temporary, file)
    finally:
        Path(temporary).unlink()
