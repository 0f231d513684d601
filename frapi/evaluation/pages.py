"""What the pages of both recognition reports share: their style, and pairs of pictures."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable
from pathlib import Path

import cv2

from frapi.errors import InvalidImage
from frapi.evaluation import plots
from frapi.evaluation.embedding import ARCHIVE
from frapi.evaluation.report import STYLE
from frapi.vision.decode import decode_image

THUMBNAIL_PX = 120
PAGE_STYLE = (
    STYLE
    + plots.STYLE
    + """
.pair img{height:7.5rem;border-radius:.2rem}
.pair figcaption{max-width:15.5rem}
.plots>figure{flex:1 1 24rem}
td:first-child{white-space:nowrap}
.numbers td{font-variant-numeric:tabular-nums}
"""
)


def show_pairs(pairs: Iterable[tuple[str, str, float]], images: Path) -> str:
    """Pictures side by side, with their similarity.

    Args:
        pairs: paths below ``images`` and the similarity.
    """
    figures = "".join(
        f'<figure class="pair">{_picture(images / first)} {_picture(images / second)}<figcaption>'
        f"<b>{score:.4f}</b><br>{html.escape(first)}<br>{html.escape(second)}</figcaption></figure>"
        for first, second, score in pairs
    )
    return f'<div class="mistakes">{figures or "none"}</div>'


def _picture(path: Path) -> str:
    try:
        image = decode_image(path.read_bytes(), max_bytes=ARCHIVE.max_image_bytes, max_pixels=ARCHIVE.max_image_pixels)
    except (OSError, InvalidImage):
        return ""
    scale = THUMBNAIL_PX * 2 / image.shape[0]
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 80])
    return f'<img alt="" src="data:image/jpeg;base64,{base64.b64encode(data.tobytes()).decode()}">'
