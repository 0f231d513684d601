import base64
import hashlib
import hmac
import json
import os

import pytest
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from frapi_client import PayloadError, decrypt_payload

KEY = "frapi_" + "k" * 32
DOCUMENT = {"id": "1", "user_id": "user123", "name": "Zoë"}


def sealed(document: object = DOCUMENT, key: str = KEY) -> dict[str, str]:
    """The contract's payload, made independently of the client."""
    padder = padding.PKCS7(128).padder()
    plain = padder.update(json.dumps(document).encode()) + padder.finalize()
    iv = os.urandom(16)
    encryptor = Cipher(algorithms.AES(hashlib.sha256(key.encode()).digest()), modes.CBC(iv)).encryptor()
    raw = iv + encryptor.update(plain) + encryptor.finalize()
    mac_key = HKDF(hashes.SHA256(), 32, None, b"frapi payload mac v1").derive(key.encode())
    return encoded(raw, hmac.digest(mac_key, raw, "sha256"))


def encoded(raw: bytes, mac: bytes) -> dict[str, str]:
    return {
        "encrypted_payload": base64.b64encode(raw).decode(),
        "mac": base64.b64encode(mac).decode(),
        "algorithm": "AES-256-CBC",
    }


def test_it_reads_what_the_contract_describes():
    assert decrypt_payload(sealed(), KEY) == DOCUMENT


def test_every_changed_byte_is_noticed():
    payload = sealed()
    raw, mac = base64.b64decode(payload["encrypted_payload"]), base64.b64decode(payload["mac"])
    for position in range(len(raw)):
        changed = bytearray(raw)
        changed[position] ^= 1
        with pytest.raises(PayloadError, match="MAC"):
            decrypt_payload(encoded(bytes(changed), mac), KEY)
    with pytest.raises(PayloadError, match="MAC"):
        decrypt_payload(encoded(raw, mac[:-1] + bytes([mac[-1] ^ 1])), KEY)


@pytest.mark.parametrize(
    "change",
    [
        {"algorithm": "AES-128-ECB"},
        {"encrypted_payload": "§"},
        {"mac": ""},
        {"mac": "not base64!"},
        {"encrypted_payload": ""},
    ],
)
def test_another_form_is_refused(change):
    with pytest.raises(PayloadError):
        decrypt_payload({**sealed(), **change}, KEY)


@pytest.mark.parametrize("missing", ["algorithm", "encrypted_payload", "mac"])
def test_an_incomplete_payload_is_refused(missing):
    payload = sealed()
    del payload[missing]
    with pytest.raises(PayloadError):
        decrypt_payload(payload, KEY)


def test_another_key_is_refused_without_naming_it():
    with pytest.raises(PayloadError) as caught:
        decrypt_payload(sealed(key="frapi_other"), KEY)
    assert KEY not in str(caught.value)


def test_only_objects_are_payloads():
    with pytest.raises(PayloadError, match="object"):
        decrypt_payload(sealed(["a list"]), KEY)
