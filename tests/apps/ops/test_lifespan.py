from __future__ import annotations

from typing import Any

from frapi.apps.ops.lifespan import Lifespan


async def run(*, fails: bool = False) -> tuple[list[str], list[dict[str, Any]]]:
    happened: list[str] = []
    sent: list[dict[str, Any]] = []
    events = iter(["lifespan.startup", "lifespan.shutdown"])

    async def startup() -> None:
        happened.append("up")
        if fails:
            raise ValueError("secret")

    async def shutdown() -> None:
        happened.append("down")

    async def receive() -> dict[str, Any]:
        return {"type": next(events)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await Lifespan(on_startup=startup, on_shutdown=shutdown)({"type": "lifespan"}, receive, send)
    return happened, sent


async def test_hooks_run_in_order() -> None:
    happened, sent = await run()
    assert happened == ["up", "down"]
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_a_failed_start_is_told_to_the_server() -> None:
    happened, sent = await run(fails=True)
    assert happened == ["up"]
    assert sent == [{"type": "lifespan.startup.failed", "message": "ValueError"}]
