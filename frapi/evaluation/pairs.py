"""Pair files: which two pictures are compared, and whether they show one person."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from frapi.evaluation.people import PHOTO_SUFFIXES, person_of

_SAME = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures, as paths from the images' folder.

    Attributes:
        same: they show one person.
        fold: which part of a cross-validation it belongs to; None where the file has no parts.
        row: its line in the file.
    """

    first: str
    second: str
    same: bool
    fold: int | None
    row: int


def read_pairs(file: Path, images: Path) -> list[Pair]:
    """Read LFW's ``pairs.txt`` (folds) or ``pairsDev*.txt`` (one part), or CSV ``first,second,same[,fold]``.

    Raises:
        ValueError: a row is malformed, names a picture that isn't there, or rows are missing; says which.
        OSError: the file can't be read.
    """
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    filled = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not filled:
        raise ValueError("no pair in it")
    pairs = list(_read_csv(filled) if "," in filled[0][1] else _read_lfw(filled, images))
    for pair in pairs:
        for path in (pair.first, pair.second):
            if not (images / path).is_file():
                raise ValueError(f"row {pair.row}: there is no {images / path}")
        if pair.first == pair.second:
            raise ValueError(f"row {pair.row}: a picture is paired with itself")
    return pairs


def _read_csv(lines: Sequence[tuple[int, str]]) -> Iterator[Pair]:
    reader = csv.DictReader([line for _, line in lines], skipinitialspace=True)
    if missing := {"first", "second", "same"} - set(reader.fieldnames or ()):
        raise ValueError(f"row 1: no column {min(missing)}; expected first,second,same[,fold]")
    for (number, _), row in zip(lines[1:], reader, strict=True):
        try:
            fold = (row.get("fold") or "").strip()
            same = _SAME[row["same"].strip().lower()]
            yield Pair(row["first"].strip(), row["second"].strip(), same, int(fold) if fold else None, number)
        except (KeyError, ValueError, AttributeError):
            raise ValueError(f"row {number}: expected first,second,same[,fold]") from None


def _read_lfw(lines: Sequence[tuple[int, str]], images: Path) -> Iterator[Pair]:
    """First line: ``folds pairs`` or ``pairs``; then for each fold so many genuine and as many impostor pairs."""
    try:
        head = [int(word) for word in lines[0][1].split()]
        folds, size = head if len(head) == 2 else (1, *head)
    except ValueError:
        raise ValueError("row 1: expected LFW's form (10 300) or a header first,second,same") from None
    rows = lines[1:]
    if len(rows) != folds * size * 2:
        raise ValueError(f"its first line promises {folds * size * 2} pairs, but there are {len(rows)}")
    for index, (number, line) in enumerate(rows):
        words, same = line.split("\t") if "\t" in line else line.split(), index % (2 * size) < size
        try:
            if same:
                name, one, two = words
                others = name
            else:
                name, one, others, two = words
            first, second = _lfw_picture(images, name, int(one)), _lfw_picture(images, others, int(two))
        except ValueError:
            expected = "name number number" if same else "name number name number"
            raise ValueError(f"row {number}: expected {expected}") from None
        yield Pair(first, second, same, index // (2 * size) if folds > 1 else None, number)


def _lfw_picture(images: Path, name: str, number: int) -> str:
    """LFW's own place for it, whatever the suffix."""
    stem = f"{name}/{name}_{number:04d}"
    return next(
        (stem + suffix for suffix in sorted(PHOTO_SUFFIXES) if (images / (stem + suffix)).is_file()), stem + ".jpg"
    )


def people_of_pairs(pairs: Sequence[Pair]) -> Mapping[str, str]:
    """Picture -> person: by folder or file name, where those agree with the pairs; else those that pairs connect.

    Raises:
        ValueError: a row says that two are different, and others that they are the same.
    """
    paths = list(dict.fromkeys(path for pair in pairs for path in (pair.first, pair.second)))
    named = {path: person_of(path) for path in paths}
    if all((named[pair.first] == named[pair.second]) == pair.same for pair in pairs):
        return named
    leader = {path: path for path in paths}

    def find(path: str) -> str:
        while leader[path] != path:
            leader[path] = leader[leader[path]]
            path = leader[path]
        return path

    for pair in pairs:
        if pair.same:
            leader[find(pair.first)] = find(pair.second)
    for pair in pairs:
        if not pair.same and find(pair.first) == find(pair.second):
            raise ValueError(f"row {pair.row}: says they are different people, but other rows make them one")
    return {path: find(path) for path in paths}


def read_groups(file: Path) -> Mapping[str, str]:
    """Read ``path,group``; a path may be a picture or a whole folder.

    Raises:
        ValueError: a row is malformed; says which.
        OSError: the file can't be read.
    """
    with file.open(newline="", encoding="utf-8-sig") as lines:
        reader = csv.DictReader(lines, skipinitialspace=True)
        if missing := {"path", "group"} - set(reader.fieldnames or ()):
            raise ValueError(f"row 1: no column {min(missing)}; expected path,group")
        groups: dict[str, str] = {}
        for number, row in enumerate(reader, 2):
            path, group = (row["path"] or "").strip().strip("/"), (row["group"] or "").strip()
            if not path or not group:
                raise ValueError(f"row {number}: expected path,group")
            groups[path] = group
    return groups


def group_of(path: str, groups: Mapping[str, str]) -> str | None:
    """The picture's own group, else that of the nearest folder that has one."""
    for place in (path, *(parent.as_posix() for parent in Path(path).parents)):
        if place in groups:
            return groups[place]
    return None
