"""Whose picture it is, told by folders and file names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

PHOTO_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
_NUMBER = re.compile(r"([_\- ]*\d+)?([_\- ]crop)?$")


def person_of(path: str | Path) -> str:
    """The picture's folder, or its name without a trailing number."""
    parent = Path(path).parent.name
    return parent or name_without_number(Path(path).stem)


def name_without_number(stem: str) -> str:
    """Files whose names differ in trailing numbers only show one person."""
    return _NUMBER.sub("", stem) or stem


def pictures_below(folder: Path) -> list[str]:
    """All pictures in a folder and those below it, as paths from there, in order; hidden ones left out.

    Raises:
        ValueError: it is no folder, or holds no picture.
    """
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder")
    relative = (path.relative_to(folder) for path in folder.rglob("*") if path.suffix.lower() in PHOTO_SUFFIXES)
    found = sorted(path.as_posix() for path in relative if not any(part.startswith(".") for part in path.parts))
    if not found:
        raise ValueError(f"{folder} holds no picture ({', '.join(sorted(PHOTO_SUFFIXES))})")
    return found


def by_person(paths: Iterable[str]) -> dict[str, list[str]]:
    """Person -> pictures, both in the order given."""
    people: dict[str, list[str]] = {}
    for path in paths:
        people.setdefault(person_of(path), []).append(path)
    return people
