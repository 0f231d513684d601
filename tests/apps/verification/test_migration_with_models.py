"""A change of recogniser with real networks and people: enrolled under dlib, known under MobileFaceNet."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from frapi.apps.accounts.services import NewClient
from frapi.apps.templates.services import list_users
from frapi.apps.verification import consumers, services
from frapi.apps.verification.services import NewSession
from frapi.inference.local import LocalFrameAnalyzer
from frapi.inference.onnx import OnnxModelRunner
from frapi.simulation.script import LIVELY
from frapi.vision.equipment import Equipment
from frapi.vision.recognizers import DLIB, MOBILEFACENET
from tests import samples
from tests.apps.verification.conftest import db, new_authentication, new_enrollment, streaming

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("unhurried")]

BEFORE = Equipment(recognizer=DLIB)
WINDOW = Equipment(recognizer=MOBILEFACENET, previous=DLIB)
AFTER = Equipment(recognizer=MOBILEFACENET)


@pytest.fixture
def runner(tmp_path: Path) -> OnnxModelRunner:
    return samples.runner_with("mobilefacenet", folder=tmp_path)


class Server:
    """The one in this process, with other networks from time to time."""

    def __init__(self, runner: OnnxModelRunner, patch: pytest.MonkeyPatch) -> None:
        self._runner, self._patch = runner, patch

    def run_with(self, equipment: Equipment) -> None:
        analyzer = LocalFrameAnalyzer(self._runner, threads=2, equipment=equipment)
        for module in (consumers, services):
            self._patch.setattr(module, "get_analyzer", lambda: analyzer)


async def show(created: NewSession, portrait: str) -> bool:
    """Be the living person of a portrait; whether the session succeeded."""
    async with streaming(created.token) as socket:
        for number, jpeg in enumerate(samples.living(portrait, LIVELY * 3), 1):
            image = base64.b64encode(jpeg).decode()
            answer = await socket.ask({"type": "frame", "image": image, "timestamp_ms": number * 100})
            if answer["type"] not in {"frame_processed", "frame_rejected"}:
                return bool(answer.get("success"))
    raise AssertionError("the session goes on")


async def test_nobody_enrols_again(tenant: NewClient, runner: OnnxModelRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    server, client = Server(runner, monkeypatch), tenant.client

    def contract() -> str:
        return list_users(client.id).get(user_id="obama").contract

    server.run_with(BEFORE)
    assert await show(await db(new_enrollment)(client, "obama"), "obama.jpg")
    server.run_with(WINDOW)
    assert not await show(await db(new_authentication)(client, "obama"), "biden.jpg")
    assert await db(contract)() == DLIB.contract
    assert await show(await db(new_authentication)(client, "obama"), "obama2.jpg")
    assert await db(contract)() == MOBILEFACENET.contract
    server.run_with(AFTER)
    assert await show(await db(new_authentication)(client, "obama"), "obama.jpg")
    assert await show(await db(new_authentication)(client, None), "obama2.jpg")
    assert not await show(await db(new_authentication)(client, None), "biden.jpg")
