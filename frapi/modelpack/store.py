"""The cache of models on disk.

::

    <models_dir>/
        manifest.json               what is there: file, digest, size, origin
        <name>-<short key>.onnx     the key changes with the original and with the converter
        .lock                       held by whoever builds

A file counts only once the manifest lists it, and the manifest is replaced as a whole after the file is safely on disk:
whatever is interrupted leaves the old state. :meth:`ModelStore.path` believes the manifest and the file's size, which
costs nothing; :meth:`ModelStore.read` and :meth:`ModelStore.check` compare the digest. Models that the package ships
lie beside the code, and are looked at as if the manifest listed them.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from frapi.errors import ModelMissing, ModelPackError
from frapi.modelpack import registry
from frapi.modelpack.conversion import converter_version
from frapi.modelpack.spec import BuiltFrom, ModelSpec, ShippedWith, Supplied

_MANIFEST = "manifest.json"
_MANIFEST_SCHEMA = 1
_KEY_LENGTH = 12
# Models that are part of the package; they need no building, and no cache.
SHIPPED_DIR = Path(__file__).parent / "shipped"


class ModelState(StrEnum):
    """How a model stands in the cache."""

    READY = "ready"
    MISSING = "missing"
    OUTDATED = "outdated"
    CORRUPT = "corrupt"


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """A model that was put into the cache.

    Attributes:
        file: its name in the folder.
        key: identity of its original and converter; of a model that the operator gave, the digest of his file.
        sha256: digest of the file.
        size_bytes: its size.
    """

    file: str
    key: str
    sha256: str
    size_bytes: int


def model_key(spec: ModelSpec) -> str:
    """What the file of a model is made of; changes when a rebuild is due. Empty where only the operator knows."""
    source = spec.source
    if isinstance(source, Supplied):
        return ""
    if isinstance(source, BuiltFrom):
        made_of = f"{source.member.sha256} {source.converter} {converter_version(source.converter)}"
    else:
        made_of = source.sha256
    return hashlib.sha256(made_of.encode()).hexdigest()


class ModelStore:
    """A cache folder. Many may read while one writes."""

    def __init__(self, models_dir: Path) -> None:
        self.models_dir = models_dir

    def path(self, name: str) -> Path:
        """The file of a model.

        Raises:
            ModelMissing: it isn't there, or it is outdated or of the wrong size.
        """
        return self.models_dir / self._ready(name).file

    def has(self, name: str) -> bool:
        """Whether :meth:`path` would find a model."""
        return self._quick_state(name, self._installed()) is ModelState.READY

    def read(self, name: str) -> bytes:
        """The content of a model, checked against the digest of what was once written.

        Raises:
            ModelMissing: as :meth:`path`, or the file has other content than was written.
        """
        entry = self._ready(name)
        content = (self.models_dir / entry.file).read_bytes()
        if hashlib.sha256(content).hexdigest() != entry.sha256:
            raise _missing(name, ModelState.CORRUPT)
        return content

    def status(self) -> dict[str, ModelState]:
        """Every model of the registry, by sizes only."""
        manifest = self._installed()
        return {name: self._quick_state(name, manifest) for name in registry.MODELS}

    def check(self, name: str) -> ModelState:
        """How a model stands, by its digest."""
        state = self._quick_state(name, self._installed())
        if state is ModelState.READY:
            try:
                self.read(name)
            except ModelMissing:
                return ModelState.CORRUPT
        return state

    def digest(self, name: str) -> str:
        """Of the file that the operator gave for a model.

        Raises:
            ModelMissing: as :meth:`path`.
        """
        return self._ready(name).key

    def write(self, name: str, content: bytes, *, supplied_sha256: str = "") -> Path:
        """Put a model into the cache, in place of an older one. Hold :meth:`locked`.

        Args:
            supplied_sha256: digest of the operator's file, for a model that he gave.
        """
        key = model_key(registry.model(name)) or supplied_sha256
        manifest = self._manifest()
        file = f"{name}-{key[:_KEY_LENGTH]}.onnx"
        entry = ManifestEntry(file, key, hashlib.sha256(content).hexdigest(), len(content))
        write_atomically(self.models_dir / file, content)
        older = manifest.get(name)
        manifest[name] = entry
        document = {"schema": _MANIFEST_SCHEMA, "models": {name: asdict(entry) for name, entry in manifest.items()}}
        write_atomically(self.models_dir / _MANIFEST, json.dumps(document, indent=2).encode())
        if older is not None and older.file != file:
            (self.models_dir / older.file).unlink(missing_ok=True)
        return self.models_dir / file

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the cache for writing; waits for another process that does.

        Raises:
            ModelPackError: the cache can't be made or written.
        """
        try:
            self.models_dir.mkdir(parents=True, exist_ok=True)
            lock = (self.models_dir / ".lock").open("w")
        except OSError as error:
            raise ModelPackError(
                f"FRAPI_MODELS_DIR: {self.models_dir} can't be made or written ({error.strerror})"
            ) from None
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _ready(self, name: str) -> ManifestEntry:
        manifest = self._installed()
        state = self._quick_state(name, manifest)
        if state is not ModelState.READY:
            raise _missing(name, state)
        return manifest[name]

    def _quick_state(self, name: str, manifest: dict[str, ManifestEntry]) -> ModelState:
        spec = registry.model(name)
        entry = manifest.get(name)
        if entry is None:
            return ModelState.MISSING
        if model_key(spec) not in {"", entry.key}:
            return ModelState.OUTDATED
        try:
            size_bytes = (self.models_dir / entry.file).stat().st_size
        except FileNotFoundError:
            return ModelState.MISSING
        return ModelState.READY if size_bytes == entry.size_bytes else ModelState.CORRUPT

    def _installed(self) -> dict[str, ManifestEntry]:
        """What the manifest lists, and what the package ships."""
        return {**self._manifest(), **_shipped()}

    def _manifest(self) -> dict[str, ManifestEntry]:
        """What the manifest lists; nothing when it is absent or damaged, so that all is built anew."""
        try:
            document = json.loads((self.models_dir / _MANIFEST).read_bytes())
            if document["schema"] != _MANIFEST_SCHEMA:
                return {}
            return {name: ManifestEntry(**entry) for name, entry in document["models"].items()}
        except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError, AttributeError):
            return {}


def _shipped() -> dict[str, ManifestEntry]:
    """The package's own files; an absolute path stays itself when joined to the cache folder."""
    return {
        name: ManifestEntry(
            str(SHIPPED_DIR / spec.source.filename), model_key(spec), spec.source.sha256, spec.source.size_bytes
        )
        for name, spec in registry.MODELS.items()
        if isinstance(spec.source, ShippedWith)
    }


def _missing(name: str, state: ModelState) -> ModelMissing:
    if isinstance(registry.model(name).source, ShippedWith):
        return ModelMissing(f"Model {name} is {state}; it is part of frapi: install frapi again")
    pack = next((pack.name for pack in registry.PACKS.values() if name in pack.models), None)
    remedy = f"pull {pack}" if pack else "build"
    if isinstance(registry.model(name).source, Supplied):
        remedy += " --file FILE --sha256 DIGEST"
    return ModelMissing(f"Model {name} is {state}; run: python manage.py models {remedy}")


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file so that it is never seen half-written, not even after a power cut."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            # A cache may be shared; nothing in it is secret.
            os.fchmod(file.fileno(), 0o644)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
