"""The real networks on real portraits."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from frapi.errors import InvalidImage
from frapi.inference.onnx import OnnxModelRunner
from frapi.vision import embed, pipeline, topology
from frapi.vision.equipment import Equipment
from frapi.vision.landmarks import fit_landmarks
from frapi.vision.pipeline import analyze, analyze_bytes
from frapi.vision.recognizers import SFACE
from frapi.vision.similarity import cosine_similarity
from frapi.vision.types import (
    AnalysisPolicy,
    Embedding,
    EmbeddingRequest,
    FrameObservation,
    FrameReason,
    ImageU8,
    Obstacle,
    TrackState,
)
from tests import samples

POLICY = AnalysisPolicy()
ALWAYS = EmbeddingRequest(min_quality_score=0.0, min_ear=0.0)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def runner() -> OnnxModelRunner:
    return samples.runner()


def portrait(name: str) -> ImageU8:
    """An official portrait, seated before a webcam of 640 by 480."""
    return samples.seated(name)[0]


@pytest.fixture(scope="module")
def obama() -> ImageU8:
    return portrait("obama.jpg")


def look(image: ImageU8, runner: OnnxModelRunner, track: TrackState | None = None) -> FrameObservation:
    return analyze(image, track, runner, POLICY)


def embedding(image: ImageU8, runner: OnnxModelRunner) -> Embedding:
    vector = analyze(image, None, runner, POLICY, ALWAYS).embedding
    assert vector is not None
    return vector


def padded(image: ImageU8, scale: float) -> ImageU8:
    """The picture, smaller, in the middle of a grey frame of the same size."""
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    frame = np.full_like(image, 128)
    top, left = (frame.shape[0] - small.shape[0]) // 2, (frame.shape[1] - small.shape[1]) // 2
    frame[top : top + small.shape[0], left : left + small.shape[1]] = small
    return frame


def test_describes_a_portrait(obama: ImageU8, runner: OnnxModelRunner) -> None:
    seen = look(obama, runner)
    assert (seen.reason, seen.face_count) == (None, 1)
    assert seen.box is not None
    assert seen.quality is not None
    assert seen.ears is not None
    assert seen.pose is not None
    assert seen.landmarks is not None
    assert seen.landmarks.points_px.shape == (468, 3)
    assert seen.landmarks.presence_score > 0.9
    assert 0.15 < seen.ears.right < 0.45
    assert 0.15 < seen.ears.left < 0.45
    assert abs(seen.pose.yaw_deg) < 15
    assert seen.quality.score > 0.8
    assert all(0 <= value <= 1 for value in seen.quality.components.values())
    assert seen.embedding is None, "none was asked for"


def test_tracking_skips_the_detector_and_stays_on_the_face(obama: ImageU8, runner: OnnxModelRunner) -> None:
    first = look(obama, runner)
    second = look(obama, runner, first.track)
    assert "detect" in first.stage_ms
    assert "detect" not in second.stage_ms
    assert second.track.track_id == first.track.track_id
    assert first.landmarks is not None
    assert second.landmarks is not None
    drift_px = np.abs(first.landmarks.points_px[:, :2] - second.landmarks.points_px[:, :2]).max()
    assert drift_px < 3


def test_a_tracked_face_is_confirmed_now_and_then(obama: ImageU8, runner: OnnxModelRunner) -> None:
    track: TrackState | None = None
    detected = []
    for _ in range(POLICY.redetect_every_frames * 2 + 1):
        seen = look(obama, runner, track)
        track = seen.track
        detected.append("detect" in seen.stage_ms)
    assert sum(detected) == 3


def test_a_face_that_vanishes_ends_its_track(obama: ImageU8, runner: OnnxModelRunner) -> None:
    first = look(obama, runner)
    gone = look(np.full_like(obama, 90), runner, first.track)
    assert gone.reason is FrameReason.NO_FACE
    back = look(obama, runner, gone.track)
    assert back.reason is None
    assert back.track.track_id != first.track.track_id


def test_two_faces_are_too_many(obama: ImageU8, runner: OnnxModelRunner) -> None:
    both = np.concatenate([obama[:, 120:-120], portrait("biden.jpg")[:, 120:-120]], axis=1)
    seen = look(both, runner)
    assert (seen.reason, seen.face_count) == (FrameReason.MULTIPLE_FACES, 2)


def test_two_faces_stay_too_many_until_one_leaves(obama: ImageU8, runner: OnnxModelRunner) -> None:
    both = np.concatenate([obama[:, 120:-120], portrait("biden.jpg")[:, 120:-120]], axis=1)
    alone = both.copy()
    alone[:, both.shape[1] // 2 :] = 128
    track, reasons = None, []
    for image in (both, both, both, alone, alone):
        seen = look(image, runner, track)
        track = seen.track
        reasons.append(seen.reason)
    assert reasons == [FrameReason.MULTIPLE_FACES] * 3 + [None] * 2
    assert track is not None
    assert track.frames_since_detection == 1


def test_a_far_face_is_too_small(obama: ImageU8, runner: OnnxModelRunner) -> None:
    assert look(padded(obama, 0.25), runner).reason is FrameReason.FACE_TOO_SMALL


def test_a_face_over_the_edge_is_cut_off(obama: ImageU8, runner: OnnxModelRunner) -> None:
    box = look(obama, runner).box
    assert box is not None
    cut = np.ascontiguousarray(obama[:, int(box.x_min + box.width_px * 0.35) :])
    assert look(cut, runner).reason in {FrameReason.FACE_CUT_OFF, FrameReason.NO_FACE}


@pytest.mark.parametrize(
    ("damage", "component"),
    [
        (lambda image: cv2.GaussianBlur(image, (0, 0), 9), "sharpness"),
        (lambda image: image // 12, "dynamic_range"),
        (lambda image: np.clip(image.astype(int) * 2 + 60, 0, 255).astype(np.uint8), "over_exposure_prevention"),
    ],
)
def test_damage_lowers_quality_below_its_threshold(
    damage: object, component: str, obama: ImageU8, runner: OnnxModelRunner
) -> None:
    assert callable(damage)
    good, bad = look(obama, runner).quality, look(damage(obama), runner).quality
    assert good is not None
    assert bad is not None
    assert bad.components[component] < good.components[component]
    assert bad.score < 0.65 < good.score


def test_one_person_is_alike_and_two_are_not(runner: OnnxModelRunner) -> None:
    first, second, other = (embedding(portrait(name), runner) for name in ("obama.jpg", "obama2.jpg", "biden.jpg"))
    assert cosine_similarity(first, second) > 0.95
    assert cosine_similarity(first, other) < 0.90


def test_an_embedding_has_a_contract_and_is_a_little_shorter_than_one(obama: ImageU8, runner: OnnxModelRunner) -> None:
    vector = embedding(obama, runner)
    assert vector.contract == embed.CONTRACT
    assert vector.vector_l2.shape == (embed.DIM,)
    assert 0.9 < np.linalg.norm(vector.vector_l2) <= 1


@pytest.mark.parametrize("request_", [EmbeddingRequest(0.999, 0.0), EmbeddingRequest(0.0, 0.9)])
def test_no_embedding_of_an_unfit_frame(request_: EmbeddingRequest, obama: ImageU8, runner: OnnxModelRunner) -> None:
    seen = analyze(obama, None, runner, POLICY, request_)
    assert seen.reason is None
    assert seen.embedding is None


def test_no_embedding_of_a_covered_face(
    monkeypatch: pytest.MonkeyPatch, obama: ImageU8, runner: OnnxModelRunner
) -> None:
    monkeypatch.setattr(pipeline, "find_obstacles", lambda *_: {Obstacle.MASK: 0.4})
    strict, lax = (
        EmbeddingRequest(0.0, 0.0, max_obstacle_scores={Obstacle.MASK: most, Obstacle.HAT: 0.3}) for most in (0.3, 0.5)
    )
    assert analyze(obama, None, runner, POLICY, strict).embedding is None
    assert analyze(obama, None, runner, POLICY, lax).embedding is not None


def test_obstacles_are_looked_for_on_a_new_face_and_when_asked(obama: ImageU8, runner: OnnxModelRunner) -> None:
    first = analyze(obama, None, runner, POLICY, obstacles=False)
    second = analyze(obama, first.track, runner, POLICY, obstacles=False)
    third = analyze(obama, second.track, runner, POLICY, obstacles=True)
    assert [bool(each.obstacle_scores) for each in (first, second, third)] == [True, False, True]


def test_the_mesh_refines_what_the_equipment_needs(obama: ImageU8, runner: OnnxModelRunner) -> None:
    """The eyes lie where all parts refined would have them; lips are refined for whoever aligns a face by them."""
    lips, eyes = topology.REFINED_LIPS, topology.REFINED_RIGHT_EYE
    roi = look(obama, runner).track.roi
    assert roi is not None
    full = fit_landmarks(obama, roi, runner).points_px
    plain, by_lips = (
        fit_landmarks(obama, roi, runner, parts=equipment.refined_parts).points_px
        for equipment in (Equipment(), Equipment(SFACE))
    )
    assert full.shape == (478, 3)
    np.testing.assert_allclose(plain[eyes], full[eyes], atol=1e-3)
    np.testing.assert_allclose(by_lips[lips], full[lips], atol=1e-3)
    assert np.abs(plain[lips] - full[lips]).max() > 0.1


def test_other_contracts_are_never_compared(obama: ImageU8, runner: OnnxModelRunner) -> None:
    ours = embedding(obama, runner)
    with pytest.raises(ValueError, match="contracts differ"):
        cosine_similarity(ours, Embedding(ours.vector_l2, "another"))


def test_bytes_are_decoded_first(obama: ImageU8, runner: OnnxModelRunner) -> None:
    ok, data = cv2.imencode(".jpg", obama[..., ::-1])
    assert ok
    assert analyze_bytes(bytes(data), None, runner, POLICY).reason is None
    with pytest.raises(InvalidImage):
        analyze_bytes(bytes(data)[:1000], None, runner, POLICY)
