#!/usr/bin/env python3
"""Enrol or authenticate from the command line, against any frapi server: its camera test, and an example of its client.

    python test_websocket_auth.py KEY SECRET URL enrollment USER
    python test_websocket_auth.py KEY SECRET URL authentication [USER]

Exit status: 0 when enrolled or authenticated, 1 when the session ended without, 2 when something is broken.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

try:
    import frapi_client
except ModuleNotFoundError:
    # Run from a checkout, nothing installed but requirements/run.txt.
    sys.path.insert(0, str(Path(__file__).resolve().parent / "clients" / "python" / "src"))
    import frapi_client
from frapi_client import (
    Challenge,
    Completed,
    ErrorMessage,
    FrameProcessed,
    FrameRejected,
    FrapiClient,
    FrapiClientError,
    Message,
    NotCompleted,
    Outcome,
    SessionTicket,
    StreamClosed,
)

FINISHED = 1000  # how a session closes that has failed, as when a challenge wasn't met

# What is never printed: who reads a terminal or a log must not be able to use it.
SECRET_FIELDS = {"session_token", "encrypted_data", "websocket_url"}


def main() -> int:
    options = parse_arguments()
    os.environ.setdefault("OPENCV_LOG_LEVEL", "ERROR")  # a camera that isn't there is told in our own line
    display = JsonDisplay() if options.json else LineDisplay()
    try:
        return 0 if asyncio.run(run(options, display)) else 1
    except NotCompleted as error:
        display.failure(error)
        return 1
    except FrapiClientError as error:
        display.failure(error)
        return 1 if isinstance(error, StreamClosed) and error.code == FINISHED else 2
    except KeyboardInterrupt:
        return 130


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Enrol or authenticate a person with a frapi server.")
    parser.add_argument("key", metavar="KEY", help="API key, frapi_…")
    parser.add_argument("secret", metavar="SECRET", help="API secret")
    parser.add_argument("url", metavar="URL", help="address of the server, such as http://127.0.0.1:8000")
    parser.add_argument("flow", choices=["enrollment", "authentication"])
    parser.add_argument("user", metavar="USER", nargs="?", help="who; authentication without it identifies")
    parser.add_argument("--source", default="0", help="camera index, video, picture or folder of pictures (default: 0)")
    parser.add_argument("--fps", type=positive, default=10.0, help="frames per second (default: 10)")
    parser.add_argument("--loop", action=argparse.BooleanOptionalAction, default=False, help="start a recording again")
    parser.add_argument("--binary", action="store_true", help="send frames as binary messages instead of JSON")
    parser.add_argument(
        "--no-liveness", action="store_true", help="authentication only; the API client must be granted it"
    )
    parser.add_argument("--json", action="store_true", help="print each message as one line of JSON")
    options = parser.parse_args()
    if options.flow == "enrollment" and options.user is None:
        parser.error("enrollment needs a USER")
    if options.flow == "enrollment" and options.no_liveness:
        parser.error("--no-liveness is for authentication")
    return options


def positive(text: str) -> float:
    value = float(text)
    if value <= 0:
        raise ValueError
    return value


async def run(options: argparse.Namespace, display: Display) -> bool:
    # The source first: no session is created for a camera that isn't there.
    source = frapi_client.open_source(options.source, fps=options.fps, loop=options.loop)
    async with FrapiClient(options.url, options.key, options.secret) as client:
        ticket = await create_session(client, options)
        display.started(ticket)
        outcome = await client.run(ticket, source, fps=options.fps, binary=options.binary, on_message=display.message)
        payload = client.decrypt(outcome.completed.encrypted_data) if outcome.completed.encrypted_data else None
        display.finished(ticket, outcome, payload)
        return outcome.success


async def create_session(client: FrapiClient, options: argparse.Namespace) -> SessionTicket:
    if options.flow == "enrollment":
        return await client.create_enrollment(options.user)
    return await client.create_authentication(options.user, require_liveness=not options.no_liveness)


class Display:
    """What a run shows."""

    def started(self, ticket: SessionTicket) -> None: ...

    def message(self, message: Message) -> None: ...

    def finished(self, ticket: SessionTicket, outcome: Outcome, payload: Mapping[str, Any] | None) -> None: ...

    def failure(self, error: FrapiClientError) -> None: ...


class JsonDisplay(Display):
    """One JSON object a line, for programs."""

    def message(self, message: Message) -> None:
        self._print({key: value for key, value in message.raw.items() if key not in SECRET_FIELDS})

    def finished(self, ticket: SessionTicket, outcome: Outcome, payload: Mapping[str, Any] | None) -> None:
        self._print(
            {
                "type": "outcome",
                "success": outcome.success,
                "session_type": ticket.session_type,
                "user_id": payload["user_id"] if payload else None,
                "confidence": outcome.completed.confidence,
                "payload_decrypted": payload is not None,
                "frames_sent": outcome.frames_sent,
                "connections": outcome.connections,
            }
        )

    def failure(self, error: FrapiClientError) -> None:
        self._print({"type": "failure", "error": type(error).__name__, "message": str(error)})

    def _print(self, document: Mapping[str, Any]) -> None:
        print(json.dumps(document, ensure_ascii=False), flush=True)


class LineDisplay(Display):
    """A line that is kept up to date where there is a terminal, and printed when it changes where there is none."""

    def __init__(self) -> None:
        self._live = sys.stdout.isatty()
        self._last = ""
        self._frames = 0

    def started(self, ticket: SessionTicket) -> None:
        print(
            f"Session created ({ticket.session_type}), expires {ticket.expires_at:%H:%M:%S} UTC. Look into the camera."
        )

    def message(self, message: Message) -> None:
        if isinstance(message, FrameProcessed):
            self._frames += 1
            self._line(
                f"quality {message.quality_score:.2f} · frames {message.frames_processed}/{message.target_frames}"
                f" · blinks {message.blinks_detected}/{message.blinks_required}"
                f" · motion {message.motion_events}/{message.motion_required} · {hint(message.instruction)}"
            )
        elif isinstance(message, FrameRejected):
            self._frames += 1
            found = ", ".join(f"{name} {confidence:.2f}" for name, confidence in message.obstacles.items())
            self._line(f"rejected: {found} · {hint(message.instruction)}")
        elif isinstance(message, ErrorMessage):
            self._line(f"the server says: {message.error} [{message.code}]")
        elif isinstance(message, Challenge):
            self._line(f"asked for, {message.index + 1} of {message.total}: {message.message}")
        elif not isinstance(message, Completed):
            self._line("connected")

    def finished(self, ticket: SessionTicket, outcome: Outcome, payload: Mapping[str, Any] | None) -> None:
        self._end_line()
        done = {"enrollment": "Enrolled", "verification": "Verified", "identification": "Identified"}
        if outcome.success and payload:
            who, confidence = payload["user_id"], outcome.completed.confidence
            sure = f" with confidence {confidence:.4f}" if confidence is not None else ""
            print(f"{done[ticket.session_type]}: {who}{sure}, after {outcome.frames_sent} frames.")
            print("Payload decrypted, its MAC is right.")
        else:
            print(f"Not successful: {outcome.completed.message} (after {outcome.frames_sent} frames)")

    def failure(self, error: FrapiClientError) -> None:
        self._end_line()
        print(f"Error: {error}", file=sys.stderr)

    def _line(self, text: str) -> None:
        if self._live:
            print(f"\r\x1b[Kframe {self._frames} · {text}", end="", flush=True)
        elif text != self._last:
            print(f"frame {self._frames} · {text}", flush=True)
        self._last = text

    def _end_line(self) -> None:
        if self._live and self._last:
            print()


def hint(instruction: str) -> str:
    return "go on" if instruction == "none" else instruction.replace("_", " ")


if __name__ == "__main__":
    sys.exit(main())
