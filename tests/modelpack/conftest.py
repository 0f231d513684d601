"""What tests of the model pack share."""

from __future__ import annotations

from pathlib import Path

import pytest

from frapi.modelpack.index_settings import IndexSettings
from frapi.modelpack.transport import RetryPolicy


class Recorder:
    """A progress that remembers what it was told."""

    def __init__(self) -> None:
        self.labels: list[str] = []
        self.received_bytes = 0
        self.is_open = False
        self.notes: list[str] = []

    def begin(self, label: str, total_bytes: int) -> None:
        assert total_bytes > 0
        self.labels.append(label)
        self.is_open = True

    def advance(self, count_bytes: int) -> None:
        self.received_bytes += count_bytes

    def end(self) -> None:
        self.is_open = False

    def note(self, text: str) -> None:
        self.notes.append(text)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def pauses_s() -> list[float]:
    """How long the code under test wanted to wait; it never really does."""
    return []


@pytest.fixture
def retry(pauses_s: list[float]) -> RetryPolicy:
    return RetryPolicy(attempts=3, sleep=pauses_s.append)


@pytest.fixture
def offline() -> IndexSettings:
    """No index at all."""
    return IndexSettings(no_index=True)


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    return tmp_path / "models"
