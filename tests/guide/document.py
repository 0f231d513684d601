"""The integration guide, read at run time out of the file that FRAPI_GUIDE names; the project holds nothing of it."""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of code.

    Attributes:
        headings: those above it, outermost first.
        caption: the last line of text before it.
    """

    language: str
    code: str
    headings: tuple[str, ...]
    caption: str


@functools.cache
def _read() -> str | None:
    named = os.environ.get("FRAPI_GUIDE")
    path = Path(named) if named else None
    return path.read_text(encoding="utf-8") if path and path.is_file() else None


def text() -> str:
    """The whole guide; skips the test where there is none."""
    guide = _read()
    if guide is None:
        pytest.skip("FRAPI_GUIDE names no integration guide")
    return guide


def blocks(language: str, *, under: str | None = None, caption: str | None = None) -> list[Block]:
    """The guide's code blocks, in order.

    Args:
        under: only below a heading that holds this.
        caption: only after a line that holds this.
    """
    return [
        block
        for block in _blocks(text())
        if block.language == language
        and (under is None or any(under in heading for heading in block.headings))
        and (caption is None or caption in block.caption)
    ]


def block(language: str, *, under: str | None = None, caption: str | None = None) -> Block:
    """The one block of that description."""
    (found,) = blocks(language, under=under, caption=caption)
    return found


def example(found: Block) -> dict[str, Any]:
    """A JSON example; a part that the guide leaves out as ``{ ... }`` becomes an empty object."""
    document: dict[str, Any] = json.loads(re.sub(r"\{\s*\.\.\.\s*\}", "{}", found.code))
    return document


def message_examples() -> list[dict[str, Any]]:
    """Every JSON example that is a WebSocket message."""
    return [each for each in map(example, blocks("json")) if "type" in each]


def table(under: str) -> list[list[str]]:
    """The rows of the one table below a heading, without its head."""
    section = re.split(rf"^#+ {re.escape(under)}$", text(), flags=re.MULTILINE)[1]
    lines = re.split(r"^#+ ", section, flags=re.MULTILINE)[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return rows[2:]


def _blocks(guide: str) -> Iterator[Block]:
    headings: list[tuple[int, str]] = []
    caption, language, code = "", None, list[str]()
    for line in guide.splitlines():
        if language is not None:
            if line.startswith("```"):
                yield Block(language, "\n".join(code), tuple(title for _, title in headings), caption)
                language, caption = None, ""
            else:
                code.append(line)
        elif line.startswith("```"):
            language, code = line[3:].strip(), []
        elif heading := re.match(r"(#+) (.*)", line):
            level = len(heading[1])
            headings = [each for each in headings if each[0] < level] + [(level, heading[2])]
            caption = ""
        elif line.strip():
            caption = line.strip()
