"""Tells the sockets of a session, in this process and with Redis in every other, what happened to it elsewhere.

A notice is a courtesy: the session's row is what counts, and every connection compares itself with it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer


def group_of(session_id: uuid.UUID) -> str:
    """The channel group of a session's sockets."""
    return f"session.{session_id.hex}"


async def announce_takeover(session_id: uuid.UUID, epoch: int) -> None:
    """Connection number ``epoch`` is the session's own now; older ones close."""
    await get_channel_layer().group_send(group_of(session_id), {"type": "session.taken_over", "epoch": epoch})


def announce_end(session_ids: Iterable[uuid.UUID]) -> None:
    """The sessions were cancelled; their sockets close."""
    send: Any = async_to_sync(get_channel_layer().group_send)
    for session_id in session_ids:
        send(group_of(session_id), {"type": "session.ended"})
