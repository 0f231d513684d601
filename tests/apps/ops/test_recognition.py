"""A server starts only with recognisers that are there and whose similarities mean something."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from pytest_django import Settings

from config.asgi import start
from frapi.apps.accounts.services import NewClient
from frapi.apps.ops.recognition import demand_usable
from frapi.apps.templates.services import store_template
from frapi.liveness.calibration import CalibratedScale, Calibration, ImpostorTail, MatchScale
from frapi.modelpack.store import ModelStore
from frapi.vision.recognizers import DLIB, MOBILEFACENET, SFACE
from frapi.vision.types import Embedding

Choose = Callable[..., None]


@pytest.fixture
def choose(settings: Settings, tmp_path: Path) -> Choose:
    """Set settings over a cache into which some packs were pulled."""
    store = ModelStore(tmp_path)
    with store.locked():
        for name in ("mobilefacenet", "sface"):
            store.write(name, b"network")

    def choose(**changes: Any) -> None:
        settings.FRAPI = replace(settings.FRAPI, models_dir=tmp_path, **changes)

    choose()
    return choose


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"recognizer": "mobilefacenet"},
        {"recognizer": "dlib", "previous_recognizer": "mobilefacenet"},
        {"recognizer": "sface", "match_threshold": 0.4},
        {"recognizer": "dlib", "previous_recognizer": "sface", "previous_match_threshold": 0.4},
        {"recognizer": "arcface", "inference": "fake"},
    ],
)
def test_starts(chosen: dict[str, Any], choose: Choose) -> None:
    choose(**chosen)
    demand_usable()


@pytest.mark.parametrize(
    ("chosen", "complaint"),
    [
        ({"recognizer": "arcface"}, "^FRAPI_RECOGNIZER: Model arcface is missing; run: python manage.py models pull"),
        ({"detector": "yunet"}, "^FRAPI_DETECTOR: Model yunet is missing; run: python manage.py models pull yunet"),
        ({"recognizer": "sface"}, r"^FRAPI_MATCH_THRESHOLD: nothing is known about .* of sface \(.*\);.*calibrate"),
        (
            {"recognizer": "dlib", "previous_recognizer": "sface", "match_threshold": 0.9},
            "^FRAPI_PREVIOUS_MATCH_THRESHOLD: nothing is known about .* of sface",
        ),
    ],
)
async def test_refuses_to_start(chosen: dict[str, Any], complaint: str, choose: Choose) -> None:
    choose(**chosen)
    with pytest.raises(ImproperlyConfigured, match=complaint):
        demand_usable()
    with pytest.raises(CommandError, match=f"can't start: {complaint.removeprefix('^')}"):
        call_command("runserver", "127.0.0.1:1")
    with pytest.raises(ImproperlyConfigured, match=complaint):
        await start()


def test_a_calibration_of_ones_own_will_do(choose: Choose, settings: Settings) -> None:
    choose(recognizer="sface")
    scale = CalibratedScale(MatchScale(0.4, 0.3, 30.0), ImpostorTail(0.3, 1e-3, 0.03, -0.1), 1e-4, None)
    settings.FRAPI_CALIBRATION = Calibration({SFACE.contract: scale})
    demand_usable()


def health(client: Client) -> dict[str, Any]:
    check: dict[str, Any] = client.get("/health/").json()["checks"]["recognizer"]
    return check


@pytest.mark.django_db
def test_health_says_which_runs(client: Client, choose: Choose) -> None:
    assert health(client) == {"status": "ok", "using": "dlib"}
    choose(recognizer="mobilefacenet", previous_recognizer="dlib")
    assert health(client) == {"status": "ok", "using": "mobilefacenet, replacing templates of dlib"}
    choose(recognizer="arcface", previous_recognizer=None)
    assert health(client)["status"] == "error"
    assert health(client)["reason"].startswith("FRAPI_RECOGNIZER: Model arcface is missing")


class TestMigration:
    @pytest.fixture
    def enroll(self, api_client_pair: NewClient) -> Callable[[str], None]:
        def enroll(contract: str) -> None:
            embedding = Embedding(np.eye(1, 128, dtype=np.float32)[0], contract)
            number = uuid.uuid4()
            store_template(
                api_client_pair.client.id,
                f"user-{number}",
                embedding,
                sample_count=3,
                quality_score=0.9,
                enrollment_id=number,
            )

        return enroll

    def told(self, *words: str) -> str:
        out = StringIO()
        call_command("models", "migration", *words, stdout=out)
        return out.getvalue()

    def test_counts(self, choose: Choose, enroll: Callable[[str], None]) -> None:
        for contract in (MOBILEFACENET.contract, DLIB.contract, DLIB.contract, "older/1"):
            enroll(contract)
        choose(recognizer="mobilefacenet", previous_recognizer="dlib")
        lines = self.told().splitlines()
        assert lines[0] == "Recogniser: mobilefacenet, replacing templates of dlib"
        assert [line.split()[0] for line in lines[1:]] == ["1", "2", "1"]
        assert lines[2].endswith("replaced when their owners next authenticate")
        assert lines[3].endswith("can't be compared: their owners must enrol again")
        told = json.loads(self.told("--json"))
        assert (told["recognizer"], told["previous"], told["remaining"]) == ("mobilefacenet", "dlib", 2)
        assert told["enrolled"][1] == {
            "contract": DLIB.contract,
            "users": 2,
            "standing": "replaced when their owners next authenticate",
        }

    def test_says_when_the_window_can_be_closed(self, choose: Choose, enroll: Callable[[str], None]) -> None:
        enroll(MOBILEFACENET.contract)
        choose(recognizer="mobilefacenet", previous_recognizer="dlib")
        assert "FRAPI_PREVIOUS_RECOGNIZER can be unset" in self.told()

    def test_without_a_window(self, choose: Choose, enroll: Callable[[str], None]) -> None:
        enroll(MOBILEFACENET.contract)
        lines = self.told().splitlines()
        assert lines[0] == "Recogniser: dlib"
        assert lines[1].split()[:2] == ["0", DLIB.contract]
        assert lines[2].endswith("must enrol again")

    @pytest.mark.django_db
    def test_what_is_not_installed(self, choose: Choose) -> None:
        choose(recognizer="arcface")
        with pytest.raises(CommandError, match="FRAPI_RECOGNIZER: Model arcface is missing"):
            self.told()
