"""The REST side, against a transport that answers in place of a server."""

import json
from collections.abc import Callable

import httpx
import pytest
from frapi_client import ApiError, FrapiClient, FrapiClientError, ServerUnreachable, Unauthorized

KEY, SECRET, TOKEN = "frapi_key_of_test", "secret_of_test", "sess_of_test"
TICKET = {
    "session_token": TOKEN,
    "websocket_url": f"ws://test/ws/auth/process-image/{TOKEN}/",
    "status": "pending",
    "expires_at": "2030-01-01T00:00:00Z",
    "enrollment_id": "e1",
}


class Server:
    """Issues numbered tokens and refuses those in ``refused``; everything else is ``answer``'s business."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self.answer, self.sign_ins, self.refused = answer, 0, set()
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/core/auth/client/":
            body = json.loads(request.content)
            if body != {"api_key": KEY, "api_secret": SECRET}:
                return refusal(401, "Unauthorized")
            self.sign_ins += 1
            return httpx.Response(200, json={"access_token": f"t{self.sign_ins}", "expires_in": 3600})
        self.requests.append(request)
        if request.headers["Authorization"].removeprefix("JWT ") in self.refused:
            return refusal(401, "Unauthorized")
        return self.answer(request)


def refusal(code: int, error: str, **details: str) -> httpx.Response:
    return httpx.Response(code, json={"type": "error", "error": error, "code": code, "details": details})


def client_of(answer, key=KEY) -> FrapiClient:
    return FrapiClient("http://test/", key, SECRET, transport=httpx.MockTransport(answer))


async def test_a_session_is_created_after_one_sign_in():
    server = Server(lambda request: httpx.Response(201, json=TICKET))
    async with client_of(server) as client:
        first = await client.create_enrollment("user123", metadata={"target_samples": 2})
        second = await client.create_authentication()
    assert server.sign_ins == 1
    assert (first.session_token, first.enrollment_id, first.session_type) == (TOKEN, "e1", "enrollment")
    assert first.seconds_left() > 0
    enrollment, authentication = (json.loads(request.content) for request in server.requests)
    assert enrollment == {"user_id": "user123", "session_type": "webcam", "metadata": {"target_samples": 2}}
    assert "user_id" not in authentication
    assert second.session_token == TOKEN


async def test_a_token_that_expired_early_is_renewed_once():
    server = Server(lambda request: httpx.Response(200, json={"status": "active"}))
    async with client_of(server) as client:
        await client.session(TOKEN)
        server.refused = {"t1"}
        assert await client.session(TOKEN) == {"status": "active"}
        server.refused = {"t2", "t3"}
        with pytest.raises(Unauthorized):
            await client.session(TOKEN)
    assert server.sign_ins == 3


async def test_wrong_credentials():
    async with client_of(Server(lambda request: httpx.Response(500)), key="frapi_wrong") as client:
        with pytest.raises(Unauthorized) as caught:
            await client.session(TOKEN)
    assert "frapi_wrong" not in str(caught.value)


async def test_a_refusal_says_what_and_which_field():
    server = Server(lambda request: refusal(400, "Invalid input", field="user_id"))
    async with client_of(server) as client:
        with pytest.raises(ApiError, match=r"Invalid input \(user_id\) \[400\]") as caught:
            await client.create_enrollment("user 123")
    assert caught.value.details == {"field": "user_id"}


async def test_a_refusal_that_is_no_json():
    server = Server(lambda request: httpx.Response(502, text="<html>"))
    async with client_of(server) as client:
        with pytest.raises(ApiError, match="Bad Gateway") as caught:
            await client.session(TOKEN)
    assert caught.value.code == 502


async def test_an_answer_that_is_no_json():
    async with client_of(Server(lambda request: httpx.Response(200, text="hello"))) as client:
        with pytest.raises(FrapiClientError, match="is this a frapi server"):
            await client.session(TOKEN)


async def test_nothing_answers():
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    async with client_of(broken) as client:
        with pytest.raises(ServerUnreachable, match="http://test"):
            await client.authenticate()


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://test", "http://test:port", ""])
async def test_an_address_that_is_none(url):
    with pytest.raises(ServerUnreachable, match="no address"):
        async with FrapiClient(url, KEY, SECRET) as client:
            await client.authenticate()


async def test_users_come_from_all_pages_and_ids_are_quoted():
    pages = {
        "/api/auth/users/": {"results": [{"user_id": "a"}], "next": "http://test/api/auth/users/?page=2"},
        "/api/auth/users/?page=2": {"results": [{"user_id": "b"}], "next": None},
    }

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "DELETE":
            return httpx.Response(200, json={"path": request.url.raw_path.decode()})
        return httpx.Response(200, json=pages[request.url.raw_path.decode()])

    async with client_of(Server(answer)) as client:
        assert [user["user_id"] async for user in client.users()] == ["a", "b"]
        assert await client.erase("a/b@c") == {"path": "/api/auth/users/a%2Fb%40c/"}


async def test_nothing_secret_in_a_repr():
    async with client_of(Server(lambda request: httpx.Response(201, json=TICKET))) as client:
        ticket = await client.create_enrollment("user123")
        shown = repr(client) + repr(ticket) + str(client) + str(ticket)
    assert not any(secret in shown for secret in (KEY, SECRET, TOKEN, "t1"))
