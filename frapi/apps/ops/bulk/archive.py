"""A sealed file of records: what carries templates from one installation to another.

::

    magic                 16 bytes
    length, header        4 bytes big-endian, then JSON: version, how the key is derived, salt
    length, sealed chunk  4 bytes big-endian, then AES-256-GCM; as often as there are chunks

Each chunk is bound to the header's digest, to its place and to whether it is the last: whatever is changed, left out,
exchanged or cut off doesn't open. Records are sealed before they are written; nothing of them lies in the clear.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from frapi.apps.sealing import KEY_BYTES, derive_key, seal, unseal
from frapi.errors import IntegrityError, InvalidInput

MAGIC = b"frapi templates\n"
VERSION = 1
SALT_BYTES = 16
RECORDS_PER_CHUNK = 500
MIN_PASSPHRASE_CHARACTERS = 12
# OWASP's and RFC 7914's advice for interactive use: 128 MiB and some tenths of a second a guess.
SCRYPT_LOG2_N, SCRYPT_R, SCRYPT_P = 17, 8, 1
# What a file may ask of whoever opens it: 1 GiB.
_MAX_SCRYPT_LOG2_N = 20
_MAX_HEADER_BYTES = 4096
_MAX_CHUNK_BYTES = 64 * 1024 * 1024
_INFO = b"frapi template archive v1"


@dataclass(frozen=True, slots=True)
class ArchiveKey:
    """What opens an archive: a passphrase that people type, or 32 random bytes.

    Attributes:
        is_passphrase: it must be made expensive to guess.
    """

    secret: bytes = field(repr=False)
    is_passphrase: bool

    @classmethod
    def from_passphrase(cls, passphrase: str) -> ArchiveKey:
        """
        Raises:
            InvalidInput: it is too short.
        """
        if len(passphrase) < MIN_PASSPHRASE_CHARACTERS:
            raise InvalidInput(f"A passphrase has {MIN_PASSPHRASE_CHARACTERS} characters or more")
        return cls(passphrase.encode(), True)

    @classmethod
    def from_base64(cls, text: str) -> ArchiveKey:
        """
        Raises:
            InvalidInput: it isn't base64 of 32 bytes.
        """
        try:
            padded = text.strip() + "=" * (-len(text.strip()) % 4)
            secret = base64.b64decode(padded, altchars=b"-_", validate=True)
        except ValueError:
            secret = b""
        if len(secret) != KEY_BYTES:
            raise InvalidInput(f"A key file holds base64 of {KEY_BYTES} random bytes")
        return cls(secret, False)


def write_archive(file: Path, key: ArchiveKey, records: Iterable[dict[str, Any]]) -> int:
    """Write all records, whole or not at all, readable by the owner only.

    Returns:
        how many.
    Raises:
        FileExistsError: the file is there already.
    """
    if file.exists():
        raise FileExistsError(f"{file} is there already")
    kdf = {"name": "scrypt", "log2_n": SCRYPT_LOG2_N, "r": SCRYPT_R, "p": SCRYPT_P} if key.is_passphrase else None
    salt = base64.b64encode(os.urandom(SALT_BYTES)).decode()
    header = json.dumps({"version": VERSION, "kdf": kdf or {"name": "hkdf"}, "salt": salt}).encode()
    derived = _derive(key, header)
    descriptor, temporary = tempfile.mkstemp(dir=file.parent)  # mode 0600
    count = 0
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(MAGIC + len(header).to_bytes(4, "big") + header)
            for place, (chunk, last) in enumerate(_with_last(_chunks(records))):
                count += len(chunk)
                sealed = seal(derived, json.dumps(chunk).encode(), _aad(header, place, last=last))
                stream.write(len(sealed).to_bytes(4, "big") + sealed)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(temporary, file)  # unlike a rename it replaces nobody's file
    finally:
        Path(temporary).unlink()
    return count


def read_archive(file: Path, key: ArchiveKey) -> Iterator[dict[str, Any]]:
    """The records, in order. Only when all were read is it known that none is missing.

    Raises:
        InvalidInput: it is no such file, or of another version.
        IntegrityError: the key is wrong, or the file was changed or cut off.
    """
    with file.open("rb") as stream:
        if stream.read(len(MAGIC)) != MAGIC:
            raise InvalidInput(f"{file} is no archive of templates")
        header = _read_block(stream, _MAX_HEADER_BYTES)
        derived = _derive(key, header)
        place, block = 0, _read_block(stream, _MAX_CHUNK_BYTES)
        while True:
            following = stream.read(4)
            chunk = unseal(derived, block, _aad(header, place, last=not following))
            yield from json.loads(chunk)
            if not following:
                return
            place, block = place + 1, _read_block(stream, _MAX_CHUNK_BYTES, length=following)


def _derive(key: ArchiveKey, header: bytes) -> bytes:
    try:
        said = json.loads(header)
        version, kdf, salt = said["version"], said["kdf"], base64.b64decode(said["salt"], validate=True)
        name = kdf["name"]
    except (ValueError, KeyError, TypeError):
        raise IntegrityError from None
    if version != VERSION:
        raise InvalidInput(f"The archive's version is {version}; this program reads {VERSION}")
    if (name == "scrypt") != key.is_passphrase:
        raise InvalidInput("The archive opens with a " + ("passphrase" if name == "scrypt" else "key file"))
    if name != "scrypt":
        return derive_key(key.secret + salt, _INFO)
    log2_n, r, p = (kdf.get(each) for each in ("log2_n", "r", "p"))
    if not (type(log2_n) is int and 14 <= log2_n <= _MAX_SCRYPT_LOG2_N and r == SCRYPT_R and p == SCRYPT_P):
        raise IntegrityError
    return Scrypt(salt=salt, length=KEY_BYTES, n=2**log2_n, r=r, p=p).derive(key.secret)


def _aad(header: bytes, place: int, *, last: bool) -> bytes:
    return _INFO + hashlib.sha256(header).digest() + place.to_bytes(8, "big") + (b"last" if last else b"more")


def _read_block(stream: BinaryIO, most: int, *, length: bytes | None = None) -> bytes:
    prefix = stream.read(4) if length is None else length
    size = int.from_bytes(prefix, "big")
    block = stream.read(size) if len(prefix) == 4 and size <= most else b""
    if not block or len(block) != size:
        raise IntegrityError
    return block


def _chunks(records: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    chunk: list[dict[str, Any]] = []
    for record in records:
        chunk.append(record)
        if len(chunk) == RECORDS_PER_CHUNK:
            yield chunk
            chunk = []
    yield chunk


def _with_last(chunks: Iterator[list[dict[str, Any]]]) -> Iterator[tuple[list[dict[str, Any]], bool]]:
    held = next(chunks)
    for chunk in chunks:
        yield held, False
        held = chunk
    yield held, True
