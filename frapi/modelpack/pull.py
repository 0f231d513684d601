"""Installs further packs, on request."""

from __future__ import annotations

import hashlib
from pathlib import Path

from frapi.errors import ArchiveUnavailable, DigestMismatch, ModelPackError
from frapi.modelpack import registry
from frapi.modelpack.index import shown
from frapi.modelpack.index_settings import IndexSettings
from frapi.modelpack.progress import Progress, SilentProgress
from frapi.modelpack.spec import PulledFrom, Supplied
from frapi.modelpack.store import ModelStore
from frapi.modelpack.transport import HttpFile, RetryPolicy, TransportError, open_session

_REMEDY = "Put the file into a folder and name that in FRAPI_MODEL_MIRROR_DIR."


def pull(
    store: ModelStore,
    pack_name: str,
    *,
    mirror_dir: Path | None,
    settings: IndexSettings,
    accept_licence: bool = False,
    progress: Progress | None = None,
    retry: RetryPolicy | None = None,
) -> list[str]:
    """Install a pack, from the mirror folder where it has it, else from its address.

    Args:
        store: the cache.
        pack_name: one of the registry's packs.
        mirror_dir: folder of files under their original names, or None.
        settings: certificates, proxy and patience for a download.
        accept_licence: the person has accepted the pack's terms.
        progress: told about downloads.
        retry: when to give up.
    Returns:
        The names of the models installed.
    Raises:
        ModelPackError: there is no such pack, or its terms must be accepted first.
        ArchiveUnavailable: neither the folder nor an address has a file.
        DigestMismatch: a file has other content than pinned.
    """
    pack = registry.pack(pack_name)
    if any(isinstance(registry.model(name).source, Supplied) for name in pack.models):
        raise ModelPackError(f"{pack_name} takes a network of your own: name it with --file, its digest with --sha256")
    pack.demand_acceptance(accepted=accept_licence)
    fetched: dict[str, bytes] = {}
    for name in pack.models:
        source = registry.model(name).source
        if isinstance(source, PulledFrom):
            mirrored = mirror_dir / source.filename if mirror_dir else None
            if mirrored is not None and mirrored.is_file():
                content = mirrored.read_bytes()
            else:
                content = _download(source, mirror_dir, settings, progress or SilentProgress(), retry or RetryPolicy())
            fetched[name] = _checked(source, content)
    with store.locked():
        for name, content in fetched.items():
            store.write(name, content)
    return list(fetched)


def _download(
    source: PulledFrom, mirror_dir: Path | None, settings: IndexSettings, progress: Progress, retry: RetryPolicy
) -> bytes:
    if source.url is None:
        where = f"{mirror_dir} lacks it" if mirror_dir else "no mirror folder is set"
        raise ArchiveUnavailable(f"Can't get {source.filename}: it has no public address, and {where}. {_REMEDY}")
    content = bytearray()
    progress.begin(source.filename, source.size_bytes)
    try:
        with open_session(settings) as session:
            file = HttpFile(session, source.url, timeout_s=settings.timeout_s, retry=retry, on_bytes=progress.advance)
            for chunk in file.chunks():
                content += chunk
                # Whatever is longer than pinned is another file, and may have no end.
                if len(content) > source.size_bytes:
                    break
    except TransportError as error:
        raise ArchiveUnavailable(
            f"Can't get {source.filename} from {shown(source.url)}: {error.reason}. {_REMEDY}"
        ) from error
    finally:
        progress.end()
    return bytes(content)


def _checked(source: PulledFrom, content: bytes) -> bytes:
    if hashlib.sha256(content).hexdigest() != source.sha256:
        raise DigestMismatch(f"{source.filename} differs from its pinned digest. {_REMEDY}")
    return content
