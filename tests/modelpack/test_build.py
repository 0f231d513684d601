"""Building fills the cache, mends it, and leaves alone what is well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from frapi.errors import ArchiveUnavailable, ConversionError
from frapi.modelpack import build, registry
from frapi.modelpack.build import build_all, fetch_samples, verify
from frapi.modelpack.index_settings import IndexSettings
from frapi.modelpack.spec import Archive, ArchiveKind, BuiltFrom, Converter, InputSpec, Member, ModelSpec, OutputSpec
from frapi.modelpack.store import ModelState, ModelStore
from tests.modelpack.conftest import Recorder
from tests.modelpack.fake_index import FakeIndex, archive_of, make_sdist, make_wheel, member_of, serving

CONTENTS = {"a/one.tflite": b"first original", "a/two.tflite": b"second original", "b/three.dat": b"third original"}
WHEEL = make_wheel(CONTENTS)
SDIST = make_sdist(CONTENTS)
WHEEL_ARCHIVE = archive_of(WHEEL, "nets-1.0-py3-none-any.whl", ArchiveKind.WHEEL, "nets")
SDIST_ARCHIVE = archive_of(SDIST, "dats-1.0.tar.gz", ArchiveKind.SDIST, "dats")


def model(name: str, archive: Archive, path: str) -> ModelSpec:
    return ModelSpec(
        name=name,
        summary="",
        licence="",
        origin="",
        source=BuiltFrom(member_of(archive, path, CONTENTS[path]), Converter.TFLITE),
        inputs=(InputSpec("input", ("N", 3, 8, 8), ""),),
        outputs=(OutputSpec("output", ("N", 1), ""),),
    )


@pytest.fixture(autouse=True)
def small_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three models whose conversion is to mark them as converted."""
    specs = (
        model("one", WHEEL_ARCHIVE, "a/one.tflite"),
        model("two", WHEEL_ARCHIVE, "a/two.tflite"),
        model("three", SDIST_ARCHIVE, "b/three.dat"),
    )
    monkeypatch.setattr(registry, "MODELS", {spec.name: spec for spec in specs})
    samples: dict[str, Member] = {"who.jpg": member_of(SDIST_ARCHIVE, "a/two.tflite", CONTENTS["a/two.tflite"])}
    monkeypatch.setattr(registry, "SAMPLES", samples)
    monkeypatch.setattr(build, "convert", lambda content, spec: b"converted " + content)


@pytest.fixture
def index() -> Iterator[FakeIndex]:
    with serving(FakeIndex({WHEEL_ARCHIVE.filename: WHEEL, SDIST_ARCHIVE.filename: SDIST})) as running:
        yield running


@pytest.fixture
def settings(index: FakeIndex) -> IndexSettings:
    return IndexSettings(index_url=index.url)


def test_all_is_built_from_one_visit_to_each_archive(
    models_dir: Path, index: FakeIndex, settings: IndexSettings, recorder: Recorder
) -> None:
    store = ModelStore(models_dir)
    assert build_all(store, settings, recorder) == ["one", "two", "three"]
    assert store.read("two") == b"converted second original"
    assert store.read("three") == b"converted third original"
    assert [path for path, _ in index.requests if path.startswith("/simple")] == ["/simple/nets/", "/simple/dats/"]
    assert recorder.notes == ["Built one", "Built two", "Built three"]


def test_what_is_well_costs_nothing(models_dir: Path, settings: IndexSettings, offline: IndexSettings) -> None:
    store = ModelStore(models_dir)
    build_all(store, settings)
    assert build_all(store, offline) == []


@pytest.mark.parametrize("damage", ["flip", "truncate", "delete"])
def test_damage_is_mended(damage: str, models_dir: Path, settings: IndexSettings) -> None:
    store = ModelStore(models_dir)
    build_all(store, settings)
    path = store.path("two")
    match damage:
        case "flip":
            path.write_bytes(path.read_bytes()[::-1])
        case "truncate":
            path.write_bytes(path.read_bytes()[:5])
        case "delete":
            path.unlink()
    assert verify(store)["two"] is not ModelState.READY
    assert build_all(store, settings) == ["two"]
    assert set(verify(store).values()) == {ModelState.READY}


def test_interrupted_build_keeps_what_it_finished(models_dir: Path, index: FakeIndex, settings: IndexSettings) -> None:
    sdist = index.files.pop(SDIST_ARCHIVE.filename)
    store = ModelStore(models_dir)
    with pytest.raises(ArchiveUnavailable, match=r"dats-1\.0\.tar\.gz"):
        build_all(store, settings)
    assert store.has("one")
    assert store.has("two")
    index.files[SDIST_ARCHIVE.filename] = sdist
    assert build_all(store, settings) == ["three"]


def test_failed_conversion_leaves_nothing_behind(
    models_dir: Path, settings: IndexSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(content: bytes, spec: ModelSpec) -> bytes:
        raise ConversionError("unsupported operator")

    monkeypatch.setattr(build, "convert", fail)
    store = ModelStore(models_dir)
    with pytest.raises(ConversionError):
        build_all(store, settings)
    assert [path.name for path in models_dir.iterdir()] == [".lock"]


def test_samples_are_fetched_once_and_mended(models_dir: Path, settings: IndexSettings, offline: IndexSettings) -> None:
    store = ModelStore(models_dir)
    path = fetch_samples(store, settings)["who.jpg"]
    assert path.read_bytes() == CONTENTS["a/two.tflite"]
    assert fetch_samples(store, offline) == {"who.jpg": path}
    path.write_bytes(b"")
    fetch_samples(store, settings)
    assert path.read_bytes() == CONTENTS["a/two.tflite"]
