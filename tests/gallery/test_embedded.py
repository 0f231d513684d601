from __future__ import annotations

import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytest_django import Settings

from frapi.gallery import sheet as sheets
from frapi.gallery.base import Gallery, GalleryKey
from frapi.gallery.embedded import EmbeddedGallery
from frapi.gallery.factory import get_gallery
from frapi.gallery.sheet import HEADER_BYTES, Field
from tests.gallery.contract import KEY, GalleryContract, change, face, faces, nearest, similarity


class TestInMemory(GalleryContract):
    @pytest.fixture
    def gallery(self) -> Gallery:
        return EmbeddedGallery()


class TestMapped(GalleryContract):
    @pytest.fixture
    def gallery(self, tmp_path: Path) -> Gallery:
        return EmbeddedGallery(tmp_path / "gallery")


class TestInSmallSteps(GalleryContract):
    """A search looks at a few rows at a time."""

    @pytest.fixture
    def gallery(self, monkeypatch: pytest.MonkeyPatch) -> Gallery:
        monkeypatch.setattr(sheets, "CHUNK_ROWS", 3)
        return EmbeddedGallery()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "gallery"


def maps(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.map"))


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def test_only_the_owner_may_look(folder: Path) -> None:
    EmbeddedGallery(folder).load(KEY, faces(3), revision=1)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in folder.iterdir())


def test_file_names_tell_nothing(folder: Path) -> None:
    EmbeddedGallery(folder).load(KEY, faces(3), revision=1)
    assert not any("tenant" in file.name or "model" in file.name for file in folder.iterdir())


class TestProcesses:
    """Another process is another gallery on the same folder."""

    def test_the_next_one_finds_what_the_last_one_left(self, folder: Path) -> None:
        EmbeddedGallery(folder).load(KEY, faces(30), revision=5)
        again = EmbeddedGallery(folder)
        assert again.revision(KEY) == 5
        assert again.size(KEY) == 30
        assert nearest(again, 17) == 17

    def test_see_each_others_changes_at_once(self, folder: Path) -> None:
        ours, theirs = EmbeddedGallery(folder), EmbeddedGallery(folder)
        ours.load(KEY, faces(3), revision=1)
        assert theirs.revision(KEY) == 1
        assert change(ours, 1, put=[(4, face(4))])
        assert not change(theirs, 1, put=[(4, face(5))])
        assert theirs.revision(KEY) == 2
        assert nearest(theirs, 4) == 4
        assert change(theirs, 2, remove=[1])
        assert ours.size(KEY) == theirs.size(KEY) == 3

    def test_follow_each_other_to_larger_files(self, folder: Path) -> None:
        galleries = [EmbeddedGallery(folder) for _ in range(3)]
        galleries[0].load(KEY, [], revision=0)
        for revision, template in enumerate(faces(1500)):
            assert change(galleries[revision % 3], revision, put=[template])
        assert [gallery.size(KEY) for gallery in galleries] == [1500] * 3
        assert len(maps(folder)) == 1

    def test_learn_that_another_one_loaded_anew(self, folder: Path) -> None:
        ours, theirs = EmbeddedGallery(folder), EmbeddedGallery(folder)
        ours.load(KEY, faces(3), revision=1)
        assert theirs.size(KEY) == 3
        theirs.load(KEY, faces(9), revision=7)
        assert (ours.revision(KEY), ours.size(KEY)) == (7, 9)

    def test_write_by_turns_whatever_they_do_at_once(self, folder: Path) -> None:
        """Four real processes race for 300 revisions of one gallery: each is made once."""
        EmbeddedGallery(folder).load(KEY, [], revision=0)
        script = (
            "import sys\n"
            "from pathlib import Path\n"
            "from frapi.gallery.embedded import EmbeddedGallery\n"
            "from tests.gallery.contract import KEY, face\n"
            "gallery, won = EmbeddedGallery(Path(sys.argv[1])), 0\n"
            "while (since := gallery.revision(KEY)) < 300:\n"
            "    put = [(since + 1, face(since + 1))]\n"
            "    won += gallery.apply(KEY, put=put, remove=(), since=since, revision=since + 1)\n"
            "print(won)\n"
        )
        command = [sys.executable, "-c", script, str(folder)]
        racers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
        won = [int(racer.communicate(timeout=120)[0]) for racer in racers]
        assert sum(won) == 300
        gallery = EmbeddedGallery(folder)
        assert gallery.size(KEY) == 300
        assert all(nearest(gallery, entry) == entry for entry in range(1, 301))


class TestDamage:
    def test_a_writer_that_died_is_noticed_by_the_living(self, folder: Path) -> None:
        ours, theirs = EmbeddedGallery(folder), EmbeddedGallery(folder)
        ours.load(KEY, faces(3), revision=1)
        assert theirs.size(KEY) == 3
        torn = theirs._shelves[KEY].sheet
        assert torn is not None
        torn.begin()
        torn.vectors[1, :50] = 0
        assert ours.revision(KEY) is None
        assert not change(ours, 1, put=[(4, face(4))])
        assert maps(folder) == []
        ours.load(KEY, faces(4), revision=2)
        assert (theirs.revision(KEY), theirs.size(KEY)) == (2, 4)
        assert len(maps(folder)) == 1

    def test_a_writer_that_died_is_noticed_by_the_next(self, folder: Path) -> None:
        gallery = EmbeddedGallery(folder)
        gallery.load(KEY, faces(3), revision=1)
        sheet = gallery._shelves[KEY].sheet
        assert sheet is not None
        sheet.begin()
        assert EmbeddedGallery(folder).revision(KEY) is None

    @pytest.mark.parametrize("place", [0, 8, 16, 24, 32, 40, 48, 56, 64, 90, HEADER_BYTES, HEADER_BYTES + 499 * 8, -1])
    def test_a_changed_byte_is_noticed(self, folder: Path, place: int) -> None:
        EmbeddedGallery(folder).load(KEY, faces(500), revision=1)
        (file,) = maps(folder)
        content = bytearray(file.read_bytes())
        last_vector = HEADER_BYTES + 1024 * 8 + 499 * 512 + 511
        content[last_vector if place < 0 else place] ^= 0x10
        file.write_bytes(content)
        again = EmbeddedGallery(folder)
        if place == 8 * Field.REVISION:
            assert again.revision(KEY) == 1 ^ 0x10  # ahead of the store: loaded anew
        else:
            assert again.revision(KEY) is None
            assert maps(folder) == []

    @pytest.mark.parametrize("size", [0, 1, HEADER_BYTES - 1, HEADER_BYTES, 100_000])
    def test_a_cut_file_is_noticed(self, folder: Path, size: int) -> None:
        EmbeddedGallery(folder).load(KEY, faces(500), revision=1)
        (file,) = maps(folder)
        os.truncate(file, size)
        assert EmbeddedGallery(folder).revision(KEY) is None

    def test_pages_that_never_reached_the_disk_are_noticed(self, folder: Path) -> None:
        EmbeddedGallery(folder).load(KEY, faces(500), revision=1)
        (file,) = maps(folder)
        with file.open("r+b") as stream:
            stream.seek(HEADER_BYTES + 1024 * 8 + 8 * 4096)
            stream.write(bytes(4096))
        assert EmbeddedGallery(folder).revision(KEY) is None

    def test_another_gallerys_file_is_not_taken(self, folder: Path) -> None:
        other = GalleryKey("tenant-b", "model-1")
        gallery = EmbeddedGallery(folder)
        gallery.load(KEY, faces(3), revision=1)
        (ours,) = maps(folder)
        gallery.load(other, faces(2), revision=1)
        (theirs,) = set(maps(folder)) - {ours}
        os.replace(ours, theirs)
        assert EmbeddedGallery(folder).revision(other) is None

    def test_a_file_that_was_taken_away_costs_nothing_but_time(self, folder: Path) -> None:
        gallery = EmbeddedGallery(folder)
        gallery.load(KEY, faces(3), revision=1)
        for file in folder.iterdir():
            file.unlink()
        assert nearest(gallery, 2) == 2
        assert EmbeddedGallery(folder).revision(KEY) is None

    def test_a_half_made_file_is_removed(self, folder: Path) -> None:
        folder.mkdir()
        gallery = EmbeddedGallery(folder)
        gallery.load(KEY, faces(3), revision=1)
        (file,) = maps(folder)
        leftover = file.with_name(file.name + ".new")
        leftover.write_bytes(face(8).tobytes())
        again = EmbeddedGallery(folder)
        assert again.revision(KEY) == 1
        assert not leftover.exists()


class TestErasure:
    @pytest.mark.parametrize("mapped", [True, False])
    def test_leaves_no_copy_in_memory(self, folder: Path, mapped: bool) -> None:
        gallery = EmbeddedGallery(folder if mapped else None)
        gallery.load(KEY, faces(3), revision=0)
        gallery.remove(KEY, 1)
        change(gallery, 0, remove=[3])
        sheet = gallery._shelves[KEY].sheet
        assert sheet is not None
        assert not sheet.vectors[0].any()
        assert not sheet.vectors[2:].any()
        assert (sheet.vectors[1] == face(2)).all()

    def test_leaves_no_copy_in_the_folder(self, folder: Path) -> None:
        gallery = EmbeddedGallery(folder)
        gallery.load(KEY, faces(3), revision=0)
        assert face(1).tobytes() in everything_in(folder)
        gallery.remove(KEY, 1)
        assert change(gallery, 0, put=[(2, face(20))], remove=[3])
        left = everything_in(folder)
        assert not any(face(entry).tobytes()[:16] in left for entry in (1, 2, 3))
        assert face(20).tobytes() in left

    def test_reaches_a_file_that_nobody_has_opened_yet(self, folder: Path) -> None:
        EmbeddedGallery(folder).load(KEY, faces(3), revision=0)
        assert EmbeddedGallery(folder).remove(KEY, 2)
        assert face(2).tobytes()[:16] not in everything_in(folder)

    def test_keeps_the_file_good(self, folder: Path) -> None:
        gallery = EmbeddedGallery(folder)
        gallery.load(KEY, faces(300), revision=0)
        for entry in range(1, 300, 3):
            gallery.remove(KEY, entry)
        change(gallery, 0, put=[(1, face(1)), (2, face(500)), (400, face(400))])
        again = EmbeddedGallery(folder)
        assert again.revision(KEY) == 1
        assert [nearest(again, seed) for seed in (1, 500, 400)] == [1, 2, 400]
        assert similarity(again, 4) < 0.9


def test_vectors_of_another_kind_are_refused() -> None:
    gallery = EmbeddedGallery()
    gallery.load(KEY, faces(2), revision=0)
    with pytest.raises(ValueError, match="dimension"):
        change(gallery, 0, put=[(3, np.ones(64, np.float32))])
    assert (gallery.revision(KEY), nearest(gallery, 1)) == (0, 1)


class TestFactory:
    @pytest.fixture(autouse=True)
    def fresh(self) -> None:
        get_gallery.cache_clear()

    def test_one_gallery_a_process(self) -> None:
        assert get_gallery() is get_gallery()

    def test_in_memory_only_leaves_nothing_in_the_folder(
        self, folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.FRAPI = replace(settings.FRAPI, gallery_dir=folder, gallery="mapped")
        get_gallery().load(KEY, faces(3), revision=1)
        assert maps(folder)
        get_gallery.cache_clear()
        settings.FRAPI = replace(settings.FRAPI, gallery="memory")
        get_gallery().load(KEY, faces(3), revision=1)
        assert list(folder.iterdir()) == []
        get_gallery.cache_clear()
