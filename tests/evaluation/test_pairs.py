from __future__ import annotations

from pathlib import Path

import pytest

from frapi.evaluation.pairs import Pair, group_of, people_of_pairs, read_groups, read_pairs


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    for name in ("Ann/Ann_0001.jpg", "Ann/Ann_0002.jpg", "Bob_Lee/Bob_Lee_0001.png", "Bob_Lee/Bob_Lee_0012.jpg"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def read(images: Path, text: str) -> list[Pair]:
    file = images.parent / "pairs.txt"
    file.write_text(text)
    return read_pairs(file, images)


def test_lfw_with_folds(images: Path) -> None:
    fold = "Ann\t1\t2\nAnn\t1\tBob_Lee\t12\n"
    pairs = read(images, f"2\t1\n{fold}{fold}")
    assert [(pair.same, pair.fold, pair.row) for pair in pairs] == [
        (True, 0, 2),
        (False, 0, 3),
        (True, 1, 4),
        (False, 1, 5),
    ]
    assert (pairs[1].first, pairs[1].second) == ("Ann/Ann_0001.jpg", "Bob_Lee/Bob_Lee_0012.jpg")


def test_lfw_with_a_count(images: Path) -> None:
    pairs = read(images, "1\nAnn 1 2\nAnn 2 Bob_Lee 1\n")
    assert [(pair.same, pair.fold) for pair in pairs] == [(True, None), (False, None)]
    assert pairs[1].second == "Bob_Lee/Bob_Lee_0001.png", "whatever the suffix"


def test_csv(images: Path) -> None:
    pairs = read(
        images,
        "\ufefffirst,second,same,fold\nAnn/Ann_0001.jpg, Ann/Ann_0002.jpg,TRUE,3\n\n"
        "Ann/Ann_0001.jpg,Bob_Lee/Bob_Lee_0012.jpg,0,\n",
    )
    assert [(pair.same, pair.fold, pair.row) for pair in pairs] == [(True, 3, 2), (False, None, 4)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no pair"),
        ("hello\n", "row 1"),
        ("1 2 3\n", "row 1"),
        ("2\nAnn 1 2\nAnn 1 Bob_Lee 1\n", "promises 4 pairs, but there are 2"),
        ("1\nAnn 1 two\nAnn 1 Bob_Lee 1\n", "row 2: expected name number number"),
        ("1\nAnn 1 2\nAnn 1 2\n", "row 3: expected name number name number"),
        ("1\nAnn 1 9\nAnn 1 Bob_Lee 1\n", "row 2: there is no .*Ann_0009"),
        ("1\nAnn 1 1\nAnn 1 Bob_Lee 1\n", "row 2: a picture is paired with itself"),
        ("first,second\na,b\n", "no column same"),
        ("first,second,same\na,b,maybe\n", "row 2"),
        ("first,second,same\na\n", "row 2"),
        ("first,second,same\nnope.jpg,Ann/Ann_0001.jpg,1\n", "row 2: there is no"),
    ],
)
def test_a_bad_row_is_named(images: Path, text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read(images, text)


def pair(first: str, second: str, *, same: bool) -> Pair:
    return Pair(first, second, same, None, 1)


def test_people_are_told_by_names_where_those_agree() -> None:
    people = people_of_pairs([pair("Ann/1.jpg", "Ann/2.jpg", same=True), pair("Ann/3.jpg", "Bob/1.jpg", same=False)])
    assert people["Ann/3.jpg"] == people["Ann/1.jpg"] != people["Bob/1.jpg"]


def test_people_are_told_by_pairs_where_names_say_nothing() -> None:
    pairs = [pair("img_1.jpg", "img_2.jpg", same=True), pair("img_2.jpg", "img_3.jpg", same=False)]
    people = people_of_pairs(pairs)
    assert people["img_1.jpg"] == people["img_2.jpg"] != people["img_3.jpg"]
    with pytest.raises(ValueError, match="other rows make them one"):
        people_of_pairs([*pairs, pair("img_1.jpg", "img_3.jpg", same=True)])


def test_groups_of_pictures_and_folders(tmp_path: Path) -> None:
    file = tmp_path / "groups.csv"
    file.write_text("path,group\nAnn,a\nAnn/odd.jpg,b\n")
    groups = read_groups(file)
    assert [group_of(path, groups) for path in ("Ann/1.jpg", "Ann/odd.jpg", "Bob/1.jpg")] == ["a", "b", None]
    file.write_text("path,group\nAnn,\n")
    with pytest.raises(ValueError, match="row 2"):
        read_groups(file)
