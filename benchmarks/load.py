"""How many people one server holds: real sockets, ten frames a second each, more and more of them.

The server is a process of its own with a data folder of its own; this process is the people. Both share the machine, so
the largest number says what server *and* load fit into; the server's CPU per frame says the rest.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pybase64
from frapi_client import FrapiClient
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from benchmarks import corpus
from frapi.apps.ops.child_server import ChildServer
from frapi.simulation.person import animate, encode_jpeg
from frapi.simulation.script import LIVELY
from tests.servers import running

FPS = 10
SESSIONS = (1, 4, 8, 12, 16, 20, 24, 30, 36, 44, 52)
WARM_UP_S, MEASURED_S = 4.0, 15.0
# What an answer may take, 95 of 100 times. The ladder ends above it.
MAX_P95_MS = 150.0
FILMS = ("obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg")
LIVELY_TIMES = 4
# 45 kB for 640 by 480 pixels of a noisy camera.
JPEG_QUALITY = 70
# So that a session lasts about 12 s; then the next person comes.
METADATA = {"required_blinks": 3, "required_motion": 3}
CPU_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Tally:
    """What all sessions of one rung saw while it was measured."""

    latencies_ms: list[float] = field(default_factory=list)
    dropped: int = 0
    refused: int = 0
    completed: int = 0


def run() -> None:
    """Print one line for each number of sessions, until answers take too long."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    films = [_film(name, seed) for seed, name in enumerate(FILMS)]
    size_kb = np.mean([len(frame) for film in films for frame in film]) * 0.75 / 1000
    shown = f"{FPS} frames/s, 640x480 JPEG of {size_kb:.0f} kB as base64, {os.cpu_count()} cores"
    print(f"Enrolments of drawn people, {shown}; frames per second, milliseconds, megabytes.\n")
    print(
        "| sessions | frames | p50 | p95 | p99 | not looked at | server's CPU a frame | load's CPU | memory a session |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as stand:
        credentials = stand.new_api_client("load")
        asyncio.run(_climb(stand.server, credentials.api_key, credentials.api_secret, films))


def _film(name: str, seed: int) -> list[str]:
    """A person's frames as base64; longer than any session, for a stream that begins again is noticed."""
    script = LIVELY
    for _ in range(LIVELY_TIMES - 1):
        script = script + LIVELY
    frames = animate(*corpus.seated(name), script, fps=FPS, seed=seed)
    return [pybase64.b64encode(encode_jpeg(frame, quality=JPEG_QUALITY)).decode() for frame in frames]


async def _climb(server: ChildServer, key: str, secret: str, films: Sequence[list[str]]) -> None:
    numbers = itertools.count()
    async with FrapiClient(server.url, key, secret) as client:
        await _rung(server, client, 1, films, numbers)  # loads the models
        idle_mb = _memory_mb(server.pid)
        for sessions in SESSIONS:
            p95_ms = await _rung(server, client, sessions, films, numbers, idle_mb=idle_mb)
            if p95_ms > MAX_P95_MS:
                return


async def _rung(
    server: ChildServer,
    client: FrapiClient,
    sessions: int,
    films: Sequence[list[str]],
    numbers: Iterator[int],
    *,
    idle_mb: float | None = None,
) -> float:
    """Hold so many sessions for a while; print what they saw. Returns the 95th percentile of the latency."""
    tally = Tally()
    people = [
        asyncio.create_task(_people(client, films[place % len(films)], numbers, tally, place / sessions / FPS))
        for place in range(sessions)
    ]
    try:
        await asyncio.sleep(WARM_UP_S)
        tally.latencies_ms.clear()
        tally.dropped = tally.refused = tally.completed = 0
        before_s, ours_s, began = _cpu_s(server.pid), time.process_time(), time.monotonic()
        await asyncio.sleep(MEASURED_S)
        took_s, server_s = time.monotonic() - began, _cpu_s(server.pid) - before_s
        ours_s = time.process_time() - ours_s
        frames, memory_mb = len(tally.latencies_ms), _memory_mb(server.pid)
        p50, p95, p99 = np.percentile(tally.latencies_ms, [50, 95, 99])
    finally:
        for each in people:
            each.cancel()
        ended = await asyncio.gather(*people, return_exceptions=True)
    for each in ended:
        if isinstance(each, Exception):
            raise each
    if idle_mb is not None:
        cost = f"{server_s / frames * 1000:.1f} | {ours_s / frames * 1000:.1f} | {(memory_mb - idle_mb) / sessions:.1f}"
        lost = tally.dropped + tally.refused
        print(
            f"| {sessions} | {frames / took_s:.0f} | {p50:.0f} | {p95:.0f} | {p99:.0f} | {lost} | {cost} |", flush=True
        )
    return float(p95)


async def _people(client: FrapiClient, film: list[str], numbers: Iterator[int], tally: Tally, delay_s: float) -> None:
    """One camera before which people enrol one after another."""
    await asyncio.sleep(delay_s)
    while True:
        ticket = await client.create_enrollment(f"person{next(numbers)}", metadata=METADATA)
        async with connect(ticket.websocket_url, compression=None, max_size=None) as socket:
            sent_at: dict[int, float] = {}
            receiving = asyncio.create_task(_receive(socket, sent_at, tally))
            try:
                await _send(socket, film, sent_at, receiving)
            finally:
                receiving.cancel()
                await asyncio.gather(receiving, return_exceptions=True)


async def _send(
    socket: ClientConnection, film: list[str], sent_at: dict[int, float], receiving: asyncio.Task[None]
) -> None:
    """At its pace, whatever the answers do, as a camera does."""
    began = time.monotonic()
    for seq, frame in enumerate(film):
        await asyncio.sleep(began + seq / FPS - time.monotonic())
        if receiving.done():
            return
        sent_at[seq] = time.monotonic()
        try:
            await socket.send(
                f'{{"type":"frame","seq":{seq},"timestamp_ms":{seq * 1000 // FPS},'
                f'"image":"data:image/jpeg;base64,{frame}"}}'
            )
        except ConnectionClosed:
            return


async def _receive(socket: ClientConnection, sent_at: dict[int, float], tally: Tally) -> None:
    """Until the session is over."""
    async for text in socket:
        message = json.loads(text)
        match message["type"]:
            case "frame_processed" | "frame_rejected":
                tally.latencies_ms.append((time.monotonic() - sent_at[message["seq"]]) * 1000)
                tally.dropped += message["frames_dropped"]
            case "enrollment_complete":
                tally.completed += 1
                return
            case "error":
                tally.refused += 1


def _cpu_s(pid: int) -> float:
    """CPU time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CPU_TICKS_PER_S


def _memory_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
