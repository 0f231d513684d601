from __future__ import annotations

from asgiref.testing import ApplicationCommunicator

from config.asgi import application


async def test_a_websocket_at_no_address_of_ours_is_refused() -> None:
    scope = {"type": "websocket", "path": "/ws/no/such/thing/", "headers": [], "client": ("192.0.2.1", 1234)}
    communicator = ApplicationCommunicator(application, scope)
    await communicator.send_input({"type": "websocket.connect"})
    assert (await communicator.receive_output())["type"] == "websocket.close"
    await communicator.wait()
