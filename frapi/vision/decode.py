"""Encoded bytes become an upright RGB image, or an :class:`InvalidImage`.

Whatever would make a decoder work beyond the size that the header states is refused before it works.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import simplejpeg

from frapi.errors import InvalidImage
from frapi.vision.types import ImageU8

# A camera's JPEG has 1 scan, a progressive one about 10. Each further scan costs a full pass over the picture.
MAX_JPEG_SCANS = 32
SCAN_MARK, END_MARK, EXIF_MARK = b"\xff\xda", b"\xff\xd9", b"Exif\x00\x00"


class ImageFormat(StrEnum):
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """What an image says about itself before it is decoded."""

    format: ImageFormat
    width_px: int
    height_px: int


def sniff_format(data: bytes) -> ImageFormat:
    """Tell the format by its magic number.

    Raises:
        InvalidImage: neither JPEG nor PNG nor WebP.
    """
    if data[:3] == b"\xff\xd8\xff":
        return ImageFormat.JPEG
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return ImageFormat.PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ImageFormat.WEBP
    raise InvalidImage("not a JPEG, PNG or WebP")


def read_header(data: bytes) -> ImageHeader:
    """Read format and size without decoding.

    Raises:
        InvalidImage: the header is damaged or of another format.
    """
    image_format = sniff_format(data)
    try:
        width, height = _SIZE_READERS[image_format](data)
    except (ValueError, struct.error, LookupError) as error:
        raise InvalidImage("damaged header") from error
    if width < 1 or height < 1:
        raise InvalidImage("empty image")
    return ImageHeader(image_format, width, height)


def decode_image(data: bytes, *, max_bytes: int, max_pixels: int) -> ImageU8:
    """Decode one frame, turned upright by its EXIF orientation.

    Args:
        data: a JPEG, PNG or WebP.
        max_bytes: limit on ``len(data)``.
        max_pixels: limit on width times height, held against the header before decoding.
    Returns:
        (H, W, 3) uint8, RGB. Alpha is dropped, grey becomes RGB, 16 bits become 8.
    Raises:
        InvalidImage: too large, truncated or not decodable.
    """
    if len(data) > max_bytes:
        raise InvalidImage(f"over {max_bytes} bytes", details={"max_bytes": max_bytes})
    header = read_header(data)
    if header.width_px * header.height_px > max_pixels:
        raise InvalidImage(f"over {max_pixels} pixels", details={"max_pixels": max_pixels})
    if header.format is ImageFormat.JPEG:
        _check_jpeg_scans(data)
        plain = _decode_plain_jpeg(data)
        if plain is not None:
            return plain
    if header.format is ImageFormat.PNG:
        _check_png_inflation(data, header)
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    except cv2.error as error:
        raise InvalidImage from error
    if image is None:
        raise InvalidImage
    return np.asarray(image, np.uint8)


def _jpeg_size(data: bytes) -> tuple[int, int]:
    height, width, _, _ = simplejpeg.decode_jpeg_header(data, strict=False)
    return int(width), int(height)


def _png_size(data: bytes) -> tuple[int, int]:
    if data[12:16] != b"IHDR":
        raise ValueError("no IHDR")
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _webp_size(data: bytes) -> tuple[int, int]:
    """Source: RFC 9649, sections 2.5 to 2.7."""
    chunk = data[12:16]
    if chunk == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if chunk == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    if chunk == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    raise ValueError("unknown WebP chunk")


_SIZE_READERS = {ImageFormat.JPEG: _jpeg_size, ImageFormat.PNG: _png_size, ImageFormat.WEBP: _webp_size}


def _check_jpeg_scans(data: bytes) -> None:
    """Refuse what the decoder would silently fill with grey (truncation) or chew on for ever (scan bombs).

    Inside entropy-coded data 0xFF is always followed by 0x00 or a restart marker, so these byte pairs are markers.
    """
    first = data.find(SCAN_MARK)
    further = data.count(SCAN_MARK, first + 1) if first >= 0 else 0
    # A camera's picture has one scan, so that its data are gone through once.
    last = data.rfind(SCAN_MARK) if further else first
    if data.rfind(END_MARK) < last:
        raise InvalidImage("truncated JPEG")
    if further >= MAX_JPEG_SCANS:
        raise InvalidImage("too many JPEG scans")


def _decode_plain_jpeg(data: bytes) -> ImageU8 | None:
    """The same pixels in five sixths of the time; None where orientation or damage wants OpenCV's decoder."""
    if EXIF_MARK in data[: data.find(SCAN_MARK)]:
        return None
    try:
        return np.asarray(simplejpeg.decode_jpeg(data, "RGB"), np.uint8)
    except ValueError:
        return None


def _check_png_inflation(data: bytes, header: ImageHeader) -> None:
    """Refuse pixels that inflate to more than the header's size: libpng would inflate them to the end.

    Source: the PNG specification, third edition, 5.3 (chunks), 7.2 (scanlines) and 8 (interlacing).
    """
    bit_depth, color_type = data[24], data[25]
    bits_per_row = header.width_px * bit_depth * _PNG_CHANNELS.get(color_type, 4)
    # A filter byte stands before each row; interlacing has seven passes, each with rows of its own.
    most = (header.height_px * (bits_per_row // 8 + 2) + 8) * 2
    inflater, position, inflated = zlib.decompressobj(), 8, 0
    try:
        while position + 12 <= len(data):
            (length,) = struct.unpack_from(">I", data, position)
            if data[position + 4 : position + 8] == b"IDAT":
                inflated += len(inflater.decompress(data[position + 8 : position + 8 + length], most + 1))
                if inflated > most or inflater.unconsumed_tail:
                    raise InvalidImage("a PNG that inflates beyond its size")
            position += length + 12
    except zlib.error as error:
        raise InvalidImage("damaged PNG") from error


# Samples a pixel by colour type: grey, RGB, palette, grey with alpha, RGB with alpha.
_PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
