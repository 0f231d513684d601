from __future__ import annotations

import pytest

from frapi.gallery.base import Gallery
from frapi.gallery.embedded import EmbeddedGallery
from frapi.gallery.factory import get_gallery
from tests.gallery.contract import KEY, GalleryContract, face, users


class TestEmbeddedGallery(GalleryContract):
    @pytest.fixture
    def gallery(self) -> Gallery:
        return EmbeddedGallery()

    def test_drops_changes_until_loaded(self, gallery: Gallery) -> None:
        gallery.put(KEY, "user0", face(0), revision=1)
        assert gallery.size(KEY) == 0
        assert not gallery.is_loaded(KEY, revision=1)


def test_erased_vectors_leave_no_copy_in_memory() -> None:
    gallery = EmbeddedGallery()
    gallery.load(KEY, users(3), revision=0)
    gallery.remove(KEY, "user0", revision=1)
    gallery.remove(KEY, "user2", revision=2)
    matrix = gallery._shelves[KEY].matrix
    assert matrix is not None
    assert not matrix[1:].any()
    assert (matrix[0] == face(1)).all()


def test_one_gallery_a_process() -> None:
    assert get_gallery() is get_gallery()
