"""What the demo does when a step fails; that all of them succeed is shown end to end."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from frapi_client import ApiError, FrapiClientError, NotCompleted
from rich.console import Console

from frapi.apps.ops.demonstration import FPS, LIVELY_TIMES, Step, Tell
from frapi.apps.ops.management.commands.demo import Command
from frapi.simulation.script import LIVELY


class Client:
    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass


class Story:
    """One step that ends as it should between two that don't."""

    cleaned_up = False

    def __init__(self, error: FrapiClientError) -> None:
        self._error = error

    def steps(self) -> tuple[Step, ...]:
        return Step("first", self._fail), Step("second", self._succeed), Step("third", self._fail)

    async def clean_up(self) -> None:
        self.cleaned_up = True

    async def _fail(self, tell: Tell) -> tuple[bool, str]:
        raise self._error

    async def _succeed(self, tell: Tell) -> tuple[bool, str]:
        return True, "done"


@pytest.mark.parametrize("error", [NotCompleted("The frames ended"), ApiError("User not found", code=404)])
async def test_a_step_that_fails_is_told_and_the_others_follow(error: FrapiClientError) -> None:
    story: Any = Story(error)
    client: Any = Client()
    command = Command()
    shown = StringIO()
    command._console = Console(file=shown, highlight=False)
    assert await command._play(client, story, keep=False) == 2
    assert story.cleaned_up
    lines = shown.getvalue().splitlines()
    assert [line for line in lines if line[:1] in "✗✓"] == ["✗ first", "✓ second", "✗ third"]
    assert lines.count(f"  {error}") == 2


def test_a_person_acts_for_long_but_within_a_session_s_frames() -> None:
    frames = LIVELY.seconds * LIVELY_TIMES * FPS
    assert 400 < frames < settings.FRAPI.max_frames
