from __future__ import annotations

import numpy as np
import pytest

from frapi.vision.cohort import LEAST_FAMILIARITY, NEAREST, corrected, familiarity
from frapi.vision.embed import finished, fuse_embeddings, unit
from frapi.vision.recognizers import DLIB, MOBILEFACENET
from frapi.vision.similarity import cosine_similarity, similarities, similarity
from frapi.vision.types import Vector

DIM = DLIB.dim


def vector(seed: int) -> Vector:
    return unit(np.random.default_rng(seed).standard_normal(DIM).astype(np.float32))


def alike(first: Vector, share: float, seed: int = 9) -> Vector:
    """A vector of length 1 whose cosine with ``first`` is ``share``."""
    other = vector(seed)
    aside = unit(other - (other @ first) * first)
    return unit(share * first + np.sqrt(1 - share**2) * aside)


def test_familiarity_is_that_of_the_nearest() -> None:
    face = vector(1)
    near = [alike(face, share, seed) for seed, share in enumerate((0.9, 0.8, 0.7), 20)]
    cohort = np.stack([*near, *(vector(seed) for seed in range(40, 60))])
    assert NEAREST == 3
    assert familiarity(face, cohort) == pytest.approx(0.8, abs=1e-5)


def test_the_more_familiar_a_face_the_less_its_resemblance_counts() -> None:
    face = vector(1)
    rare, common = (np.stack([alike(face, share, seed) for seed in range(5)]) for share in (0.91, 0.99))
    lengths = [float(np.linalg.norm(corrected(face, cohort))) for cohort in (rare, common)]
    assert lengths[1] < lengths[0] < 1


def test_no_vector_is_lengthened() -> None:
    face = vector(1)
    strange = np.stack([alike(face, LEAST_FAMILIARITY - 0.3, seed) for seed in range(5)])
    assert np.linalg.norm(corrected(face, strange)) == pytest.approx(1)


class TestEmbeddings:
    def test_only_the_length_changes(self) -> None:
        first, second = (finished(vector(seed), DLIB.contract) for seed in (1, 2))
        assert cosine_similarity(first, second) == pytest.approx(float(vector(1) @ vector(2)), abs=1e-6)

    def test_fused_ones_are_corrected_once(self) -> None:
        one = finished(vector(1), DLIB.contract)
        assert np.allclose(fuse_embeddings([one, one], [1.0, 2.0]).vector_l2, one.vector_l2, atol=1e-6)

    def test_the_same_picture_is_entirely_alike_however_familiar(self) -> None:
        assert DLIB.cohort is not None
        for face in DLIB.cohort:
            embedded = finished(face, DLIB.contract)
            assert np.linalg.norm(embedded.vector_l2) < 1
            assert similarity(embedded, embedded) == pytest.approx(1, abs=1e-5)

    def test_a_recogniser_without_a_cohort_keeps_its_vectors(self) -> None:
        embedded = finished(2 * vector(1), MOBILEFACENET.contract)
        assert np.allclose(embedded.vector_l2, vector(1), atol=1e-6)

    def test_contracts_are_never_mixed(self) -> None:
        with pytest.raises(ValueError, match="contracts differ"):
            similarity(finished(vector(1), DLIB.contract), finished(vector(1), MOBILEFACENET.contract))


def test_the_shipped_cohort_is_of_its_recognisers_kind() -> None:
    assert DLIB.cohort is not None
    assert DLIB.cohort.shape == (400, DIM)
    assert np.allclose(np.linalg.norm(DLIB.cohort, axis=1), 1, atol=2e-3)


class TestSimilarity:
    def test_is_the_cosine_without_a_cohort(self) -> None:
        first, second = (finished(vector(seed), MOBILEFACENET.contract) for seed in (1, 2))
        assert similarity(first, second) == pytest.approx(cosine_similarity(first, second), abs=1e-6)

    def test_neighbours_of_a_familiar_face_must_be_the_nearer(self) -> None:
        rare, common = vector(1), vector(2)
        cohort = np.stack([alike(common, 0.985, seed) for seed in range(5)])
        pairs = [[corrected(one, cohort) for one in (face, alike(face, 0.97, 77))] for face in (rare, common)]
        of_rare, of_common = (float(similarities(one[None], other[None])[0, 0]) for one, other in pairs)
        assert of_rare == pytest.approx(0.97, abs=1e-5), "nobody of the cohort is near"
        assert of_common < of_rare - 0.02

    def test_of_many_is_that_of_each_two(self) -> None:
        faces = [finished(vector(seed), DLIB.contract) for seed in range(5)]
        table = similarities(*[np.stack([face.vector_l2 for face in chosen]) for chosen in (faces[:2], faces)])
        assert table.shape == (2, 5)
        for row in range(2):
            for column in range(5):
                assert table[row, column] == pytest.approx(similarity(faces[row], faces[column]), abs=1e-5)

    def test_a_length_no_cohort_makes_is_no_infinity(self) -> None:
        odd = np.stack([np.zeros(DIM, np.float32), 0.5 * vector(1), 2 * vector(1)])
        assert np.isfinite(similarities(odd, odd)).all()
