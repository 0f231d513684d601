"""The server dies in the middle of a session."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from frapi_client import ConnectionEstablished, FrameProcessed, Message

from frapi.simulation.script import LIVELY, rest, turn
from tests import samples
from tests.servers import Credentials, Stand

TURNED = rest(1.0) + turn(22) + rest(0.5) + turn(-22) + rest(0.5)


async def test_the_client_comes_back_and_the_session_completes(stand: Stand, credentials: Credentials):
    """Killed after a turn was counted; the blink, seen by the next process, completes the same session."""
    established: list[ConnectionEstablished] = []
    answers: list[FrameProcessed] = []

    def kill_in_between() -> Iterator[bytes]:
        """Runs between two frames, in the client's reading thread."""
        stand.server.kill()
        stand.server.start()
        yield from ()

    def listen(message: Message) -> None:
        if isinstance(message, ConnectionEstablished):
            established.append(message)
        elif isinstance(message, FrameProcessed):
            answers.append(message)

    frames = chain(
        samples.living("obama.jpg", TURNED),
        kill_in_between(),
        samples.living("obama.jpg", LIVELY, seed=2),
        samples.living("obama.jpg", LIVELY, seed=3),
    )
    async with stand.client(credentials) as client:
        ticket = await client.create_enrollment("survivor")
        outcome = await client.run(ticket, frames, on_message=listen)
        result = await client.session(ticket.session_token)
        assert outcome.success
        assert result["status"] == "completed"
        assert [user["user_id"] async for user in client.users()].count("survivor") == 1
        await client.erase("survivor")
    assert outcome.connections >= 2
    first, again = established[0], established[-1]
    assert not first.resumed
    assert again.resumed
    assert again.raw["motion_events"] >= 1
    assert again.raw["frames_processed"] >= 10
    # What was counted is never lost on the way.
    for counts in zip(*((each.frames_processed, each.motion_events) for each in answers), strict=True):
        assert list(counts) == sorted(counts)


async def test_a_server_that_is_stopped_hands_its_sessions_back(stand: Stand, credentials: Credentials):
    """An orderly end closes with 1001, and the log says nothing of an error."""
    answers: list[Message] = []

    def stop_in_between() -> Iterator[bytes]:
        stand.server.stop()
        stand.server.start()
        yield from ()

    frames = chain(
        samples.living("obama.jpg", rest(1.0)), stop_in_between(), samples.living("obama.jpg", LIVELY * 2, seed=2)
    )
    before = stand.log.stat().st_size
    async with stand.client(credentials) as client:
        outcome = await client.run(await client.create_enrollment("moved"), frames, on_message=answers.append)
        await client.erase("moved")
    assert outcome.success
    assert outcome.connections == 2
    assert b"Traceback" not in stand.log.read_bytes()[before:]
