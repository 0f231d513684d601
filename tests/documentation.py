"""The pages of ``docs/`` and the examples in them."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
MARKED_BLOCK = re.compile(r"<!-- example: ([a-z0-9_]+) -->\n```json\n(.*?)```", re.S)


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(name: str) -> dict[str, str]:
    """The JSON examples of a page, by their names."""
    return dict(MARKED_BLOCK.findall(text_of(name)))
