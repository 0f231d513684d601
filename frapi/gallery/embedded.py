"""Exact search on this machine, in one memory map a gallery that all worker processes share."""

from __future__ import annotations

import hashlib
import mmap
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np

from frapi.gallery.base import GalleryKey, Neighbor
from frapi.gallery.sheet import Entries, Sheet, State, capacity_for, sheet_bytes
from frapi.vision.types import Vector

try:
    import fcntl
except ImportError:  # no advisory locks here: galleries stay in memory
    fcntl = None  # type: ignore[assignment]

SUFFIX = ".map"
LOAD_ROWS = 8192  # rows taken from the store at a time


class EmbeddedGallery:
    """A :class:`~frapi.gallery.base.Gallery` of :class:`~frapi.gallery.sheet.Sheet`, one a key.

    With a folder each lives in a file there, found by every process and by the next one after a restart: one process
    writes at a time, under a file lock, and all see it at once, for they map the same memory. A sheet that has no room
    is copied into a larger file, which takes the old one's name; the old one tells its readers to open the new. A file
    that is foreign, torn or damaged, or that a process left in the middle of a change, is thrown away and loaded anew.

    Args:
        folder: made for its owner only where it is missing; None keeps galleries in this process's memory.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder if fcntl is not None else None
        if self._folder is not None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._shelves: dict[GalleryKey, _Shelf] = {}
        self._shelves_lock = threading.Lock()

    def revision(self, key: GalleryKey) -> int | None:
        sheet = self._usable_sheet(key)
        return None if sheet is None else sheet.revision

    @contextmanager
    def building(self, key: GalleryKey) -> Iterator[None]:
        shelf = self._shelf(key)
        with shelf.building, _file_lock(shelf.file, ".building"):
            yield

    def load(self, key: GalleryKey, templates: Iterable[tuple[int, Vector]], *, revision: int) -> None:
        entries, chunks = [], []
        rows = iter(templates)
        while chunk := list(islice(rows, LOAD_ROWS)):
            entries.append(np.array([entry for entry, _ in chunk]))
            chunks.append(np.stack([vector for _, vector in chunk]).astype(np.float32, copy=False))
        with self._writing(key) as shelf:
            self._trusted(shelf)  # opens what other processes have open, to tell them that it is replaced
            self._replace(shelf, entries, chunks, revision)

    def apply(
        self,
        key: GalleryKey,
        *,
        put: Sequence[tuple[int, Vector]],
        remove: Sequence[int],
        since: int,
        revision: int,
    ) -> bool:
        with self._writing(key) as shelf:
            sheet = self._trusted(shelf)
            if sheet is None or sheet.revision != since:
                return False
            if sheet.dim and any(vector.shape != (sheet.dim,) for _, vector in put):
                raise ValueError(f"vectors of dimension {sheet.dim} are needed")
            fits = not put or (sheet.dim > 0 and sheet.takes([entry for entry, _ in put]))
            if not fits or sheet.count > 2 * sheet.live + sheet.capacity // 2:
                self._merge(shelf, sheet, put, remove, revision)
                return True
            sheet.begin()
            for entry, vector in put:
                sheet.put(entry, vector)
            for entry in remove:
                sheet.remove(entry)
            sheet.publish(revision)
            return True

    def remove(self, key: GalleryKey, entry: int) -> bool:
        with self._writing(key) as shelf:
            sheet = self._trusted(shelf)
            if sheet is None:
                return False
            sheet.begin()
            removed = sheet.remove(entry)
            sheet.publish(sheet.revision)
            return removed

    def search(self, key: GalleryKey, probe_l2: Vector, *, top_k: int) -> Sequence[Neighbor]:
        sheet = self._sheet(key)
        return () if sheet is None else sheet.search(probe_l2, top_k)

    def size(self, key: GalleryKey) -> int:
        sheet = self._sheet(key)
        return 0 if sheet is None else sheet.live

    def _shelf(self, key: GalleryKey) -> _Shelf:
        with self._shelves_lock:
            if key not in self._shelves:
                digest = hashlib.sha256(f"{key.tenant_id}\0{key.contract}".encode()).digest()
                file = None if self._folder is None else self._folder / (digest[:16].hex() + SUFFIX)
                self._shelves[key] = _Shelf(digest, file)
            return self._shelves[key]

    def _sheet(self, key: GalleryKey) -> Sheet | None:
        """The gallery as it is, though somebody may be writing to it."""
        sheet = self._shelf(key).sheet
        return self._usable_sheet(key) if sheet is None or sheet.state is State.REPLACED else sheet

    def _usable_sheet(self, key: GalleryKey) -> Sheet | None:
        """The gallery between two changes; None when it has to be loaded."""
        sheet = self._shelf(key).sheet
        if sheet is not None and sheet.state is State.READY:
            return sheet
        with self._writing(key) as shelf:
            return self._trusted(shelf)

    @contextmanager
    def _writing(self, key: GalleryKey) -> Iterator[_Shelf]:
        shelf = self._shelf(key)
        with shelf.lock, _file_lock(shelf.file, ".lock"):
            yield shelf

    def _trusted(self, shelf: _Shelf) -> Sheet | None:
        """The sheet that whoever holds the lock may build on: the one in memory, else the file's."""
        if shelf.sheet is not None and shelf.sheet.state is State.CHANGING:
            shelf.sheet.retire()  # its writer died
        if shelf.sheet is None or shelf.sheet.state is State.REPLACED:
            shelf.sheet = _open(shelf.file, shelf.digest)
        return shelf.sheet

    def _merge(
        self, shelf: _Shelf, sheet: Sheet, put: Sequence[tuple[int, Vector]], remove: Sequence[int], revision: int
    ) -> None:
        """A change that finds no room: everything that lives is copied to where there is some."""
        entries, vectors = sheet.rows()
        gone = np.array([*remove, *(entry for entry, _ in put)], np.int64)
        kept = ~np.isin(entries, gone)
        new = {entry: vector for entry, vector in put if entry not in set(remove)}
        chunks = [vectors[kept], *([np.stack(list(new.values()))] if new else [])]
        self._replace(shelf, [entries[kept], np.array(list(new), np.int64)], chunks, revision)

    def _replace(self, shelf: _Shelf, entries: list[Entries], chunks: list[Vector], revision: int) -> None:
        numbers = np.concatenate([np.empty(0, np.int64), *entries])
        chunks = [chunk for chunk in chunks if len(chunk)]
        dim = chunks[0].shape[1] if chunks else 0
        capacity = capacity_for(len(numbers))
        with _new_memory(shelf.file, sheet_bytes(capacity, dim)) as memory:
            sheet = Sheet.create(memory, capacity=capacity, dim=dim, digest=shelf.digest)
            if (np.diff(numbers) <= 0).any():
                order = np.argsort(numbers)
                chunks, numbers = [np.concatenate(chunks)[order]], numbers[order]
            first = 0
            while chunks:
                chunk = chunks.pop(0)
                sheet.extend(numbers[first : first + len(chunk)], chunk)
                first += len(chunk)
            sheet.publish(revision)
        if shelf.sheet is not None:
            shelf.sheet.retire()
        shelf.sheet = sheet


@dataclass(slots=True)
class _Shelf:
    """What this process knows of one gallery.

    Attributes:
        digest: says whose gallery a file holds.
        lock: held by the thread that writes, before the file's lock.
    """

    digest: bytes
    file: Path | None
    sheet: Sheet | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)
    building: threading.Lock = field(default_factory=threading.Lock)


def remove_files(folder: Path) -> None:
    """Remove what an :class:`EmbeddedGallery` has left in its folder."""
    for file in folder.glob(f"*{SUFFIX}*"):
        file.unlink(missing_ok=True)


@contextmanager
def _file_lock(file: Path | None, suffix: str) -> Iterator[None]:
    """Keep other processes out; the system lets go when a process dies."""
    if file is None:
        yield
        return
    descriptor = os.open(file.with_name(file.name + suffix), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _open(file: Path | None, digest: bytes) -> Sheet | None:
    """What an earlier process left, or another one has made; what can't be used is removed."""
    if file is None:
        return None
    _unfinished(file).unlink(missing_ok=True)
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        memory = mmap.mmap(descriptor, 0) if os.fstat(descriptor).st_size else None
    finally:
        os.close(descriptor)
    sheet = None if memory is None else Sheet.open(memory, digest=digest)
    if sheet is None:
        file.unlink()
    return sheet


@contextmanager
def _new_memory(file: Path | None, size_bytes: int) -> Iterator[mmap.mmap]:
    """Zeroed memory; of a file that takes the name ``file`` once the block is left without an error."""
    if file is None:
        yield mmap.mmap(-1, size_bytes)
        return
    unfinished = _unfinished(file)
    descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        _reserve(descriptor, size_bytes)
        yield mmap.mmap(descriptor, size_bytes)
        unfinished.replace(file)
    finally:
        os.close(descriptor)
        unfinished.unlink(missing_ok=True)


def _reserve(descriptor: int, size_bytes: int) -> None:
    """Have the disk space, or fail now: writing to a map without it would end the process."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, size_bytes)
    else:
        os.truncate(descriptor, size_bytes)


def _unfinished(file: Path) -> Path:
    """Where a new file is made, by whoever holds the lock; of one that died there it is left."""
    return file.with_name(file.name + ".new")
