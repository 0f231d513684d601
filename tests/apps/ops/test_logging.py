from __future__ import annotations

import io
import json
import logging
import secrets
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.conf import settings

from frapi.apps.ops import logging as ops_logging

API_KEY = "frapi_" + secrets.token_urlsafe(24)
TOKEN = "sess_" + secrets.token_urlsafe(32)
ACCESS_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
FRAME = "data:image/jpeg;base64,/9j/4AAQSkZJRgABAQAAAQABAAD/2wCEAAkGBwgHBgkICAgKCgk="
BARE_FRAME = FRAME.partition(",")[2]


@pytest.fixture(params=["json", "console"])
def output(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    ops_logging.configure({"level": "DEBUG", "format": request.param})
    yield stream
    monkeypatch.undo()
    ops_logging.configure(settings.LOGGING)


@pytest.mark.parametrize(
    "secret", [API_KEY, TOKEN, ACCESS_TOKEN, FRAME, BARE_FRAME], ids=["key", "token", "jwt", "frame", "bare frame"]
)
def test_no_secret_comes_through_whoever_logs_it(output: io.StringIO, secret: str) -> None:
    structlog.get_logger("ours").info("event", url=f"/ws/auth/process-image/{secret}/", nested={"a": [secret]})
    logging.getLogger("uvicorn.access").info('%s - "WebSocket /ws/%s/" [accepted]', "127.0.0.1", secret)
    logging.getLogger("django.request").warning("Not Found: %s", f"/{secret}")
    try:
        int(secret)
    except ValueError:
        logging.getLogger("library").exception("failed with %s", secret)
    written = output.getvalue()
    assert written.count("[redacted]") >= 6
    assert secret not in written
    assert secret[8:40] not in written


@pytest.mark.parametrize("name", ["api_secret", "image", "embedding", "authorization"])
def test_some_names_are_secret_whatever_they_hold(output: io.StringIO, name: str) -> None:
    structlog.get_logger("ours").info("event", **{name: "plainvalue", "other": "shown"})
    assert "plainvalue" not in output.getvalue()
    assert "shown" in output.getvalue()


def test_names_of_ours_are_no_secrets(output: io.StringIO) -> None:
    logging.getLogger("frapi.apps.ops").info("frapi_client 0.1 sess_short FRAPI_HOME /health/")
    assert "frapi_client 0.1 sess_short FRAPI_HOME /health/" in output.getvalue()


def test_libraries_that_print_the_wire_are_kept_from_it(output: io.StringIO) -> None:
    for name in ("uvicorn.error", "websockets.server", "django.db.backends"):
        logging.getLogger(name).debug("wire")
    assert "wire" not in output.getvalue()


def test_json_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    ops_logging.configure({"level": "INFO", "format": "json"})
    structlog.get_logger("ours").info("session_ended", frames=3, session=object)
    logging.getLogger("theirs").warning("careful\nnow")
    logging.getLogger("theirs").debug("too quiet")
    monkeypatch.undo()
    ops_logging.configure(settings.LOGGING)
    ours, theirs = (json.loads(line) for line in stream.getvalue().splitlines())
    assert pick(ours) == {"message": "session_ended", "level": "info", "logger": "ours"}
    assert ours["frames"] == 3
    assert pick(theirs) == {"message": "careful\nnow", "level": "warning", "logger": "theirs"}


def test_there_is_one_handler() -> None:
    handlers = [handler for handler in logging.getLogger().handlers if "ops" in type(handler.formatter).__module__]
    assert len(handlers) == 1
    for name in ("django", "django.server", "django.request", "uvicorn", "uvicorn.access", "uvicorn.error"):
        assert not logging.getLogger(name).handlers
        assert logging.getLogger(name).propagate


def pick(record: dict[str, Any]) -> dict[str, Any]:
    return {name: record[name] for name in ("message", "level", "logger")}


@pytest.mark.parametrize("terminal", [True, False])
def test_a_commands_own_words_stand_alone(output: io.StringIO, monkeypatch: pytest.MonkeyPatch, terminal: bool) -> None:
    errors = io.StringIO()
    monkeypatch.setattr(errors, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stderr", errors)
    ops_logging.log_to_stderr()
    logger = structlog.get_logger("ours")
    logger.info("enrolled_somebody")
    logger.warning("something_odd")
    assert output.getvalue() == ""
    assert "something_odd" in errors.getvalue()
    assert ("enrolled_somebody" in errors.getvalue()) is not terminal
