"""Further packs come from a mirror or an address, unchanged, and only when their terms are accepted."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from frapi.errors import ArchiveUnavailable, DigestMismatch, ModelPackError
from frapi.modelpack import registry
from frapi.modelpack.index_settings import IndexSettings
from frapi.modelpack.pull import pull
from frapi.modelpack.spec import PulledFrom, PullPack
from frapi.modelpack.store import ModelState, ModelStore
from frapi.modelpack.transport import RetryPolicy
from tests.modelpack.conftest import Recorder
from tests.modelpack.fake_index import FakeIndex, serving

CONTENT = hashlib.shake_256(b"network").digest(300_000)
FILENAME = "net.onnx"


@pytest.fixture
def store(models_dir: Path) -> ModelStore:
    return ModelStore(models_dir)


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    (tmp_path / FILENAME).write_bytes(CONTENT)
    return tmp_path


def register(monkeypatch: pytest.MonkeyPatch, *, url: str | None = None, needs_acceptance: str = "") -> None:
    """A registry with one pack of one model, ``net``."""
    source = PulledFrom(FILENAME, hashlib.sha256(CONTENT).hexdigest(), len(CONTENT), url)
    spec = replace(registry.MODELS["yunet"], name="net", source=source)
    monkeypatch.setattr(registry, "MODELS", {"net": spec})
    monkeypatch.setattr(registry, "PACKS", {"net": PullPack("net", ("net",), needs_acceptance)})


def test_from_a_mirror(store: ModelStore, mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch)
    assert pull(store, "net", mirror_dir=mirror, settings=IndexSettings()) == ["net"]
    assert store.read("net") == CONTENT


def test_changed_file_in_a_mirror(store: ModelStore, mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch)
    (mirror / FILENAME).write_bytes(CONTENT[:-1])
    with pytest.raises(DigestMismatch, match=r"net\.onnx differs .* FRAPI_MODEL_MIRROR_DIR"):
        pull(store, "net", mirror_dir=mirror, settings=IndexSettings())
    assert not store.has("net")


@pytest.mark.parametrize("break_times", [0, 2])
def test_from_an_address(
    break_times: int,
    store: ModelStore,
    monkeypatch: pytest.MonkeyPatch,
    retry: RetryPolicy,
    recorder: Recorder,
) -> None:
    index = FakeIndex({FILENAME: CONTENT}, break_after_bytes=100_000, break_times=break_times)
    with serving(index):
        register(monkeypatch, url=index.url.replace("simple", f"files/{FILENAME}"))
        pull(store, "net", mirror_dir=None, settings=IndexSettings(), progress=recorder, retry=retry)
    assert store.read("net") == CONTENT
    assert recorder.received_bytes == len(CONTENT)


def test_an_endless_download_is_cut_off(store: ModelStore, monkeypatch: pytest.MonkeyPatch, retry: RetryPolicy) -> None:
    recorder = Recorder()
    with serving(FakeIndex({FILENAME: CONTENT * 20})) as index:
        register(monkeypatch, url=index.url.replace("simple", f"files/{FILENAME}"))
        with pytest.raises(DigestMismatch):
            pull(store, "net", mirror_dir=None, settings=IndexSettings(), progress=recorder, retry=retry)
    assert recorder.received_bytes < 2 * len(CONTENT)


def test_an_address_that_fails(store: ModelStore, monkeypatch: pytest.MonkeyPatch, retry: RetryPolicy) -> None:
    with serving(FakeIndex({FILENAME: CONTENT}, refuse=[404])) as index:
        register(monkeypatch, url=index.url.replace("simple", f"files/{FILENAME}"))
        with pytest.raises(ArchiveUnavailable, match=r"Can't get net\.onnx .*: HTTP 404\. .*FRAPI_MODEL_MIRROR_DIR"):
            pull(store, "net", mirror_dir=None, settings=IndexSettings(), retry=retry)


def test_no_mirror_and_no_address(store: ModelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch)
    with pytest.raises(ArchiveUnavailable, match="no mirror folder is set"):
        pull(store, "net", mirror_dir=None, settings=IndexSettings())
    with pytest.raises(ArchiveUnavailable, match=f"{tmp_path} lacks it"):
        pull(store, "net", mirror_dir=tmp_path, settings=IndexSettings())


def test_terms_must_be_accepted(store: ModelStore, mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, needs_acceptance="for research only")
    with pytest.raises(ModelPackError, match=r"for research only.*--accept-licence"):
        pull(store, "net", mirror_dir=mirror, settings=IndexSettings())
    assert not store.has("net")
    pull(store, "net", mirror_dir=mirror, settings=IndexSettings(), accept_licence=True)
    assert store.has("net")


def test_unknown_pack(store: ModelStore) -> None:
    with pytest.raises(ModelPackError, match="Unknown pack 'nobody'; known are minifasnet"):
        pull(store, "nobody", mirror_dir=None, settings=IndexSettings())


@pytest.mark.parametrize("pack", ["minifasnet", "yunet", "mobilefacenet"])
def test_the_real_packs(pack: str, store: ModelStore) -> None:
    mirror = Path(os.environ.get("FRAPI_DATA", "")) / "weights"
    if not os.environ.get("FRAPI_DATA") or not mirror.is_dir():
        pytest.skip("FRAPI_DATA names no folder with weights")
    onnxruntime = pytest.importorskip("onnxruntime")
    for name in pull(store, pack, mirror_dir=mirror, settings=IndexSettings(), accept_licence=True):
        assert store.check(name) is ModelState.READY
        session = onnxruntime.InferenceSession(store.read(name), providers=["CPUExecutionProvider"])
        spec = registry.MODELS[name]
        assert [(each.name, tuple(each.shape)) for each in session.get_inputs()] == [
            (each.name, each.shape) for each in spec.inputs
        ]
        assert [(each.name, tuple(each.shape)) for each in session.get_outputs()] == [
            (each.name, each.shape) for each in spec.outputs
        ]
