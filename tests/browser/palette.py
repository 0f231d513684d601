"""PNGs with a palette: a screenshot has few colours but in a face, and there nobody counts them."""

from __future__ import annotations

import struct
import zlib

import cv2
import numpy as np

COLOURS = 192
SAMPLED_PIXELS = 20_000
BITS = 5
"""Colours are looked up by so many bits of each channel."""


def with_few_colours(png: bytes) -> bytes:
    """The same picture in :data:`COLOURS` colours, a third as large."""
    image = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR_RGB)
    pixels = image.reshape(-1, 3)
    palette = _palette(pixels)
    shift = 8 - BITS
    cells = np.indices((1 << BITS,) * 3).reshape(3, -1).T * (1 << shift) + (1 << shift) // 2
    nearest = np.concatenate(
        [
            np.argmin(((part[:, None, :] - palette[None].astype(int)) ** 2).sum(-1), 1)
            for part in np.array_split(cells, 64)
        ]
    ).astype(np.uint8)
    # The page's own colours exactly: an off-white beside a white would be seen.
    flat = palette[: COLOURS // 4][::-1]
    nearest[_cell(flat)] = np.arange(len(flat))[::-1]
    indices = nearest[_cell(pixels)]
    return _encode(indices.reshape(image.shape[:2]), palette)


def _cell(colours: np.ndarray) -> np.ndarray:
    """Where a colour is looked up."""
    coarse = (colours >> (8 - BITS)).astype(np.int32)
    cell: np.ndarray = (coarse[:, 0] << 2 * BITS) | (coarse[:, 1] << BITS) | coarse[:, 2]
    return cell


def _palette(pixels: np.ndarray) -> np.ndarray:
    """(COLOURS, 3) uint8: the flat colours of the page as they are, the others by k-means."""
    unique, counts = np.unique(pixels, axis=0, return_counts=True)
    flat = unique[np.argsort(-counts)[: COLOURS // 4]]
    rng = np.random.default_rng(1)
    sample = pixels[rng.choice(len(pixels), min(SAMPLED_PIXELS, len(pixels)), replace=False)].astype(np.float32)
    cv2.setRNGSeed(1)
    stop = (cv2.TERM_CRITERIA_MAX_ITER, 12, 1.0)
    _, _, centres = cv2.kmeans(sample, COLOURS - len(flat), None, stop, 1, cv2.KMEANS_PP_CENTERS)  # type: ignore[call-overload]
    return np.vstack([flat, centres.round()]).astype(np.uint8)


def _encode(indices: np.ndarray, palette: np.ndarray) -> bytes:
    height, width = indices.shape
    rows = np.hstack([np.zeros((height, 1), np.uint8), indices]).tobytes()
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", palette.tobytes()), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
