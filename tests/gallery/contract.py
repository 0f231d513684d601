"""What every Gallery must do. Subclass with a ``gallery`` fixture that yields a fresh one."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from frapi.gallery.base import Gallery, GalleryKey
from frapi.vision.types import Vector

DIMENSION = 128
KEY = GalleryKey("tenant-a", "model-1")


def face(seed: int) -> Vector:
    vector = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
    return vector / np.float32(np.linalg.norm(vector))


def users(count: int) -> list[tuple[str, Vector]]:
    return [(f"user{number}", face(number)) for number in range(count)]


class GalleryContract:
    def test_unknown_key_is_empty(self, gallery: Gallery) -> None:
        assert not gallery.is_loaded(KEY, revision=0)
        assert gallery.size(KEY) == 0
        assert list(gallery.search(KEY, face(0), top_k=3)) == []
        assert not gallery.remove(KEY, "user0", revision=1)

    @pytest.mark.parametrize("count", [0, 1, 16, 17, 300])
    def test_load_finds_everyone(self, gallery: Gallery, count: int) -> None:
        gallery.load(KEY, iter(users(count)), revision=4)
        assert gallery.is_loaded(KEY, revision=4)
        assert not gallery.is_loaded(KEY, revision=5)
        assert gallery.size(KEY) == count
        for user_id, vector in users(count):
            best = gallery.search(KEY, vector, top_k=1)[0]
            assert best.user_id == user_id
            assert best.similarity_score == pytest.approx(1.0, abs=1e-5)

    def test_search_is_exact_and_ordered(self, gallery: Gallery) -> None:
        gallery.load(KEY, users(200), revision=0)
        probe = face(999)
        expected = sorted(((float(vector @ probe), user_id) for user_id, vector in users(200)), reverse=True)[:7]
        found = gallery.search(KEY, probe, top_k=7)
        assert [match.user_id for match in found] == [user_id for _, user_id in expected]
        assert [match.similarity_score for match in found] == pytest.approx([score for score, _ in expected], abs=1e-5)

    def test_top_k_may_exceed_the_gallery(self, gallery: Gallery) -> None:
        gallery.load(KEY, users(3), revision=0)
        assert len(gallery.search(KEY, face(1), top_k=10)) == 3

    def test_load_replaces(self, gallery: Gallery) -> None:
        gallery.load(KEY, users(5), revision=1)
        gallery.load(KEY, [("other", face(77))], revision=2)
        assert [match.user_id for match in gallery.search(KEY, face(0), top_k=9)] == ["other"]

    def test_put_adds_and_replaces(self, gallery: Gallery) -> None:
        gallery.load(KEY, users(2), revision=0)
        gallery.put(KEY, "new", face(50), revision=1)
        gallery.put(KEY, "user0", face(60), revision=2)
        assert gallery.size(KEY) == 3
        assert gallery.is_loaded(KEY, revision=2)
        assert gallery.search(KEY, face(50), top_k=1)[0].user_id == "new"
        assert gallery.search(KEY, face(60), top_k=1)[0].user_id == "user0"
        assert gallery.search(KEY, face(0), top_k=1)[0].similarity_score < 0.9

    def test_remove_leaves_the_others(self, gallery: Gallery) -> None:
        gallery.load(KEY, users(20), revision=0)
        for revision, number in enumerate((0, 19, 7), start=1):
            assert gallery.remove(KEY, f"user{number}", revision=revision)
        assert gallery.size(KEY) == 17
        assert gallery.is_loaded(KEY, revision=3)
        for number in set(range(20)) - {0, 19, 7}:
            assert gallery.search(KEY, face(number), top_k=1)[0].user_id == f"user{number}"
        for number in (0, 19, 7):
            assert gallery.search(KEY, face(number), top_k=1)[0].similarity_score < 0.9

    def test_remove_of_nobody(self, gallery: Gallery) -> None:
        gallery.load(KEY, users(1), revision=0)
        assert not gallery.remove(KEY, "nobody", revision=1)
        assert gallery.is_loaded(KEY, revision=1)

    def test_refills_after_the_last_was_removed(self, gallery: Gallery) -> None:
        gallery.load(KEY, users(1), revision=0)
        gallery.remove(KEY, "user0", revision=1)
        assert list(gallery.search(KEY, face(0), top_k=1)) == []
        gallery.put(KEY, "again", face(3), revision=2)
        assert gallery.search(KEY, face(3), top_k=1)[0].user_id == "again"

    @pytest.mark.parametrize("other", [GalleryKey("tenant-b", "model-1"), GalleryKey("tenant-a", "model-2")])
    def test_galleries_never_see_each_other(self, gallery: Gallery, other: GalleryKey) -> None:
        gallery.load(KEY, users(3), revision=0)
        gallery.load(other, [], revision=0)
        gallery.put(other, "user0", face(40), revision=1)
        assert not gallery.remove(other, "user1", revision=2)
        assert gallery.size(KEY) == 3
        assert [match.user_id for match in gallery.search(other, face(0), top_k=5)] == ["user0"]

    def test_never_claims_a_revision_it_missed(self, gallery: Gallery) -> None:
        gallery.load(KEY, users(3), revision=1)
        gallery.put(KEY, "late", face(50), revision=3)
        assert not gallery.is_loaded(KEY, revision=3)

    def test_a_removal_takes_effect_even_after_a_gap(self, gallery: Gallery) -> None:
        gallery.load(KEY, users(3), revision=1)
        assert gallery.remove(KEY, "user1", revision=9)
        assert not gallery.is_loaded(KEY, revision=9)
        assert "user1" not in {match.user_id for match in gallery.search(KEY, face(1), top_k=5)}

    def test_a_late_change_does_not_undo_a_newer_load(self, gallery: Gallery) -> None:
        gallery.load(KEY, [("user0", face(60))], revision=5)
        gallery.put(KEY, "user0", face(0), revision=4)
        assert gallery.is_loaded(KEY, revision=5)
        assert gallery.search(KEY, face(60), top_k=1)[0].similarity_score == pytest.approx(1.0, abs=1e-5)

    def test_searches_stay_right_while_others_write(self, gallery: Gallery) -> None:
        gallery.load(KEY, users(20), revision=0)
        wrong: list[str] = []

        def write() -> None:
            for revision in range(1, 200):
                gallery.put(KEY, f"extra{revision}", face(1000 + revision), revision=revision)

        def read() -> None:
            for number in range(20):
                best = gallery.search(KEY, face(number), top_k=1)[0]
                if best.user_id != f"user{number}":
                    wrong.append(best.user_id)

        threads = [threading.Thread(target=task) for task in (write, read, read)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert gallery.size(KEY) == 219
