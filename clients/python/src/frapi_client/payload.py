"""The encrypted payload that comes with a completed session."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from frapi_client.errors import PayloadError

ALGORITHM = "AES-256-CBC"
IV_BYTES = 16
MAC_INFO = b"frapi payload mac v1"


def decrypt_payload(encrypted: Mapping[str, Any], api_key: str) -> dict[str, Any]:
    """Check and open ``encrypted_data`` of a completed session.

    CBC alone has no integrity, so the MAC is checked first: what doesn't carry the server's MAC is not opened.

    Args:
        encrypted: the message's ``encrypted_data``: ``encrypted_payload``, ``algorithm`` and ``mac``.
        api_key: the key of the API client that created the session.
    Raises:
        PayloadError: it was made with another key, was changed on its way, or isn't of this form.
    """
    if encrypted.get("algorithm") != ALGORITHM:
        raise PayloadError(f"Unknown payload algorithm: {encrypted.get('algorithm')!r}")
    try:
        sealed = base64.b64decode(str(encrypted["encrypted_payload"]), validate=True)
        mac = base64.b64decode(str(encrypted["mac"]), validate=True)
    except (KeyError, ValueError) as error:
        raise PayloadError("The payload is incomplete or not base64") from error
    expected = hmac.new(mac_key(api_key), sealed, hashlib.sha256).digest()
    if not hmac.compare_digest(expected, mac):
        raise PayloadError("The payload's MAC is wrong: another API key, or it was changed on its way")
    return _open(sealed, hashlib.sha256(api_key.encode()).digest())


def mac_key(api_key: str) -> bytes:
    """The key of the payload's HMAC-SHA256."""
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=MAC_INFO).derive(api_key.encode())


def _open(sealed: bytes, key: bytes) -> dict[str, Any]:
    cipher = Cipher(algorithms.AES(key), modes.CBC(sealed[:IV_BYTES])).decryptor()
    unpadder = padding.PKCS7(algorithms.AES.block_size).unpadder()
    try:
        padded = cipher.update(sealed[IV_BYTES:]) + cipher.finalize()
        document = json.loads(unpadder.update(padded) + unpadder.finalize())
    except ValueError as error:
        raise PayloadError("The payload does not decrypt") from error
    if not isinstance(document, dict):
        raise PayloadError("The payload is no JSON object")
    return document
