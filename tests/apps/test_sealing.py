from __future__ import annotations

import pytest

from frapi.apps.sealing import derive_key, seal, unseal
from frapi.errors import IntegrityError

KEY = bytes(range(32))


def test_what_was_sealed_comes_back() -> None:
    assert unseal(KEY, seal(KEY, b"template", b"whose"), b"whose") == b"template"


def test_sealing_twice_gives_different_bytes() -> None:
    assert seal(KEY, b"template", b"whose") != seal(KEY, b"template", b"whose")


def test_any_changed_byte_is_noticed() -> None:
    sealed = seal(KEY, b"template", b"whose")
    for index in range(len(sealed)):
        changed = bytearray(sealed)
        changed[index] ^= 1
        with pytest.raises(IntegrityError):
            unseal(KEY, bytes(changed), b"whose")


@pytest.mark.parametrize("length", [0, 1, 12, 13, 28])
def test_truncated(length: int) -> None:
    with pytest.raises(IntegrityError):
        unseal(KEY, seal(KEY, b"template", b"whose")[:length], b"whose")


def test_other_owner_or_key() -> None:
    sealed = seal(KEY, b"template", b"whose")
    with pytest.raises(IntegrityError):
        unseal(KEY, sealed, b"somebody else's")
    with pytest.raises(IntegrityError):
        unseal(derive_key(KEY, b"other"), sealed, b"whose")


def test_derived_keys_are_hkdf() -> None:
    # RFC 5869, test case 3: SHA-256 with no salt and no info; the first 32 of its 42 bytes.
    expected = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    assert derive_key(b"\x0b" * 22, b"").hex() == expected
    assert derive_key(KEY, b"a") != derive_key(KEY, b"b")
