"""Reading an encrypted payload as the relying party's backend does: first the ``mac``, then the content."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from typing import Any

import orjson
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from frapi.apps.verification.payload import ALGORITHM, BLOCK_BYTES
from frapi.errors import IntegrityError, InvalidInput

MAX_PAYLOAD_CHARACTERS = 64 * 1024  # ours have about one thousand


def decrypt_payload(encrypted: Mapping[str, Any], *, payload_key: bytes, mac_key: bytes) -> dict[str, Any]:
    """Check and decrypt what ``encrypt_payload`` made.

    Raises:
        InvalidInput: it hasn't the form of one.
        IntegrityError: the ``mac`` isn't this client's, or something was changed.
    """
    if encrypted.get("algorithm") != ALGORITHM:
        raise InvalidInput(f"expected {ALGORITHM}", field="algorithm")
    raw, mac = _bytes(encrypted, "encrypted_payload"), _bytes(encrypted, "mac")
    if not hmac.compare_digest(hmac.digest(mac_key, raw, "sha256"), mac):
        raise IntegrityError
    decryptor = Cipher(algorithms.AES(payload_key), modes.CBC(raw[:BLOCK_BYTES])).decryptor()
    padded = decryptor.update(raw[BLOCK_BYTES:]) + decryptor.finalize()
    unpadder = PKCS7(BLOCK_BYTES * 8).unpadder()
    content: dict[str, Any] = orjson.loads(unpadder.update(padded) + unpadder.finalize())
    return content


def _bytes(encrypted: Mapping[str, Any], name: str) -> bytes:
    value = encrypted.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= MAX_PAYLOAD_CHARACTERS:
        raise InvalidInput("expected base64", field=name)
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInput("expected base64", field=name) from None
