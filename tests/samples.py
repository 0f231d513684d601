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
