"""The guide's Python: its complete client as it stands there, and its way to read the payload."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import cv2
import pytest
import websockets

from frapi.vision.types import ImageU8
from tests.guide import document
from tests.servers import Credentials, Stand
from tests.wire import assert_declared


class FakeCamera:
    """All that replaces something of the client's: ``cv2.VideoCapture``, playing frames."""

    frames: Iterator[ImageU8]

    def __init__(self, index: int) -> None:
        assert index == 0

    def read(self) -> tuple[bool, ImageU8]:
        return True, next(type(self).frames)

    def release(self) -> None:
        pass


@pytest.fixture
def overheard(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the client receives, written down as it passes."""
    messages: list[dict[str, Any]] = []
    connect = websockets.connect

    async def overhearing(url: str) -> Any:
        connection = await connect(url)
        receive = connection.recv

        async def recv(*arguments: Any) -> Any:
            text = await receive(*arguments)
            messages.append(json.loads(text))
            return text

        connection.recv = recv
        return connection

    monkeypatch.setattr(websockets, "connect", overhearing)
    return messages


def client_code(credentials: Credentials, url: str) -> str:
    """The client, with the reader's own three values in place of the guide's."""
    code = document.block("python", under="Complete Python Client").code
    for placeholder, value in (
        ("frapi_xxxx", credentials.api_key),
        ("your_secret", credentials.api_secret),
        ("https://api.example.com", url),
    ):
        assert code.count(f'"{placeholder}"') == 1
        code = code.replace(f'"{placeholder}"', repr(value))
    return code


def test_the_client_enrols_and_the_payload_is_read(
    stand: Stand,
    credentials: Credentials,
    camera_frames: list[ImageU8],
    overheard: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    FakeCamera.frames = cycle(camera_frames)
    monkeypatch.setattr(cv2, "VideoCapture", FakeCamera)
    exec(compile(client_code(credentials, stand.url), "guide.py", "exec"), {"__name__": "__main__"})  # noqa: S102
    printed = capsys.readouterr().out
    assert "Received: connection_established" in printed
    assert "Received: enrollment_complete" in printed
    for message in overheard:
        assert_declared(message)
    completed = overheard[-1]
    assert (completed["type"], completed["success"]) == ("enrollment_complete", True)
    # At the guide's own pace nothing is refused.
    assert {message["type"] for message in overheard} == {
        "connection_established",
        "frame_processed",
        "enrollment_complete",
    }
    payload = decrypt(completed["encrypted_data"]["encrypted_payload"], credentials.api_key, capsys)
    assert payload["id"] == completed["enrollment_id"]
    assert payload["user_id"] == "user123"


def decrypt(encrypted_payload: str, api_key: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Run the guide's decryption, its usage included."""
    code = document.block("python", caption="Decryption (Python)").code
    scope: dict[str, Any] = {"json": json, "encrypted_payload": encrypted_payload, "api_key": api_key}
    exec(compile(code, "guide.py", "exec"), scope)  # noqa: S102
    printed = capsys.readouterr().out
    payload: dict[str, Any] = scope["decrypted"]
    assert payload["id"] in printed
    assert str(payload["timestamp"]) in printed
    return payload
