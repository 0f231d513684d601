"""The cache notices whatever isn't as it was written."""

from __future__ import annotations

import fcntl
import json
import multiprocessing
from pathlib import Path

import pytest

from frapi.errors import ModelMissing, ModelPackError
from frapi.modelpack import registry
from frapi.modelpack import store as store_module
from frapi.modelpack.spec import ShippedWith
from frapi.modelpack.store import ModelState, ModelStore, write_atomically

NAME = "face_mesh"
CONTENT = b"a network" * 1000


@pytest.fixture
def store(models_dir: Path) -> ModelStore:
    filled = ModelStore(models_dir)
    with filled.locked():
        filled.write(NAME, CONTENT)
    return filled


def test_what_was_written_is_read(store: ModelStore) -> None:
    assert store.has(NAME)
    assert store.read(NAME) == CONTENT
    assert store.path(NAME).read_bytes() == CONTENT
    assert store.check(NAME) is ModelState.READY
    assert store.status()[NAME] is ModelState.READY
    # Readable for another user, who may run the server.
    assert store.path(NAME).stat().st_mode & 0o777 == 0o644


def cached_states(store: ModelStore) -> set[ModelState]:
    """Of all models but those that the package ships."""
    shipped = {name for name, spec in registry.MODELS.items() if isinstance(spec.source, ShippedWith)}
    return {state for name, state in store.status().items() if name not in shipped}


def test_an_empty_cache_says_what_to_run(models_dir: Path) -> None:
    store = ModelStore(models_dir)
    assert cached_states(store) == {ModelState.MISSING}
    with pytest.raises(ModelMissing, match=r"face_mesh is missing; run: python manage\.py models build"):
        store.path(NAME)
    with pytest.raises(ModelMissing, match=r"yunet is missing; run: python manage\.py models pull yunet"):
        store.read("yunet")


def test_unknown_name_is_an_error_of_the_caller(store: ModelStore) -> None:
    with pytest.raises(ModelPackError, match="Unknown model 'face_mash'"):
        store.has("face_mash")


def test_half_written_file_is_noticed_at_once(store: ModelStore) -> None:
    path = store.path(NAME)
    path.write_bytes(CONTENT[: len(CONTENT) // 2])
    assert not store.has(NAME)
    assert store.status()[NAME] is ModelState.CORRUPT
    with pytest.raises(ModelMissing, match="corrupt"):
        store.path(NAME)


def test_flipped_bit_is_noticed_when_read(store: ModelStore) -> None:
    changed = bytearray(CONTENT)
    changed[4000] ^= 1
    store.path(NAME).write_bytes(changed)
    assert store.has(NAME)
    assert store.check(NAME) is ModelState.CORRUPT
    with pytest.raises(ModelMissing, match="corrupt"):
        store.read(NAME)


def test_deleted_file_is_missing(store: ModelStore) -> None:
    store.path(NAME).unlink()
    assert store.check(NAME) is ModelState.MISSING


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"schema": 1}', b'{"schema": 1, "models": {"face_mesh": {}}}'])
def test_damaged_manifest_counts_as_empty(damage: bytes, store: ModelStore) -> None:
    (store.models_dir / "manifest.json").write_bytes(damage)
    assert cached_states(store) == {ModelState.MISSING}


def test_newer_manifest_is_left_to_newer_versions(store: ModelStore) -> None:
    manifest = store.models_dir / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text("utf-8")), "schema": 2}), "utf-8")
    assert store.status()[NAME] is ModelState.MISSING


def test_new_converter_makes_old_files_outdated(store: ModelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    old = store.path(NAME)
    monkeypatch.setattr(store_module, "converter_version", lambda converter: 1000)
    assert store.check(NAME) is ModelState.OUTDATED
    with pytest.raises(ModelMissing, match="outdated"):
        store.path(NAME)
    with store.locked():
        new = store.write(NAME, b"newer")
    assert new != old
    assert not old.exists()
    assert store.read(NAME) == b"newer"


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")

    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def _hold(models_dir: Path, locked: object, release: object) -> None:
    with ModelStore(models_dir).locked():
        locked.set()  # type: ignore[attr-defined]
        release.wait(30)  # type: ignore[attr-defined]


def test_two_processes_never_write_at_once(models_dir: Path) -> None:
    context = multiprocessing.get_context("spawn")
    locked, release = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(models_dir, locked, release))
    other.start()
    try:
        assert locked.wait(30)
        with pytest.raises(BlockingIOError):
            _try_to_lock(models_dir)
    finally:
        release.set()
        other.join()
    _try_to_lock(models_dir)


def _try_to_lock(models_dir: Path) -> None:
    with (models_dir / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_cache_that_can_not_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for models_dir in (tmp_path / "file", tmp_path / "file" / "models", Path("/proc/nope")):
        store = ModelStore(models_dir)
        with pytest.raises(ModelPackError, match=f"FRAPI_MODELS_DIR: {models_dir} can't be made"), store.locked():
            pass
        assert store.status()["face_detector"] is ModelState.MISSING
