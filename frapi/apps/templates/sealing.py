"""Biometric data at rest: sealed under its tenant's own key, bound to what it is and whose."""

from __future__ import annotations

import uuid
from enum import StrEnum
from functools import lru_cache

import numpy as np
from django.conf import settings

from frapi.apps.sealing import derive_key, seal, unseal
from frapi.errors import IntegrityError
from frapi.vision.types import Vector


class Purpose(StrEnum):
    """What is sealed; bytes of one purpose never open as another."""

    TEMPLATE = "template"
    SESSION_STATE = "session state"


def seal_for(client_id: uuid.UUID, purpose: Purpose, owner: str, plaintext: bytes) -> bytes:
    """Seal bytes of one tenant.

    Args:
        owner: whose they are within the tenant: a user's or a session's id.
    """
    return seal(_tenant_key(client_id), plaintext, _aad(client_id, purpose, owner))


def unseal_for(client_id: uuid.UUID, purpose: Purpose, owner: str, sealed: bytes) -> bytes:
    """The inverse of :func:`seal_for`.

    Raises:
        IntegrityError: changed bytes, or sealed for another tenant, purpose or owner.
    """
    return unseal(_tenant_key(client_id), sealed, _aad(client_id, purpose, owner))


def seal_vector(client_id: uuid.UUID, user_id: str, vector: Vector) -> bytes:
    """Seal a user's template."""
    return seal_for(client_id, Purpose.TEMPLATE, user_id, vector.astype("<f4").tobytes())


def unseal_vector(client_id: uuid.UUID, user_id: str, sealed: bytes) -> Vector:
    """The inverse of :func:`seal_vector`.

    Raises:
        IntegrityError: changed bytes, or another user's.
    """
    plaintext = unseal_for(client_id, Purpose.TEMPLATE, user_id, sealed)
    if len(plaintext) % 4:
        raise IntegrityError
    return np.frombuffer(plaintext, "<f4").astype(np.float32)


def _tenant_key(client_id: uuid.UUID) -> bytes:
    return _derived(settings.FRAPI_SECRETS.master_key, client_id)


@lru_cache(maxsize=256)
def _derived(master_key: bytes, client_id: uuid.UUID) -> bytes:
    """Kept, for a gallery opens very many templates of one tenant: the master key lies in memory as well."""
    return derive_key(master_key, b"frapi tenant v1 " + client_id.bytes)


def _aad(client_id: uuid.UUID, purpose: Purpose, owner: str) -> bytes:
    return b"\x00".join([purpose.encode(), client_id.bytes, owner.encode()])
