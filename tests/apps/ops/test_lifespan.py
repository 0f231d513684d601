from __future__ import annotations

from typing import Any

import pytest

from frapi.apps.ops.lifespan import Lifespan


async def live(*, failing: str | None = None) -> list[Any]:
    """What happens in the life of a process, hooks among what is sent."""
    happened: list[Any] = []
    events = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> dict[str, Any]:
        return {"type": next(events)}

    async def send(message: dict[str, Any]) -> None:
        happened.append(message)

    async def hook(name: str) -> None:
        happened.append(name)
        if name == failing:
            raise ValueError("secret")

    lifespan = Lifespan(on_startup=lambda: hook("start"), on_shutdown=lambda: hook("stop"))
    await lifespan({"type": "lifespan"}, receive, send)
    return happened


@pytest.mark.parametrize(
    ("failing", "expected"),
    [
        (None, ["start", {"type": "lifespan.startup.complete"}, "stop", {"type": "lifespan.shutdown.complete"}]),
        ("start", ["start", {"type": "lifespan.startup.failed", "message": "ValueError"}]),
        (
            "stop",
            [
                "start",
                {"type": "lifespan.startup.complete"},
                "stop",
                {"type": "lifespan.shutdown.failed", "message": "ValueError"},
            ],
        ),
    ],
)
async def test_hooks_run_once_and_their_trouble_is_told_without_a_secret(
    failing: str | None, expected: list[Any]
) -> None:
    assert await live(failing=failing) == expected
