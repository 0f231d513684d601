from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from rest_framework.exceptions import ParseError, ValidationError

from frapi.apps.parsing import MAX_DEPTH, StrictJsonParser


def parse(body: bytes) -> Any:
    return StrictJsonParser().parse(io.BytesIO(body))


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def test_what_json_is() -> None:
    assert parse(b'{"a": [1, 2.5, null, true, "\xc3\xa9", 1e300]}') == {"a": [1, 2.5, None, True, "\u00e9", 1e300]}
    assert parse(nested(MAX_DEPTH)) == parse(nested(MAX_DEPTH))
    assert parse(b'{"a": %s}' % nested(MAX_DEPTH - 1))["a"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[" * 100_000, b"NaN", b"[Infinity]", b"\xff", b"\xef\xbb\xbf{}", b"1" * 5000, nested(100_000)],
    ids=lambda body: repr(body[:9]),
)
def test_what_it_is_not(body: bytes) -> None:
    with pytest.raises(ParseError):
        parse(body)


@pytest.mark.parametrize(
    "value",
    [b'{"foo": 1e400}', b"[-1e999]", nested(MAX_DEPTH), b'"\\ud800"', b'{"\\udc00": 1}', b'"a\\u0000"'],
    ids=lambda value: repr(value[:9]),
)
def test_what_can_not_be_kept_is_named(value: bytes) -> None:
    with pytest.raises(ValidationError) as caught:
        parse(b'{"user_id": "ada", "metadata": %s}' % value)
    assert list(caught.value.detail) == ["metadata"]


@pytest.mark.parametrize(
    "body", [b'{"\\ud800": 1}', b"[1e400]", nested(MAX_DEPTH + 1)], ids=lambda body: repr(body[:9])
)
def test_there_may_be_no_name(body: bytes) -> None:
    with pytest.raises(ValidationError) as caught:
        parse(body)
    assert list(caught.value.detail) == ["non_field_errors"]


@pytest.mark.parametrize("charset", ["hex", "zlib", "utf-16", "nonsense"])
def test_a_claimed_charset_is_not_believed(db: None, client: Client, charset: str) -> None:
    answer = client.generic("POST", "/api/core/auth/client/", "{}", content_type=f"application/json; charset={charset}")
    assert answer.status_code == 400
    assert answer.json()["details"] == {"field": "api_key"}


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 1500 + b"1" + b"}" * 1500, b'{"api_key": "\\ud800"}'])
def test_the_answer_is_an_error_of_the_caller(db: None, client: Client, body: bytes) -> None:
    answer = client.generic("POST", "/api/core/auth/client/", body, content_type="application/json")
    assert answer.status_code == answer.json()["code"] == 400
