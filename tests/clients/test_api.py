"""The REST side, against a transport that answers in place of a server."""

import asyncio
import json
import logging
from collections.abc import Callable

import httpx
import pytest
from frapi_client import (
    ApiError,
    Backoff,
    FrapiClient,
    RetryPolicy,
    ServerUnreachable,
    Unauthorized,
    UnexpectedAnswer,
)

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


AT_ONCE = RetryPolicy(backoff=Backoff(first_s=0.0))


def client_of(answer, key=KEY, retry=AT_ONCE) -> FrapiClient:
    return FrapiClient("http://test/", key, SECRET, retry=retry, transport=httpx.MockTransport(answer))


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
        with pytest.raises(UnexpectedAnswer, match="is this a frapi server"):
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


async def test_calls_side_by_side_sign_in_once():
    server = Server(lambda request: httpx.Response(200, json={"status": "active"}))
    async with client_of(server) as client:
        await asyncio.gather(*(client.session(TOKEN) for _ in range(5)))
        assert server.sign_ins == 1
        server.refused = {"t1"}
        await asyncio.gather(*(client.session(TOKEN) for _ in range(5)))
    assert server.sign_ins == 2


@pytest.mark.parametrize("answer", [{}, {"access_token": "t"}, {"access_token": "t", "expires_in": "soon"}])
async def test_a_sign_in_without_a_token(answer):
    async with client_of(lambda request: httpx.Response(200, json=answer)) as client:
        with pytest.raises(UnexpectedAnswer, match="no access token"):
            await client.session(TOKEN)


@pytest.mark.parametrize("change", [{"session_token": None}, {"expires_at": "soon"}, {"expires_at": None}])
async def test_an_answer_that_describes_no_session(change):
    ticket = {name: value for name, value in {**TICKET, **change}.items() if value is not None}
    async with client_of(Server(lambda request: httpx.Response(201, json=ticket))) as client:
        with pytest.raises(UnexpectedAnswer, match="no session"):
            await client.create_enrollment("user123")


CALLS = {
    "session": lambda client: client.session(TOKEN),
    "user": lambda client: client.user("ada"),
    "cancel": lambda client: client.cancel(TOKEN),
    "create_enrollment": lambda client: client.create_enrollment("ada"),
    "create_authentication": lambda client: client.create_authentication("ada"),
    "erase": lambda client: client.erase("ada"),
}
REPEATABLE = {"session", "user", "cancel"}


def failing(*failures: httpx.Response | Exception) -> Callable[[httpx.Request], httpx.Response]:
    """Fails so often, then answers."""
    left = list(failures)

    def answer(request: httpx.Request) -> httpx.Response:
        failure = left.pop(0) if left else httpx.Response(200, json=TICKET)
        if isinstance(failure, Exception):
            raise failure
        return failure

    return answer


class TestRetries:
    @pytest.mark.parametrize("call", CALLS)
    @pytest.mark.parametrize(
        "failure",
        [
            httpx.ConnectError("refused"),
            httpx.ConnectTimeout("slow"),
            refusal(503, "Service unavailable"),
            refusal(429, "Too many requests"),
        ],
        ids=["refused", "slow", "503", "429"],
    )
    async def test_what_the_server_did_not_take_up_is_repeated(self, call, failure):
        server = Server(failing(failure, failure, failure))
        async with client_of(server) as client:
            await CALLS[call](client)
        assert len(server.requests) == 4

    @pytest.mark.parametrize("call", CALLS)
    @pytest.mark.parametrize(
        "failure",
        [httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("broke"), refusal(500, "Internal error")],
        ids=["timeout", "broke", "500"],
    )
    async def test_what_may_have_been_done_is_repeated_where_that_does_no_harm(self, call, failure):
        server = Server(failing(failure))
        async with client_of(server) as client:
            if call in REPEATABLE:
                await CALLS[call](client)
            else:
                with pytest.raises((ApiError, ServerUnreachable)):
                    await CALLS[call](client)
        assert len(server.requests) == (2 if call in REPEATABLE else 1)

    async def test_signing_in_is_repeated(self):
        broken = [httpx.ReadError("broke"), httpx.Response(502, text="<html>")]
        server = Server(lambda request: httpx.Response(200, json={}))

        def answer(request: httpx.Request) -> httpx.Response:
            return failing(broken.pop())(request) if broken else server(request)

        async with client_of(answer) as client:
            await client.session(TOKEN)
        assert server.sign_ins == 1

    @pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 410, 413])
    async def test_a_refusal_is_not(self, code):
        server = Server(lambda request: refusal(code, "No"))
        async with client_of(server) as client:
            with pytest.raises(ApiError):
                await client.session(TOKEN)
        assert len(server.requests) == 1

    async def test_it_gives_up(self):
        server = Server(lambda request: refusal(503, "Service unavailable"))
        async with client_of(server) as client:
            with pytest.raises(ApiError, match="unavailable"):
                await client.session(TOKEN)
        assert len(server.requests) == 4

    async def test_it_can_be_turned_off(self):
        server = Server(lambda request: refusal(503, "Service unavailable"))
        async with client_of(server, retry=RetryPolicy(attempts=1)) as client:
            with pytest.raises(ApiError):
                await client.session(TOKEN)
        assert len(server.requests) == 1

    @pytest.mark.parametrize("header", ["16", "Wed, 01 Jan 2098 00:00:00 GMT"])
    async def test_a_long_wait_is_the_callers_to_decide(self, header):
        busy = httpx.Response(429, headers={"Retry-After": header}, json={})
        server = Server(lambda request: busy)
        async with client_of(server) as client:
            with pytest.raises(ApiError) as caught:
                await client.create_authentication("ada")
        assert len(server.requests) == 1
        assert caught.value.retry_after_s >= 15.0

    @pytest.mark.parametrize(
        ("header", "wait_s"),
        [("7", 7.0), ("0", 0.0), ("Wed, 01 Jan 2020 00:00:00 GMT", 0.0), ("later", None), ("", None), ("-5", None)],
    )
    async def test_retry_after(self, header, wait_s):
        busy = httpx.Response(400, headers={"Retry-After": header}, json={})
        async with client_of(Server(lambda request: busy)) as client:
            with pytest.raises(ApiError) as caught:
                await client.session(TOKEN)
        assert caught.value.retry_after_s == wait_s

    def test_it_waits_as_long_as_the_server_asks(self):
        busy = ApiError("Too many requests", code=429, retry_after_s=7.0)
        assert RetryPolicy().pause_s(busy, failures=1, repeatable=False) == 7.0

    def test_pauses_grow_to_a_limit_and_are_spread(self):
        backoff = Backoff(first_s=0.5, longest_s=8.0)
        for failures, longest_s in enumerate([0.5, 1, 2, 4, 8, 8, 8], start=1):
            pauses = {backoff.pause_s(failures) for _ in range(50)}
            assert len(pauses) > 40
            assert longest_s / 2 <= min(pauses) <= max(pauses) <= longest_s
        assert Backoff().pause_s(5000) <= 8.0


async def test_logs_hold_no_session_token(caplog):
    caplog.set_level(logging.DEBUG)
    async with client_of(Server(lambda request: httpx.Response(200, json={}))) as client:
        await client.session("sess_Of-test_x9")
    logged = [record.getMessage() for record in caplog.records if record.name == "httpx"]
    assert any("/api/auth/sessions/sess_[redacted]/" in line for line in logged)
    assert not any("Of-test" in line for line in logged)
