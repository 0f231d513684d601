from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from frapi.apps.verification.incoming import CaptureClock, Frame, Ping, parse_client_message
from frapi.errors import InvalidImage, InvalidInput, InvalidMessage

IMAGE = b"\xff\xd8\xff\xe0 not really a picture"
BASE64 = base64.b64encode(IMAGE).decode()
LIMIT = 1000


def parse(data: str | bytes) -> Frame | Ping:
    return parse_client_message(data, max_image_bytes=LIMIT)


def frame(**fields: Any) -> str:
    return json.dumps({"type": "frame", "image": BASE64} | fields)


@pytest.mark.parametrize(
    "image",
    [
        BASE64,
        f"data:image/jpeg;base64,{BASE64}",
        f"data:image/png;base64,{BASE64}",
        f"data:image/webp;base64,{BASE64}",
        f"DATA:IMAGE/JPEG;BASE64,{BASE64}",
    ],
)
def test_images_come_with_and_without_prefix(image: str) -> None:
    assert parse(frame(image=image)) == Frame(IMAGE)


def test_binary_messages_are_images() -> None:
    assert parse(IMAGE) == Frame(IMAGE)


def commented(text: bytes) -> bytes:
    """A JPEG whose first segment is a comment."""
    return b"\xff\xd8\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text + IMAGE[2:]


def test_binary_messages_tell_seq_and_timestamp_in_a_comment() -> None:
    image = commented(b'frapi {"seq":7,"timestamp_ms":1234.5}')
    assert parse(image) == Frame(image, 7, 1234.5)
    assert parse(commented(b'frapi {"seq":7}')).seq == 7
    assert parse(commented(b"frapi {}")) == Frame(commented(b"frapi {}"))


@pytest.mark.parametrize("text", [b"", b"fra", b"CREATOR: gd-jpeg v1.0", b'{"seq":7}', b"frapi"])
def test_comments_of_other_makers_are_not_read(text: bytes) -> None:
    assert parse(commented(text)) == Frame(commented(text))


def test_a_picture_that_ends_within_its_comment_is_a_picture() -> None:
    assert parse(b"\xff\xd8\xff\xfe\x00") == Frame(b"\xff\xd8\xff\xfe\x00")


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (b"frapi ", "comment"),
        (b"frapi seven", "comment"),
        (b"frapi [7]", "comment"),
        (b"frapi \xff", "comment"),
        (b"frapi " + b" " * 400 + b"{}", "comment"),
        (b'frapi {"seq":-1}', "seq"),
        (b'frapi {"seq":7,"timestamp_ms":"now"}', "timestamp_ms"),
    ],
)
def test_a_comment_of_ours_is_held_to_its_form(text: bytes, field: str) -> None:
    with pytest.raises(InvalidMessage) as raised:
        parse(commented(text))
    assert raised.value.details["field"] == field


def test_a_comment_that_claims_less_than_itself_is_refused() -> None:
    with pytest.raises(InvalidMessage):
        parse(b"\xff\xd8\xff\xfe\x00\x00frapi {}")


def test_seq_and_timestamp() -> None:
    assert parse(frame(seq=7, timestamp_ms=1234.5)) == Frame(IMAGE, 7, 1234.5)
    assert parse(frame(seq=0, timestamp_ms=0)) == Frame(IMAGE, 0, 0.0)
    assert parse(frame(seq=None, timestamp_ms=None)) == Frame(IMAGE)


def test_ping() -> None:
    assert parse('{"type":"ping"}') == Ping()
    assert parse('{"type":"ping","more":1}') == Ping()


@pytest.mark.parametrize(
    ("data", "field", "kind"),
    [
        ("", "message", InvalidMessage),
        ("hello", "message", InvalidMessage),
        ('{"type":"frame"', "message", InvalidMessage),
        ("[" * 100_000, "message", InvalidMessage),
        ('["frame"]', "message", InvalidMessage),
        ("null", "message", InvalidMessage),
        ('{"type":"frame","image":NaN}', "message", InvalidMessage),
        ("{}", "type", InvalidMessage),
        ('{"type":"video"}', "type", InvalidMessage),
        ('{"type":["frame"]}', "type", InvalidMessage),
        ('{"type":"frame"}', "image", InvalidMessage),
        (frame(image=None), "image", InvalidMessage),
        (frame(image=17), "image", InvalidMessage),
        (frame(image=[BASE64]), "image", InvalidMessage),
        (frame(image=""), "image", InvalidImage),
        (frame(image="data:image/jpeg;base64,"), "image", InvalidImage),
        (frame(image="not base64!"), "image", InvalidImage),
        (frame(image=BASE64[:-1]), "image", InvalidImage),
        (frame(image="ÄÖÜ"), "image", InvalidImage),
        (frame(image=f"data:image/gif;base64,{BASE64}"), "image", InvalidImage),
        (frame(image=f"data:text/html;base64,{BASE64}"), "image", InvalidImage),
        (frame(image=f"data:image/jpeg,{BASE64}"), "image", InvalidImage),
        (frame(image="data:image/jpeg;base64"), "image", InvalidImage),
        (frame(image="data:" + "x" * 500 + "," + BASE64), "image", InvalidImage),
        (frame(image=base64.b64encode(bytes(LIMIT + 1)).decode()), "image", InvalidImage),
        (frame(image="A" * 100_000), "image", InvalidImage),
        (frame(seq="1"), "seq", InvalidMessage),
        (frame(seq=-1), "seq", InvalidMessage),
        (frame(seq=1.5), "seq", InvalidMessage),
        (frame(seq=True), "seq", InvalidMessage),
        (frame(seq=2**53), "seq", InvalidMessage),
        (frame(timestamp_ms="now"), "timestamp_ms", InvalidMessage),
        (frame(timestamp_ms=-1), "timestamp_ms", InvalidMessage),
        (frame(timestamp_ms=True), "timestamp_ms", InvalidMessage),
        (frame(timestamp_ms=1e300), "timestamp_ms", InvalidMessage),
        (b"", "image", InvalidImage),
        (bytes(LIMIT + 1), "image", InvalidImage),
    ],
)
def test_bad_input_is_told_by_its_field(data: str | bytes, field: str, kind: type[InvalidInput]) -> None:
    with pytest.raises(kind) as caught:
        parse(data)
    assert caught.value.body()["code"] == 400
    assert caught.value.details["field"] == field


def test_largest_image_is_accepted() -> None:
    assert parse(frame(image=base64.b64encode(bytes(LIMIT)).decode())) == Frame(bytes(LIMIT))


def test_errors_name_their_frame() -> None:
    with pytest.raises(InvalidImage) as caught:
        parse(frame(seq=12, image="!"))
    assert caught.value.details == {"field": "image", "reason": "not base64", "seq": 12}


def test_the_picture_stands_in_no_repr() -> None:
    assert "xff" not in repr(parse(IMAGE))


class TestCaptureClock:
    def test_intervals_are_the_clients_own(self) -> None:
        clock = CaptureClock()
        assert clock.to_session_ms(5_000_000.0, 2000) == 2000
        assert clock.to_session_ms(5_000_100.0, 2350) == 2100  # late on the network
        assert clock.to_session_ms(5_000_200.4, 2360) == 2200
        assert clock.to_session_ms(5_000_200.4, 2370) == 2200

    def test_backwards_is_refused_and_forgotten(self) -> None:
        clock = CaptureClock()
        clock.to_session_ms(1000, 2000)
        clock.to_session_ms(1100, 2100)
        with pytest.raises(InvalidMessage) as caught:
            clock.to_session_ms(1099, 2200)
        assert caught.value.details["field"] == "timestamp_ms"
        assert clock.to_session_ms(1200, 2200) == 2200

    @pytest.mark.parametrize(
        ("timestamp_ms", "now_ms", "accepted"),
        [(4200, 2200, True), (4401, 2200, False), (1000, 3000, True), (1000, 4000, True), (1000, 4001, True)],
    )
    def test_drift_is_bounded_by_the_sessions_age(self, timestamp_ms: int, now_ms: int, accepted: bool) -> None:
        clock = CaptureClock()
        clock.to_session_ms(1000, 1000)
        if accepted:
            clock.to_session_ms(timestamp_ms, now_ms)
        else:
            with pytest.raises(InvalidMessage) as caught:
                clock.to_session_ms(timestamp_ms, now_ms)
            assert caught.value.details["field"] == "timestamp_ms"
