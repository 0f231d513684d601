from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from frapi.apps.accounts.services import derive_mac_key
from frapi.apps.verification.payload import encrypt_payload

API_KEY = "frapi_test-key"
KEY = hashlib.sha256(API_KEY.encode()).digest()
MAC_KEY = derive_mac_key(API_KEY)
CONTENT = {"id": "1", "user_id": "ada", "outcome": "enrolled", "note": "é ✓"}


def encrypt(content: Any = CONTENT) -> dict[str, str]:
    return encrypt_payload(content, payload_key=KEY, mac_key=MAC_KEY)


def decrypt(encrypted: dict[str, str]) -> Any:
    """By the book, apart from the code under test: unpadding as RFC 5652 has it."""
    raw = base64.b64decode(encrypted["encrypted_payload"], validate=True)
    decryptor = Cipher(algorithms.AES(KEY), modes.CBC(raw[:16])).decryptor()
    padded = decryptor.update(raw[16:]) + decryptor.finalize()
    count = padded[-1]
    assert padded[-count:] == bytes([count]) * count
    return json.loads(padded[:-count])


def test_reads_back() -> None:
    encrypted = encrypt()
    assert encrypted["algorithm"] == "AES-256-CBC"
    assert decrypt(encrypted) == CONTENT


@pytest.mark.parametrize("length", range(18))
def test_padding_of_every_length(length: int) -> None:
    content = {"x": "y" * length}
    encrypted = encrypt(content)
    assert len(base64.b64decode(encrypted["encrypted_payload"])) % 16 == 0
    assert decrypt(encrypted) == content


def test_iv_is_fresh_each_time() -> None:
    payloads = {encrypt()["encrypted_payload"] for _ in range(50)}
    assert len({base64.b64decode(payload)[:16] for payload in payloads}) == 50


def test_mac_covers_every_byte() -> None:
    encrypted = encrypt()
    raw = base64.b64decode(encrypted["encrypted_payload"])
    mac = base64.b64decode(encrypted["mac"], validate=True)
    assert hmac.compare_digest(mac, hmac.digest(MAC_KEY, raw, "sha256"))
    for position in range(len(raw)):
        changed = bytearray(raw)
        changed[position] ^= 1
        assert not hmac.compare_digest(mac, hmac.digest(MAC_KEY, bytes(changed), "sha256"))


def test_mac_key_is_not_the_payload_key() -> None:
    assert MAC_KEY != KEY
