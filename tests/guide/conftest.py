"""One real server for the guide's clients and examples."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from frapi.simulation.script import LIVELY
from frapi.vision.types import ImageU8
from tests import clips, samples
from tests.guide import document
from tests.servers import Credentials, Stand, running
from tests.wire import check_clients

# Enough for every session here, and soon used up by the one that wants to see what happens then.
MAX_FRAMES = 150


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/guide/" in item.path.as_posix():
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(autouse=True)
def declared_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every message that the Python client receives is as the AsyncAPI document says."""
    check_clients(monkeypatch)


@pytest.fixture(scope="session")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    document.text()  # skips before a server is started for nothing
    with running(tmp_path_factory.mktemp("guide"), FRAPI_MAX_FRAMES=str(MAX_FRAMES)) as started:
        yield started


@pytest.fixture(scope="session")
def credentials(stand: Stand) -> Credentials:
    return stand.new_api_client("guide")


def person(fps: float) -> list[bytes]:
    """Frames of a person who blinks and turns, as JPEG: a recording where there is one, else an animated sample."""
    try:
        return list(clips.frames("latentsync_demo2_video.mp4", fps=fps, seconds=9))
    except pytest.skip.Exception:
        return list(samples.living("obama.jpg", LIVELY, fps=fps))


@pytest.fixture(scope="session")
def camera_frames() -> list[ImageU8]:
    """The person at 10 frames/s, as OpenCV reads a camera."""
    return [cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR) for jpeg in person(10.0)]
