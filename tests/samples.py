"""The real models and the sample people, for tests that need them; built and fetched once, kept in the data folder."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import simplejpeg
from django.conf import settings

from frapi.errors import ModelPackError
from frapi.inference.onnx import OnnxModelRunner
from frapi.modelpack.build import build_all, fetch_samples
from frapi.modelpack.index_settings import IndexSettings
from frapi.modelpack.pull import pull
from frapi.modelpack.store import ModelStore
from frapi.simulation.person import animate, encode_jpeg
from frapi.simulation.portrait import seat_before_webcam
from frapi.simulation.script import Script
from frapi.vision.types import ImageU8, Landmarks


@functools.cache
def _store_and_portraits() -> tuple[ModelStore, dict[str, Path]] | str:
    """The model store and the portraits, or why there are none."""
    store = ModelStore(settings.FRAPI.models_dir)
    try:
        index = IndexSettings.from_pip_config(os.environ)
        build_all(store, index)
        return store, fetch_samples(store, index)
    except ModelPackError as error:
        return str(error)


def _available() -> tuple[ModelStore, dict[str, Path]]:
    found = _store_and_portraits()
    if not isinstance(found, str):
        return found
    if os.environ.get("CI"):
        pytest.fail(f"CI must have the model pack: {found}")
    pytest.skip(f"The model pack can't be built here: {found}")


def store() -> ModelStore:
    """The real models; skips the test where they can't be had."""
    return _available()[0]


@functools.cache
def runner() -> OnnxModelRunner:
    """Runs the real models; skips the test where they can't be had."""
    return OnnxModelRunner(store())


def runner_with(*packs: str, folder: Path) -> OnnxModelRunner:
    """Runs further packs too, from the data folder's weights; skips the test without them.

    Args:
        folder: an empty one, to install them in.
    """
    mirror = Path(os.environ.get("FRAPI_DATA", "")) / "weights"
    if not os.environ.get("FRAPI_DATA") or not mirror.is_dir():
        pytest.skip("FRAPI_DATA names no folder with weights")
    installed = ModelStore(folder)
    for pack in packs:
        pull(installed, pack, mirror_dir=mirror, settings=IndexSettings(), accept_licence=True)
    return OnnxModelRunner(_Layers(installed, store()))


class _Layers:
    """Models of one store, and of another what that lacks."""

    def __init__(self, upper: ModelStore, lower: ModelStore) -> None:
        self._upper, self._lower = upper, lower

    def has(self, name: str) -> bool:
        return self._upper.has(name) or self._lower.has(name)

    def read(self, name: str) -> bytes:
        return (self._upper if self._upper.has(name) else self._lower).read(name)


@functools.cache
def seated(name: str) -> tuple[ImageU8, Landmarks]:
    """A sample person before a webcam: ``obama.jpg``, ``obama2.jpg``, ``obama3.jpg`` or ``biden.jpg``."""
    _, portraits = _available()
    image = simplejpeg.decode_jpeg(portraits[name].read_bytes(), "RGB")
    return seat_before_webcam(image, runner())


def living(name: str, script: Script, *, fps: float = 10.0, seed: int = 1) -> Iterator[bytes]:
    """A sample person acting out ``script``, as JPEG."""
    for frame in animate(*seated(name), script, fps=fps, seed=seed):
        yield encode_jpeg(frame)
