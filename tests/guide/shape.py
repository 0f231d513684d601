"""Compare what the server sent with an example, by key and type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any


def differences(example: Any, sent: Any, path: str = "") -> Iterator[str]:
    """Where ``sent`` lacks a key of ``example`` or has a value of another type. More keys are no difference."""
    if isinstance(example, dict):
        if not isinstance(sent, dict):
            yield f"{path or '.'}: an object was promised, {type(sent).__name__} came"
            return
        for key, value in example.items():
            if key not in sent:
                yield f"{path}.{key}: missing"
            else:
                yield from differences(value, sent[key], f"{path}.{key}")
    elif isinstance(example, list):
        if not isinstance(sent, list) or (example and not sent):
            yield f"{path}: a list like {example} was promised, {sent!r} came"
        else:
            for number, value in enumerate(sent):
                yield from differences(example[min(number, len(example) - 1)], value, f"{path}[{number}]")
    elif kind(example) != kind(sent):
        yield f"{path}: {kind(example)} was promised, {kind(sent)} came"


def kind(value: Any) -> str:
    """A JSON type; whole and broken numbers are one, as in JavaScript."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return type(value).__name__
    return "number" if isinstance(value, int | float) else type(value).__name__


def wording(text: str) -> str:
    """A sentence with its numbers and ticks left out."""
    return re.sub(r"\d+", "N", text).replace(" ✓", "")
