"""What the transport says about failures, and that its file objects read what is there."""

from __future__ import annotations

import io

import pytest
import requests
import urllib3

from frapi.modelpack.index_settings import IndexSettings
from frapi.modelpack.transport import HttpFile, RangeReader, RetryPolicy, TransportError, open_session
from tests.modelpack.fake_index import FakeIndex, serving

CONTENT = bytes(range(256)) * 400


def remote(index: FakeIndex, retry: RetryPolicy) -> HttpFile:
    session = open_session(IndexSettings())
    url = index.url.replace("/simple", "/files/content")
    return HttpFile(session, url, timeout_s=5, retry=retry, on_bytes=lambda _count: None)


def response(status: int, retry_after: str = "") -> requests.HTTPError:
    answer = requests.Response()
    answer.status_code = status
    answer.headers["Retry-After"] = retry_after
    return requests.HTTPError(response=answer)


@pytest.mark.parametrize(
    ("error", "reason", "remedy"),
    [
        (requests.exceptions.SSLError(), "certificate isn't trusted", "PIP_CERT"),
        (response(403), "HTTP 403", "user and password"),
        (response(404), "HTTP 404", "PIP_INDEX_URL"),
        (requests.exceptions.MissingSchema(), "not an address", "PIP_INDEX_URL"),
    ],
)
def test_hopeless_errors_end_at_once(
    error: Exception, reason: str, remedy: str, retry: RetryPolicy, pauses_s: list[float]
) -> None:
    with pytest.raises(TransportError) as caught:
        retry.pause_or_give_up(error, failures=1)
    assert reason in caught.value.reason
    assert remedy in caught.value.remedy
    assert not pauses_s


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (requests.exceptions.ProxyError(), "HTTPS_PROXY"),
        (requests.exceptions.ReadTimeout(), "PIP_DEFAULT_TIMEOUT"),
        (requests.exceptions.ConnectionError(), "PIP_INDEX_URL"),
        (urllib3.exceptions.ProtocolError(), "PIP_INDEX_URL"),
        (response(503), "PIP_INDEX_URL"),
    ],
)
def test_passing_errors_get_another_try(
    error: Exception, remedy: str, retry: RetryPolicy, pauses_s: list[float]
) -> None:
    retry.pause_or_give_up(error, failures=1)
    retry.pause_or_give_up(error, failures=2)
    assert pauses_s == [0.5, 1.0]
    with pytest.raises(TransportError) as caught:
        retry.pause_or_give_up(error, failures=3)
    assert remedy in caught.value.remedy


@pytest.mark.parametrize(("asked", "pause_s"), [("3", 3.0), ("100000", 15.0), ("soon", 0.5)])
def test_a_servers_wish_is_respected_within_reason(
    asked: str, pause_s: float, retry: RetryPolicy, pauses_s: list[float]
) -> None:
    retry.pause_or_give_up(response(429, asked), failures=1)
    assert pauses_s == [pause_s]


@pytest.mark.parametrize("ranges", [True, False])
def test_size_tells_whether_there_are_ranges(ranges: bool, retry: RetryPolicy) -> None:
    with serving(FakeIndex({"content": CONTENT}, ranges=ranges)) as index:
        assert remote(index, retry).size_if_ranged() == (len(CONTENT) if ranges else None)


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize(("start", "stop"), [(0, 1), (1000, 1001), (99_000, 102_400), (5, None)])
def test_parts(start: int, stop: int | None, ranges: bool, retry: RetryPolicy) -> None:
    with serving(FakeIndex({"content": CONTENT}, ranges=ranges)) as index:
        assert b"".join(remote(index, retry).chunks(start, stop)) == CONTENT[start:stop]


def test_range_reader_is_a_file(retry: RetryPolicy) -> None:
    with serving(FakeIndex({"content": CONTENT})) as index:
        reader = RangeReader(remote(index, retry), len(CONTENT))
        reader.seek(-7, io.SEEK_END)
        assert reader.read(100) == CONTENT[-7:]
        assert reader.read(1) == b""
        reader.seek(20_000)
        assert reader.read(50_000) == CONTENT[20_000:70_000]
        assert reader.tell() == 70_000


def test_prefetched_part_needs_no_request(retry: RetryPolicy) -> None:
    with serving(FakeIndex({"content": CONTENT})) as index:
        reader = RangeReader(remote(index, retry), len(CONTENT))
        reader.prefetch(1000, 50_000)
        for position in (1000, 30_000, 49_900):
            reader.seek(position)
            assert reader.read(100) == CONTENT[position : position + 100]
        assert len(index.requests) == 1
