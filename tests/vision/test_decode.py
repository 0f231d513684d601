from __future__ import annotations

import struct
import zlib

import cv2
import numpy as np
import pytest

from frapi.errors import InvalidImage
from frapi.vision.decode import MAX_JPEG_SCANS, ImageFormat, decode_image, read_header

LIMITS = {"max_bytes": 1_000_000, "max_pixels": 1_000_000}


def picture(height: int = 60, width: int = 90) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Red on the left, blue on the right, dark at the bottom: tells RGB from BGR and up from down."""
    image = np.zeros((height, width, 3), np.uint8)
    image[:, : width // 2, 0] = 220
    image[:, width // 2 :, 2] = 220
    image[height * 2 // 3 :] //= 4
    return image


def encoded(extension: str, image: np.ndarray | None = None, *params: int) -> bytes:
    rgb = picture() if image is None else image
    ok, data = cv2.imencode(extension, rgb[..., ::-1] if rgb.ndim == 3 else rgb, list(params))
    assert ok
    return bytes(data)


def with_orientation(jpeg: bytes, orientation: int) -> bytes:
    """Insert an EXIF segment."""
    tiff = b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01" + struct.pack(">HHI", orientation, 0, 0)
    payload = b"Exif\x00\x00" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload + jpeg[2:]


def png_header(width: int, height: int) -> bytes:
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


@pytest.mark.parametrize(
    ("extension", "image_format"), [(".jpg", ImageFormat.JPEG), (".png", ImageFormat.PNG), (".webp", ImageFormat.WEBP)]
)
def test_decodes_each_format_to_rgb(extension: str, image_format: ImageFormat) -> None:
    data = encoded(extension)
    header = read_header(data)
    assert (header.format, header.width_px, header.height_px) == (image_format, 90, 60)
    image = decode_image(data, **LIMITS)
    assert image.shape == (60, 90, 3)
    assert np.abs(image[10, 20].astype(int) - [220, 0, 0]).max() < 12
    assert np.abs(image[10, 70].astype(int) - [0, 0, 220]).max() < 12


def test_lossless_webp_header() -> None:
    header = read_header(encoded(".webp", None, cv2.IMWRITE_WEBP_QUALITY, 101))
    assert (header.width_px, header.height_px) == (90, 60)


def test_grey_becomes_rgb() -> None:
    assert decode_image(encoded(".png", np.full((5, 7), 9, np.uint8)), **LIMITS).shape == (5, 7, 3)


def test_alpha_is_dropped() -> None:
    ok, data = cv2.imencode(".png", np.full((5, 7, 4), 9, np.uint8))
    assert ok
    assert decode_image(bytes(data), **LIMITS).shape == (5, 7, 3)


@pytest.mark.parametrize(("orientation", "dark_edge"), [(1, "bottom"), (3, "top"), (6, "left"), (8, "right")])
def test_exif_orientation_is_applied(orientation: int, dark_edge: str) -> None:
    image = decode_image(with_orientation(encoded(".jpg"), orientation), **LIMITS).astype(int).sum(axis=2)
    edges = {"top": image[:5], "bottom": image[-5:], "left": image[:, :5], "right": image[:, -5:]}
    assert min(edges, key=lambda name: edges[name].mean()) == dark_edge


@pytest.mark.parametrize(
    "options", [(), (cv2.IMWRITE_JPEG_PROGRESSIVE, 1), (cv2.IMWRITE_JPEG_SAMPLING_FACTOR, 0x111111)]
)
def test_both_jpeg_decoders_agree(options: tuple[int, ...]) -> None:
    """A picture must not change with who decodes it: orientation 1 leaves it as it is, but only one of them knows."""
    noise = np.random.default_rng(2).integers(0, 256, (61, 93, 3)).astype(np.uint8)
    data = encoded(".jpg", noise, *options)
    assert (decode_image(data, **LIMITS) == decode_image(with_orientation(data, 1), **LIMITS)).all()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a JPEG, PNG or WebP"),
        (b"GIF89a" + bytes(50), "not a JPEG, PNG or WebP"),
        (encoded(".jpg")[:-40], "truncated"),
        (encoded(".jpg")[:30], "Invalid image data"),
        (encoded(".png")[:40], "Invalid image data"),
        (encoded(".png")[:20], "damaged header"),
        (encoded(".webp")[:25], "Invalid image data"),
        (png_header(20_000, 20_000), "over 1000000 pixels"),
        (png_header(0, 10), "empty"),
        (encoded(".jpg", np.zeros((1001, 1000, 3), np.uint8)), "over 1000000 pixels"),
        (b"\xff\xd8\xff" + bytes(1_000_000), "over 1000000 bytes"),
        (b"RIFF\x00\x00\x00\x00WEBPNONE" + bytes(30), "damaged header"),
    ],
)
def test_refuses(data: bytes, words: str) -> None:
    with pytest.raises(InvalidImage, match=words) as caught:
        decode_image(data, **LIMITS)
    assert caught.value.details["field"] == "image"


def test_refuses_a_png_that_inflates_beyond_its_size() -> None:
    honest = png_header(100, 100)
    pixels = zlib.compress(bytes(50_000_000), 9)
    chunk = b"IDAT" + pixels
    bomb = honest + struct.pack(">I", len(pixels)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    bomb += struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    assert len(bomb) < 60_000
    with pytest.raises(InvalidImage, match="inflates beyond its size"):
        decode_image(bomb, **LIMITS)


@pytest.mark.parametrize("shape", [(60, 90), (60, 90, 3), (60, 90, 4), (1, 1, 3), (999, 999, 3)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_accepts_every_kind_of_honest_png(shape: tuple[int, ...], dtype: type[np.generic]) -> None:
    noise = np.random.default_rng(1).integers(0, np.iinfo(dtype).max, shape, dtype)
    ok, data = cv2.imencode(".png", noise, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    assert ok
    assert decode_image(bytes(data), max_bytes=20_000_000, max_pixels=1_000_000).shape == (*shape[:2], 3)


def test_refuses_a_jpeg_of_many_scans() -> None:
    data = encoded(".jpg")
    bomb = data[:-2] + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" * (MAX_JPEG_SCANS + 1) + b"\xff\xd9"
    with pytest.raises(InvalidImage, match="scans"):
        decode_image(bomb, **LIMITS)


def test_accepts_a_progressive_jpeg() -> None:
    assert decode_image(encoded(".jpg", None, cv2.IMWRITE_JPEG_PROGRESSIVE, 1), **LIMITS).shape == (60, 90, 3)


def test_any_damage_is_an_invalid_image_or_a_picture() -> None:
    rng = np.random.default_rng(0)
    for source in (encoded(".jpg"), encoded(".png"), encoded(".webp")):
        for _ in range(300):
            data = bytearray(source)
            for position in rng.integers(0, len(data), 4):
                data[position] = rng.integers(0, 256)
            try:
                image = decode_image(bytes(data[: rng.integers(1, len(data) + 1)]), **LIMITS)
            except InvalidImage:
                continue
            assert image.dtype == np.uint8
            assert image.ndim == 3
