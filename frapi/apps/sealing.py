"""Authenticated encryption at rest, and keys made from keys."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from frapi.errors import IntegrityError

KEY_BYTES = 32
_NONCE_BYTES = 12  # random 96-bit nonces: safe for 2**32 messages under one key (NIST SP 800-38D)
_VERSION = b"\x01"  # first byte of everything sealed, so that the form can change one day


def derive_key(key: bytes, info: bytes) -> bytes:
    """Derive an independent 32-byte key (HKDF-SHA256 without salt, RFC 5869).

    Args:
        key: uniformly random input key material.
        info: what the derived key is for; different infos give unrelated keys.
    """
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=info).derive(key)


def seal(key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Encrypt with AES-256-GCM under a fresh nonce.

    Args:
        key: 32 bytes.
        aad: says whose and what the plaintext is; :func:`unseal` must be given the same.
    Returns:
        version, nonce and ciphertext with tag, as one string.
    """
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plaintext, _VERSION + aad)


def unseal(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    """The inverse of :func:`seal`.

    Raises:
        IntegrityError: wrong key, wrong ``aad``, or changed bytes.
    """
    version, nonce, ciphertext = sealed[:1], sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    if version != _VERSION or len(nonce) != _NONCE_BYTES:
        raise IntegrityError
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, _VERSION + aad)
    except InvalidTag:
        raise IntegrityError from None
