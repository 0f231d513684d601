"""What the command-line tester shows and exits with, where no server is needed."""

from __future__ import annotations

import sys

import pytest
from frapi_client import FrapiClientError, NotCompleted, ServerUnreachable, StreamClosed
from frapi_client.messages import parse_message

import test_websocket_auth as tester
from frapi.apps.reference.examples import SENT_BY_SERVER


def test_a_move_of_a_challenge_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    tester.LineDisplay().message(parse_message(SENT_BY_SERVER["challenge"]))
    assert "asked for, 1 of 3: Turn your head to your left and back" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (NotCompleted("The frames ended"), 1),
        (StreamClosed(1000), 1),
        (StreamClosed(4404), 2),
        (ServerUnreachable("No server answers"), 2),
    ],
)
def test_the_exit_status_tells_a_session_without_success_from_a_breakdown(
    problem: FrapiClientError, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def run(*_: object) -> bool:
        raise problem

    monkeypatch.setattr(tester, "run", run)
    monkeypatch.setattr(sys, "argv", ["tester", "key", "secret", "http://127.0.0.1:9", "enrollment", "user"])
    assert tester.main() == status
    assert str(problem) in capsys.readouterr().err
