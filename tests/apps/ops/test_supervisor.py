"""Several server processes behind one address, as the operator starts, stops and kills them."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.servers import Stand

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks its processes up under /proc"),
]

WORKERS = 2


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    stand = Stand(tmp_path, FRAPI_INFERENCE="fake", FRAPI_WORKERS=str(WORKERS))
    stand.manage("migrate", "--verbosity", "0")
    with stand.server:
        yield stand


def workers_of(stand: Stand) -> set[int]:
    pid = stand.server.pid
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_one_that_dies_is_replaced_and_its_sessions_live_on(stand: Stand) -> None:
    before = workers_of(stand)
    assert len(before) == WORKERS
    async with stand.client(stand.new_api_client("operator", "--may-skip-liveness")) as client:
        url = (await client.create_authentication(require_liveness=False)).websocket_url
        async with connect(url) as socket:
            await socket.recv()
            for pid in before:
                os.kill(pid, signal.SIGKILL)
            with pytest.raises(ConnectionClosed):
                await socket.recv()
        async with connect(url, open_timeout=60) as socket:  # waits in the listening socket for whoever comes
            assert '"connection_established"' in str(await socket.recv())
    assert not workers_of(stand) & before


async def test_told_to_stop_they_hand_their_sessions_back(stand: Stand) -> None:
    workers = workers_of(stand)
    async with stand.client(stand.new_api_client("operator", "--may-skip-liveness")) as client:
        urls = [(await client.create_authentication(require_liveness=False)).websocket_url for _ in range(6)]
        sockets = [await connect(url) for url in urls]
        for socket in sockets:
            await socket.recv()
        os.kill(stand.server.pid, signal.SIGTERM)
        for socket in sockets:
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert socket.close_code == 1001
    stand.server.stop()
    assert not any(is_alive(pid) for pid in workers)
    assert b"Traceback" not in stand.log.read_bytes()


def test_they_do_not_outlive_who_started_them(stand: Stand) -> None:
    workers = workers_of(stand)
    stand.server.kill()
    for pid in workers:
        with contextlib.suppress(ProcessLookupError):  # it has ended already
            with open(os.pidfd_open(pid), closefd=True) as process:
                ended, _, _ = select.select([process], [], [], 30)
            assert ended
