"""The encrypted payload: what only the relying party's own backend may read, for it alone has the API key."""

from __future__ import annotations

import base64
import hmac
import os
from collections.abc import Mapping
from typing import Any, Final

import orjson
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from frapi.apps.verification.wire import EncryptedData

ALGORITHM: Final = "AES-256-CBC"
BLOCK_BYTES = 16


def encrypt_payload(content: Mapping[str, Any], *, payload_key: bytes, mac_key: bytes) -> EncryptedData:
    """Encrypt ``content`` as JSON under a fresh random IV.

    CBC has no integrity of its own: ``mac`` gives it to whoever checks it.

    Args:
        payload_key: ``sha256(api_key)``.
        mac_key: derived from the API key, see ``derive_mac_key`` of the accounts.
    Returns:
        ``encrypted_payload``: base64 of IV and ciphertext; ``algorithm``; ``mac``: base64 of the HMAC-SHA256 over the
        raw bytes of IV and ciphertext.
    """
    padder = PKCS7(BLOCK_BYTES * 8).padder()
    padded = padder.update(orjson.dumps(content)) + padder.finalize()
    iv = os.urandom(BLOCK_BYTES)
    encryptor = Cipher(algorithms.AES(payload_key), modes.CBC(iv)).encryptor()
    raw = iv + encryptor.update(padded) + encryptor.finalize()
    return {
        "encrypted_payload": base64.b64encode(raw).decode(),
        "algorithm": ALGORITHM,
        "mac": base64.b64encode(hmac.digest(mac_key, raw, "sha256")).decode(),
    }
