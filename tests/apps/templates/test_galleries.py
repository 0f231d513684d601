"""The gallery proposes, the sealed store decides; and it follows the store whatever happened."""

from __future__ import annotations

import errno
import os
import uuid
from pathlib import Path

import numpy as np
import pytest

from frapi.apps.accounts.services import create_client
from frapi.apps.templates import galleries
from frapi.apps.templates.models import FaceTemplate, GalleryRemoval, GalleryRevision
from frapi.errors import Unavailable
from frapi.gallery.embedded import EmbeddedGallery
from frapi.gallery.factory import get_gallery
from tests.apps.templates.test_services import CONTRACT, DIM, enroll, erase, face, matched


@pytest.fixture
def tenant(transactional_db: None) -> uuid.UUID:
    return create_client("tenant").client.id


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Sizes of the galleries that were loaded as a whole."""
    sizes: list[int] = []
    load = EmbeddedGallery.load

    def counted(self, key, templates, *, revision):
        load(self, key, templates, revision=revision)
        sizes.append(self.size(key))

    monkeypatch.setattr(EmbeddedGallery, "load", counted)
    return sizes


def forge(tenant: uuid.UUID, entry: int, number: int) -> None:
    """Put a vector into the gallery that the store has not."""
    key = galleries.gallery_key(tenant, CONTRACT)
    revision = galleries.catch_up(key)
    vector = face(number).vector_l2
    assert get_gallery().apply(key, put=[(entry, vector)], remove=(), since=revision, revision=revision)


class TestTheStoreDecides:
    def test_against_a_changed_gallery(self, tenant: uuid.UUID) -> None:
        """Whoever can write to the gallery's file can't make his face Ada's."""
        forge(tenant, enroll(tenant, "ada", 1).pk, 5)
        found = galleries.find_nearest(tenant, face(5))
        assert found.match is not None
        assert (found.match.user_id, found.match.similarity_score) == ("ada", 0.0)

    def test_against_a_gallery_with_another_tenants_entry(self, tenant: uuid.UUID) -> None:
        stranger = create_client("another").client.id
        entry = enroll(stranger, "eve", 5).pk
        enroll(tenant, "ada", 1)
        forge(tenant, entry, 5)
        assert matched(tenant, 5) is None

    def test_how_many_were_searched(self, tenant: uuid.UUID, monkeypatch: pytest.MonkeyPatch) -> None:
        """The threshold grows with them: a file that says less must not lower it."""
        for number, name in enumerate(("ada", "bob", "eve"), 1):
            enroll(tenant, name, number)
        monkeypatch.setattr(EmbeddedGallery, "size", lambda self, key: 1)
        assert galleries.find_nearest(tenant, face(1)).gallery_size == 3

    def test_against_a_gallery_that_kept_an_erased_one(self, tenant: uuid.UUID) -> None:
        entry = enroll(tenant, "ada", 1).pk
        erase(tenant, "ada")
        forge(tenant, entry, 1)
        assert galleries.find_nearest(tenant, face(1)).match is None

    def test_and_one_that_does_not_verify_is_nobodys(self, tenant: uuid.UUID) -> None:
        damaged = enroll(tenant, "ada", 1)
        enroll(tenant, "bob", 2)
        FaceTemplate.objects.filter(pk=damaged.pk).update(sealed_vector=b"\x01" + bytes(60))
        assert (matched(tenant, 1), matched(tenant, 2)) == (None, "bob")


class TestFollows:
    def test_without_loading_again(self, tenant: uuid.UUID, loads: list[int]) -> None:
        for number in range(DIM):
            enroll(tenant, f"user{number}", number)
            assert matched(tenant, number) == f"user{number}"
        erase(tenant, "user3")
        enroll(tenant, "user4", 3)
        assert [matched(tenant, number) for number in (2, 3, 4)] == ["user2", "user4", None]
        assert loads == [1]

    def test_from_what_an_earlier_process_left(self, tenant: uuid.UUID, loads: list[int]) -> None:
        enroll(tenant, "ada", 1)
        assert matched(tenant, 1) == "ada"
        get_gallery.cache_clear()
        enroll(tenant, "bob", 2)
        assert (matched(tenant, 1), matched(tenant, 2)) == ("ada", "bob")
        assert loads == [1]

    def test_in_small_bites(self, tenant: uuid.UUID, loads: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(galleries, "BATCH", 2)
        assert matched(tenant, 0) is None
        for number in range(DIM):
            enroll(tenant, f"user{number}", number)
        erase(tenant, "user0")
        erase(tenant, "user7")
        found = [matched(tenant, number) for number in range(DIM)]
        assert found == [None, *(f"user{number}" for number in range(1, 7)), None]
        assert loads == [0]

    def test_loads_again_when_removals_are_forgotten(
        self, tenant: uuid.UUID, loads: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(galleries, "REMOVALS_KEPT", 2)
        enroll(tenant, "ada", 0)
        enroll(tenant, "bob", 1)
        assert matched(tenant, 1) == "bob"
        get_gallery.cache_clear()
        theirs = EmbeddedGallery()
        monkeypatch.setattr(galleries, "get_gallery", lambda: theirs)
        assert matched(tenant, 1) == "bob"
        monkeypatch.undo()
        monkeypatch.setattr(galleries, "REMOVALS_KEPT", 2)
        erase(tenant, "bob")
        for _ in range(4):
            enroll(tenant, "cyd", 2)
        assert GalleryRemoval.objects.count() <= 3
        monkeypatch.setattr(galleries, "get_gallery", lambda: theirs)
        assert (matched(tenant, 0), matched(tenant, 1), matched(tenant, 2)) == ("ada", None, "cyd")

    def test_loads_again_when_an_older_database_was_restored(self, tenant: uuid.UUID, loads: list[int]) -> None:
        enroll(tenant, "ada", 1)
        enroll(tenant, "bob", 2)
        assert matched(tenant, 2) == "bob"
        FaceTemplate.objects.filter(user_id="bob").delete()
        GalleryRevision.objects.update(revision=1)
        assert (matched(tenant, 1), matched(tenant, 2)) == ("ada", None)
        assert loads == [2, 1]

    def test_loads_again_when_the_file_was_damaged(self, tenant: uuid.UUID, loads: list[int], settings) -> None:
        enroll(tenant, "ada", 1)
        assert matched(tenant, 1) == "ada"
        get_gallery.cache_clear()
        for file in Path(settings.FRAPI.gallery_dir).glob("*.map"):
            content = bytearray(file.read_bytes())
            content[-1] ^= 1
            content[4096] ^= 1
            file.write_bytes(content)
        assert matched(tenant, 1) == "ada"
        assert loads == [1, 1]

    def test_one_of_many_who_need_it_loads(self, tenant: uuid.UUID, loads: list[int]) -> None:
        """While one builds, another finds that it is done."""
        enroll(tenant, "ada", 1)
        key = galleries.gallery_key(tenant, CONTRACT)
        gallery = get_gallery()
        building = gallery.building

        def build_and_find_it_done(key):
            galleries.get_gallery().load(key, [], revision=0)
            return building(key)

        gallery.building = build_and_find_it_done  # type: ignore[method-assign]
        galleries.catch_up(key)
        assert loads == [0]
        assert matched(tenant, 1) == "ada"


def test_a_full_disk_is_an_error_and_leaves_nothing(
    tenant: uuid.UUID, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not a crash, though the file is written through a memory map."""
    enroll(tenant, "ada", 1)
    before = set(Path(settings.FRAPI.gallery_dir).glob("*.map*"))

    def full(descriptor: int, offset: int, size: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "posix_fallocate", full)
        with pytest.raises(Unavailable):
            galleries.find_nearest(tenant, face(1))
    left = {
        file for file in Path(settings.FRAPI.gallery_dir).glob("*.map*") if file.suffix not in {".lock", ".building"}
    }
    assert left <= before
    assert matched(tenant, 1) == "ada"


def test_the_files_hold_neither_names_nor_tenants(tenant: uuid.UUID, settings) -> None:
    enroll(tenant, "ada-lovelace", 1)
    assert matched(tenant, 1) == "ada-lovelace"
    for file in Path(settings.FRAPI.gallery_dir).iterdir():
        content = file.read_bytes() + file.name.encode()
        assert b"lovelace" not in content  # "ada" could be a digest's digits
        assert str(tenant).encode() not in content


def test_what_is_remembered_of_the_erased_names_nobody(tenant: uuid.UUID) -> None:
    entry = enroll(tenant, "ada", 1).pk
    erase(tenant, "ada")
    row = GalleryRemoval.objects.values().get()
    assert row["entry"] == entry
    assert "ada" not in str(row)


def test_a_number_is_never_given_twice(tenant: uuid.UUID) -> None:
    """Or a gallery would take a new user for one whom it knows."""
    first = enroll(tenant, "ada", 1).pk
    erase(tenant, "ada")
    assert enroll(tenant, "bob", 2).pk > first


def test_a_search_says_how_many_it_saw(tenant: uuid.UUID) -> None:
    for number in range(3):
        enroll(tenant, f"user{number}", number)
    found = galleries.find_nearest(tenant, face(1), other_than="user1")
    assert (found.gallery_size, found.revision) == (3, 3)
    assert found.match is not None
    assert found.match.user_id != "user1"
    assert np.isclose(found.match.similarity_score, 0)


def test_a_gallery_that_fails_undoes_nothing_that_is_stored(tenant: uuid.UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    enroll(tenant, "ada", 1)

    def fails(self, key, entry):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(EmbeddedGallery, "remove", fails)
    enroll(tenant, "ada", 2)
    monkeypatch.undo()
    assert matched(tenant, 2) == "ada"
