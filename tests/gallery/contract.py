"""What every Gallery must do. Subclass with a ``gallery`` fixture that yields a fresh one."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import pytest

from frapi.gallery.base import Gallery, GalleryKey
from frapi.vision.types import Vector

DIMENSION = 128
KEY = GalleryKey("tenant-a", "model-1")


def face(seed: int) -> Vector:
    vector = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
    return vector / np.float32(np.linalg.norm(vector))


def faces(count: int) -> list[tuple[int, Vector]]:
    """Entries 1 to ``count``."""
    return [(entry, face(entry)) for entry in range(1, count + 1)]


def change(gallery: Gallery, since: int, *, put: Sequence[tuple[int, Vector]] = (), remove: Sequence[int] = ()) -> bool:
    """One change, to the next revision."""
    return gallery.apply(KEY, put=put, remove=remove, since=since, revision=since + 1)


def nearest(gallery: Gallery, seed: int) -> int:
    return gallery.search(KEY, face(seed), top_k=1)[0].entry


def similarity(gallery: Gallery, seed: int) -> float:
    return gallery.search(KEY, face(seed), top_k=1)[0].similarity_score


class GalleryContract:
    def test_unknown_key_is_empty(self, gallery: Gallery) -> None:
        assert gallery.revision(KEY) is None
        assert gallery.size(KEY) == 0
        assert list(gallery.search(KEY, face(1), top_k=3)) == []
        assert not gallery.remove(KEY, 1)
        assert not change(gallery, 0, put=faces(1))

    @pytest.mark.parametrize("count", [0, 1, 16, 17, 700])
    def test_load_finds_everyone(self, gallery: Gallery, count: int) -> None:
        with gallery.building(KEY):
            gallery.load(KEY, iter(faces(count)), revision=4)
        assert gallery.revision(KEY) == 4
        assert gallery.size(KEY) == count
        for entry, vector in faces(count):
            best = gallery.search(KEY, vector, top_k=1)[0]
            assert best.entry == entry
            assert best.similarity_score == pytest.approx(1.0, abs=1e-5)

    def test_search_is_exact_and_ordered(self, gallery: Gallery) -> None:
        gallery.load(KEY, faces(200), revision=0)
        probe = face(999)
        expected = sorted(((float(vector @ probe), entry) for entry, vector in faces(200)), reverse=True)[:7]
        found = gallery.search(KEY, probe, top_k=7)
        assert [match.entry for match in found] == [entry for _, entry in expected]
        assert [match.similarity_score for match in found] == pytest.approx([score for score, _ in expected], abs=1e-5)

    def test_finds_the_least_similar_too(self, gallery: Gallery) -> None:
        """A removed row must not pass for a face, though it is more similar than an opposite one."""
        gallery.load(KEY, [(1, face(1)), (2, -face(9)), (3, face(3))], revision=0)
        change(gallery, 0, remove=[1, 3])
        found = gallery.search(KEY, face(9), top_k=3)
        assert [(each.entry, round(each.similarity_score, 3)) for each in found] == [(2, -1.0)]

    @pytest.mark.parametrize(("top_k", "found"), [(10, 3), (3, 3), (1, 1), (0, 0)])
    def test_top_k_may_be_anything(self, gallery: Gallery, top_k: int, found: int) -> None:
        gallery.load(KEY, faces(3), revision=0)
        assert len(gallery.search(KEY, face(1), top_k=top_k)) == found

    def test_load_replaces(self, gallery: Gallery) -> None:
        gallery.load(KEY, faces(5), revision=1)
        gallery.load(KEY, [(77, face(77))], revision=2)
        assert gallery.revision(KEY) == 2
        assert [match.entry for match in gallery.search(KEY, face(1), top_k=9)] == [77]

    def test_load_takes_any_order(self, gallery: Gallery) -> None:
        gallery.load(KEY, reversed(faces(40)), revision=1)
        assert change(gallery, 1, remove=[7])
        assert [nearest(gallery, entry) for entry in (1, 20, 40)] == [1, 20, 40]
        assert nearest(gallery, 7) != 7

    def test_apply_adds_and_replaces(self, gallery: Gallery) -> None:
        gallery.load(KEY, faces(2), revision=0)
        assert change(gallery, 0, put=[(3, face(50)), (1, face(60))])
        assert gallery.size(KEY) == 3
        assert gallery.revision(KEY) == 1
        assert (nearest(gallery, 50), nearest(gallery, 60)) == (3, 1)
        assert similarity(gallery, 1) < 0.9

    def test_apply_takes_entries_out_of_order(self, gallery: Gallery) -> None:
        gallery.load(KEY, [(10, face(10)), (20, face(20))], revision=0)
        assert change(gallery, 0, put=[(15, face(15)), (5, face(5)), (30, face(30))], remove=[20])
        assert gallery.size(KEY) == 4
        assert [nearest(gallery, entry) for entry in (5, 10, 15, 30)] == [5, 10, 15, 30]
        assert similarity(gallery, 20) < 0.9

    def test_grows_without_bound(self, gallery: Gallery) -> None:
        gallery.load(KEY, [], revision=0)
        for revision, template in enumerate(faces(1200)):
            assert change(gallery, revision, put=[template])
        assert gallery.size(KEY) == 1200
        assert all(nearest(gallery, entry) == entry for entry in (1, 511, 512, 513, 1024, 1200))

    def test_forgets_whom_it_has_no_use_for(self, gallery: Gallery) -> None:
        """Many come and go; few stay."""
        gallery.load(KEY, faces(1), revision=0)
        for revision in range(1500):
            assert change(gallery, revision, put=[(revision + 2, face(revision + 2))], remove=[revision + 1])
        assert gallery.size(KEY) == 1
        assert nearest(gallery, 1501) == 1501

    def test_removes_leave_the_others(self, gallery: Gallery) -> None:
        gallery.load(KEY, faces(20), revision=0)
        for revision, entry in enumerate((1, 20, 7)):
            assert change(gallery, revision, remove=[entry])
        assert gallery.size(KEY) == 17
        for entry in set(range(1, 21)) - {1, 20, 7}:
            assert nearest(gallery, entry) == entry
        for entry in (1, 20, 7):
            assert similarity(gallery, entry) < 0.9

    def test_removal_of_nobody(self, gallery: Gallery) -> None:
        gallery.load(KEY, faces(1), revision=0)
        assert change(gallery, 0, remove=[4])
        assert (gallery.revision(KEY), gallery.size(KEY)) == (1, 1)
        assert not gallery.remove(KEY, 4)

    def test_refills_after_the_last_was_removed(self, gallery: Gallery) -> None:
        gallery.load(KEY, faces(1), revision=0)
        change(gallery, 0, remove=[1])
        assert list(gallery.search(KEY, face(1), top_k=1)) == []
        change(gallery, 1, put=[(3, face(3))])
        assert nearest(gallery, 3) == 3

    @pytest.mark.parametrize("other", [GalleryKey("tenant-b", "model-1"), GalleryKey("tenant-a", "model-2")])
    def test_galleries_never_see_each_other(self, gallery: Gallery, other: GalleryKey) -> None:
        gallery.load(KEY, faces(3), revision=0)
        gallery.load(other, [], revision=0)
        gallery.apply(other, put=[(1, face(40))], remove=(), since=0, revision=1)
        assert not gallery.remove(other, 2)
        assert gallery.size(KEY) == 3
        assert [match.entry for match in gallery.search(other, face(1), top_k=5)] == [1]

    @pytest.mark.parametrize("since", [0, 2])
    def test_a_change_that_does_not_follow_is_refused(self, gallery: Gallery, since: int) -> None:
        gallery.load(KEY, faces(3), revision=1)
        assert not change(gallery, since, put=[(9, face(9))], remove=[1])
        assert (gallery.revision(KEY), gallery.size(KEY)) == (1, 3)

    def test_an_erasure_takes_effect_at_any_revision(self, gallery: Gallery) -> None:
        gallery.load(KEY, faces(3), revision=1)
        assert gallery.remove(KEY, 2)
        assert not gallery.remove(KEY, 2)
        assert gallery.revision(KEY) == 1
        assert 2 not in {match.entry for match in gallery.search(KEY, face(2), top_k=5)}
        assert gallery.size(KEY) == 2

    def test_searches_stay_right_while_others_write(self, gallery: Gallery) -> None:
        gallery.load(KEY, faces(20), revision=0)
        wrong: list[int] = []

        def write() -> None:
            for revision in range(700):
                change(gallery, revision, put=[(1000 + revision, face(1000 + revision))])

        def read() -> None:
            for entry in [*range(1, 21)] * 5:
                best = nearest(gallery, entry)
                if best != entry:
                    wrong.append(best)

        threads = [threading.Thread(target=task) for task in (write, read, read)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert gallery.size(KEY) == 720
