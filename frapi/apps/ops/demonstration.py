"""The demo's story: sample people, animated, against a real server over real sockets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import numpy as np
import simplejpeg
from frapi_client import (
    Completed,
    FrameProcessed,
    FrameRejected,
    FrapiClient,
    Message,
    NotCompleted,
    Outcome,
    SessionTicket,
)

from frapi.simulation.person import animate, encode_jpeg
from frapi.simulation.portrait import seat_before_webcam
from frapi.simulation.script import LIVELY
from frapi.vision.ports import ModelRunner
from frapi.vision.types import ImageU8

FPS = 10.0
LIVELY_TIMES = 7
"""How often a person repeats what is asked for: within a session's usual frames, and long enough for a slow server."""
STILL_SECONDS = 6.0
"""A living person is done by then; a photo shall not be."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Step:
    """One scene.

    Attributes:
        title: what is tried.
        play: tries it; returns whether it ended as it should, and how it ended in words.
    """

    title: str
    play: Callable[[Tell], Awaitable[tuple[bool, str]]]


class Story:
    """The scenes, in order; later ones need the user whom the first one enrols.

    Args:
        portraits: name of a sample person's picture -> its file.
        user_id: under whom to enrol; erased by :meth:`clean_up`.
    """

    def __init__(
        self, client: FrapiClient, runner: ModelRunner, portraits: Mapping[str, Path], *, user_id: str
    ) -> None:
        self._client, self._runner, self._portraits, self._user_id = client, runner, portraits, user_id

    def steps(self) -> tuple[Step, ...]:
        return (
            Step(f"Enrol {self._user_id} (obama.jpg, animated)", self._enrol),
            Step("Verify him with another picture (obama2.jpg, animated)", self._verify),
            Step("Identify him out of all users (obama3.jpg, animated)", self._identify),
            Step("Another man claims to be him (biden.jpg, animated)", self._impostor),
            Step("A photo that doesn't move tries to enrol (obama.jpg, still)", self._photo),
        )

    async def clean_up(self) -> None:
        """Erase whom the story enrolled."""
        async for user in self._client.users():
            await self._client.erase(user["user_id"])

    async def _enrol(self, tell: Tell) -> tuple[bool, str]:
        ticket = await self._client.create_enrollment(self._user_id)
        outcome = await self._stream(ticket, self._living("obama.jpg"), tell)
        if not outcome.success:
            return False, outcome.completed.message
        return self._payload_of(outcome) == self._user_id, f"enrolled, {_counts(outcome)}, payload decrypted"

    async def _verify(self, tell: Tell) -> tuple[bool, str]:
        ticket = await self._client.create_authentication(self._user_id)
        outcome = await self._stream(ticket, self._living("obama2.jpg"), tell)
        return outcome.success and self._payload_of(outcome) == self._user_id, _recognition(outcome)

    async def _identify(self, tell: Tell) -> tuple[bool, str]:
        ticket = await self._client.create_authentication()
        outcome = await self._stream(ticket, self._living("obama3.jpg"), tell)
        return outcome.success and self._payload_of(outcome) == self._user_id, _recognition(outcome)

    async def _impostor(self, tell: Tell) -> tuple[bool, str]:
        ticket = await self._client.create_authentication(self._user_id)
        outcome = await self._stream(ticket, self._living("biden.jpg"), tell)
        return not outcome.success, _recognition(outcome)

    async def _photo(self, tell: Tell) -> tuple[bool, str]:
        ticket = await self._client.create_enrollment(f"{self._user_id}-photo")
        image_rgb, _ = seat_before_webcam(_read(self._portraits["obama.jpg"]), self._runner)
        frames = repeat(encode_jpeg(image_rgb), round(STILL_SECONDS * FPS))
        try:
            outcome = await self._stream(ticket, frames, tell)
        except NotCompleted:
            await self._client.cancel(ticket.session_token)
            return True, f"not enrolled in {STILL_SECONDS:.0f} seconds, session cancelled"
        return False, outcome.completed.message

    async def _stream(self, ticket: SessionTicket, frames: Iterator[bytes], tell: Tell) -> Outcome:
        return await self._client.run(ticket, frames, fps=FPS, on_message=lambda message: _report(message, tell))

    def _living(self, name: str) -> Iterator[bytes]:
        image_rgb, landmarks = seat_before_webcam(_read(self._portraits[name]), self._runner)
        return map(encode_jpeg, animate(image_rgb, landmarks, LIVELY * LIVELY_TIMES, fps=FPS, seed=1))

    def _payload_of(self, outcome: Outcome) -> str | None:
        """Whom the encrypted payload names."""
        encrypted = outcome.completed.encrypted_data
        return self._client.decrypt(encrypted)["user_id"] if encrypted else None


def _read(path: Path) -> ImageU8:
    return np.asarray(simplejpeg.decode_jpeg(path.read_bytes(), "RGB"), np.uint8)


def _report(message: Message, tell: Tell) -> None:
    if isinstance(message, FrameProcessed | FrameRejected):
        tell(message.message)


def _counts(outcome: Outcome) -> str:
    return f"{outcome.frames_sent} frames sent, {outcome.completed.frames_processed} accepted"


def _recognition(outcome: Outcome) -> str:
    completed: Completed = outcome.completed
    if completed.success and completed.confidence is not None:
        return f"recognised as {completed.user_id}, confidence {completed.confidence:.4f}, {_counts(outcome)}"
    return f"{completed.message}, {_counts(outcome)}"
