from __future__ import annotations

import base64
from typing import Any

import pytest

from frapi.apps.console.decryption import decrypt_payload
from frapi.apps.verification.payload import encrypt_payload
from frapi.errors import IntegrityError, InvalidInput

KEYS: dict[str, bytes] = {"payload_key": b"p" * 32, "mac_key": b"m" * 32}
CONTENT = {"id": "1", "user_id": "ada", "liveness": {"verified": True}}


def test_it_reads_what_the_server_encrypts() -> None:
    assert decrypt_payload(encrypt_payload(CONTENT, **KEYS), **KEYS) == CONTENT


def test_every_changed_byte_is_noticed() -> None:
    encrypted = encrypt_payload(CONTENT, **KEYS)
    raw = base64.b64decode(encrypted["encrypted_payload"])
    for index in range(len(raw)):
        changed = bytearray(raw)
        changed[index] ^= 1
        with pytest.raises(IntegrityError):
            decrypt_payload({**encrypted, "encrypted_payload": base64.b64encode(changed).decode()}, **KEYS)


def test_another_client_s_key_reads_nothing() -> None:
    with pytest.raises(IntegrityError):
        decrypt_payload(encrypt_payload(CONTENT, **KEYS), payload_key=KEYS["payload_key"], mac_key=b"x" * 32)


@pytest.mark.parametrize(
    "changes",
    [
        {"algorithm": "AES-256-GCM"},
        {"algorithm": None},
        {"mac": None},
        {"mac": "not base64!"},
        {"encrypted_payload": ""},
        {"encrypted_payload": ["a"]},
        {"encrypted_payload": "A" * 100_000},
        {"encrypted_payload": "ä"},
    ],
)
def test_what_is_no_payload(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        decrypt_payload({**encrypt_payload(CONTENT, **KEYS), **changes}, **KEYS)
