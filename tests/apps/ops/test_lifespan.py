from __future__ import annotations

from typing import Any

import pytest

from frapi.apps.ops.lifespan import Lifespan


@pytest.mark.parametrize(
    ("fails", "answer"),
    [
        (False, {"type": "lifespan.shutdown.complete"}),
        (True, {"type": "lifespan.shutdown.failed", "message": "ValueError"}),
    ],
)
async def test_the_hook_runs_when_the_server_ends(fails: bool, answer: dict[str, Any]) -> None:
    happened: list[Any] = []
    events = iter(["lifespan.startup", "lifespan.shutdown"])

    async def shutdown() -> None:
        happened.append("hook")
        if fails:
            raise ValueError("secret")

    async def receive() -> dict[str, Any]:
        return {"type": next(events)}

    async def send(message: dict[str, Any]) -> None:
        happened.append(message)

    await Lifespan(on_shutdown=shutdown)({"type": "lifespan"}, receive, send)
    assert happened == [{"type": "lifespan.startup.complete"}, "hook", answer]
