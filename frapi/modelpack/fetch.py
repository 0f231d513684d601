"""Takes single members out of archives, without more of the archive than it needs."""

from __future__ import annotations

import hashlib
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from typing import IO

from frapi.errors import ArchiveUnavailable, DigestMismatch
from frapi.modelpack.index import Location, PackageIndex, shown
from frapi.modelpack.progress import Progress
from frapi.modelpack.spec import Archive, ArchiveKind, Member
from frapi.modelpack.transport import HttpFile, RangeReader, StreamReader, TransportError

# The directory at a wheel's end in one request; MediaPipe's takes under 100 kB.
_DIRECTORY_BYTES = 128 * 1024
# A member's own header repeats its name, and its extra field may be longer than the directory's.
_HEADER_SLACK_BYTES = 1024
# Tries per source: the pinned file, then another platform's wheel.
_FILES_PER_SOURCE = 2


class _Trouble(Enum):
    ABSENT = auto()
    MISMATCH = auto()
    BROKEN = auto()


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why one source didn't serve, and which setting would help."""

    source: str
    trouble: _Trouble
    reason: str
    remedy: str


def fetch_members(
    archive: Archive, members: Sequence[Member], index: PackageIndex, progress: Progress
) -> dict[Member, bytes]:
    """Get members of an archive, from the first of the user's sources that serves them intact.

    Args:
        archive: to take them from.
        members: all of that archive.
        index: the user's sources.
        progress: told about the download.
    Returns:
        The content of each member, checked against its digest.
    Raises:
        DigestMismatch: it is served, but with other content than pinned.
        ArchiveUnavailable: no source serves it. The message names the archive, why, and which setting to change.
    """
    failures: list[_Failure] = []
    for source in index.sources():
        name = shown(source)
        try:
            locations = list(islice(index.locate(archive, source), _FILES_PER_SOURCE))
        except TransportError as error:
            failures.append(_Failure(name, _Trouble.BROKEN, error.reason, error.remedy))
            continue
        if not locations:
            remedy = "PIP_INDEX_URL or PIP_EXTRA_INDEX_URL"
            failures.append(_Failure(name, _Trouble.ABSENT, "doesn't have it", remedy))
        for location in locations:
            try:
                return _fetch_from(location, archive, members, index, progress)
            except TransportError as error:
                failures.append(_Failure(name, _Trouble.BROKEN, error.reason, error.remedy))
            except DigestMismatch as error:
                failures.append(_Failure(name, _Trouble.MISMATCH, error.message, "PIP_INDEX_URL"))
    raise _explained(archive, failures)


def _explained(archive: Archive, failures: Sequence[_Failure]) -> ArchiveUnavailable | DigestMismatch:
    reasons = "; ".join(f"{failure.source}: {failure.reason}" for failure in failures) or "no index is set up"
    # A source that is broken, or serves something else, is better repaired than one that never had it.
    telling = [failure for failure in failures if failure.trouble is not _Trouble.ABSENT] or failures
    remedy = telling[-1].remedy if telling else "PIP_INDEX_URL"
    message = (
        f"Can't get {archive.filename} ({archive.project} {archive.version}): {reasons}. "
        f"Set {remedy}; or put the file into a folder and name that in PIP_FIND_LINKS."
    )
    only_mismatches = {failure.trouble for failure in telling} == {_Trouble.MISMATCH}
    return DigestMismatch(message) if only_mismatches else ArchiveUnavailable(message)


def _fetch_from(
    location: Location, archive: Archive, members: Sequence[Member], index: PackageIndex, progress: Progress
) -> dict[Member, bytes]:
    try:
        if location.path is not None:
            with location.path.open("rb") as file:
                return _read_members(archive, file, members)
        remote = HttpFile(
            index.session,
            location.url,
            timeout_s=index.settings.timeout_s,
            retry=index.retry,
            on_bytes=progress.advance,
        )
        if archive.kind is ArchiveKind.WHEEL:
            return _fetch_wheel(remote, location, archive, members, progress)
        with _told(progress, archive, archive.stream_bytes):
            return _read_sdist(StreamReader(remote), members)
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise DigestMismatch(f"{archive.filename} is damaged or can't be read") from error


def _fetch_wheel(
    remote: HttpFile, location: Location, archive: Archive, members: Sequence[Member], progress: Progress
) -> dict[Member, bytes]:
    size_bytes = remote.size_if_ranged()
    if size_bytes is None:
        with _told(progress, archive, archive.size_bytes), tempfile.TemporaryFile() as whole:
            _download(remote, whole, location.sha256, archive)
            return _read_wheel(whole, members)
    reader = RangeReader(remote, size_bytes)
    with _told(progress, archive, _DIRECTORY_BYTES + sum(member.size_bytes for member in members)):
        reader.prefetch(size_bytes - _DIRECTORY_BYTES, size_bytes)
        return _read_wheel(reader, members)


def _download(remote: HttpFile, target: IO[bytes], sha256: str | None, archive: Archive) -> None:
    digest = hashlib.sha256()
    for chunk in remote.chunks():
        digest.update(chunk)
        target.write(chunk)
    if sha256 is not None and digest.hexdigest() != sha256:
        raise DigestMismatch(f"{archive.filename} differs from its pinned digest")


def _read_members(archive: Archive, file: IO[bytes], members: Sequence[Member]) -> dict[Member, bytes]:
    return _read_wheel(file, members) if archive.kind is ArchiveKind.WHEEL else _read_sdist(file, members)


def _read_wheel(file: IO[bytes] | RangeReader, members: Sequence[Member]) -> dict[Member, bytes]:
    found: dict[Member, bytes] = {}
    with zipfile.ZipFile(file) as wheel:
        for member in members:
            try:
                info = wheel.getinfo(member.path)
            except KeyError:
                raise _lacks(member) from None
            if info.file_size != member.size_bytes:
                raise _differs(member)
            if isinstance(file, RangeReader):
                end = info.header_offset + len(info.filename) + info.compress_size + _HEADER_SLACK_BYTES
                file.prefetch(info.header_offset, end)
            found[member] = _checked(member, wheel.read(info))
    return found


def _read_sdist(file: IO[bytes] | StreamReader, members: Sequence[Member]) -> dict[Member, bytes]:
    wanted = {member.path: member for member in members}
    found: dict[Member, bytes] = {}
    with tarfile.open(fileobj=file, mode="r|gz") as sdist:
        for entry in sdist:
            member = wanted.pop(entry.name, None)
            if member is None:
                continue
            content = sdist.extractfile(entry)
            if content is None or entry.size != member.size_bytes:
                raise _differs(member)
            found[member] = _checked(member, content.read())
            if not wanted:
                return found
    raise _lacks(next(iter(wanted.values())))


def _checked(member: Member, content: bytes) -> bytes:
    if hashlib.sha256(content).hexdigest() != member.sha256:
        raise _differs(member)
    return content


def _differs(member: Member) -> DigestMismatch:
    return DigestMismatch(f"{member.path} differs from its pinned digest")


def _lacks(member: Member) -> DigestMismatch:
    return DigestMismatch(f"{member.archive.filename} lacks {member.path}")


@contextmanager
def _told(progress: Progress, archive: Archive, total_bytes: int) -> Iterator[None]:
    progress.begin(archive.filename, total_bytes)
    try:
        yield
    finally:
        progress.end()
