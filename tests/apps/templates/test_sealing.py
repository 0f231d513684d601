from __future__ import annotations

import uuid

import numpy as np
import pytest

from frapi.apps.templates.sealing import Purpose, seal_for, seal_vector, unseal_for, unseal_vector
from frapi.errors import IntegrityError

TENANT, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
VECTOR = np.linspace(-1, 1, 128, dtype=np.float32)


def test_reads_back() -> None:
    assert (unseal_vector(TENANT, "ada", seal_vector(TENANT, "ada", VECTOR)) == VECTOR).all()


def test_shows_nothing_of_the_plaintext() -> None:
    sealed = seal_vector(TENANT, "ada", VECTOR)
    assert VECTOR.tobytes()[:16] not in sealed
    assert sealed != seal_vector(TENANT, "ada", VECTOR)


@pytest.mark.parametrize(
    ("tenant", "purpose", "owner"),
    [
        (OTHER, Purpose.TEMPLATE, "ada"),
        (TENANT, Purpose.SESSION_STATE, "ada"),
        (TENANT, Purpose.TEMPLATE, "bob"),
    ],
)
def test_opens_only_for_whom_it_was_sealed(tenant: uuid.UUID, purpose: Purpose, owner: str) -> None:
    sealed = seal_for(TENANT, Purpose.TEMPLATE, "ada", b"face")
    assert unseal_for(TENANT, Purpose.TEMPLATE, "ada", sealed) == b"face"
    with pytest.raises(IntegrityError):
        unseal_for(tenant, purpose, owner, sealed)


def test_a_changed_byte_is_noticed() -> None:
    sealed = bytearray(seal_vector(TENANT, "ada", VECTOR))
    for position in range(len(sealed)):
        sealed[position] ^= 1
        with pytest.raises(IntegrityError):
            unseal_vector(TENANT, "ada", bytes(sealed))
        sealed[position] ^= 1
