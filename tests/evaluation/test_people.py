from __future__ import annotations

from pathlib import Path

import pytest

from frapi.evaluation.people import by_person, person_of, pictures_below


@pytest.mark.parametrize(
    ("path", "person"),
    [
        ("Jane_Doe/Jane_Doe_0001.jpg", "Jane_Doe"),
        ("Jane_Doe_0001.jpg", "Jane_Doe"),
        ("Jane_Doe_12_crop.jpg", "Jane_Doe"),
        ("17.jpg", "17"),
    ],
)
def test_person_of_a_path(path: str, person: str) -> None:
    assert person_of(path) == person


def test_pictures_are_found_below_and_told_by_person(tmp_path: Path) -> None:
    for name in ("b/1.jpg", "a/2.PNG", "a/1.webp", "a/notes.txt", ".hidden/x.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = pictures_below(tmp_path)
    assert found == ["a/1.webp", "a/2.PNG", "b/1.jpg"]
    assert by_person(found) == {"a": ["a/1.webp", "a/2.PNG"], "b": ["b/1.jpg"]}


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no picture"):
        pictures_below(tmp_path)
    with pytest.raises(ValueError, match="no folder"):
        pictures_below(tmp_path / "nowhere")
