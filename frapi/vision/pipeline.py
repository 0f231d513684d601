"""One frame in, one observation out."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import cv2

from frapi.vision.decode import decode_image
from frapi.vision.detect import DetectedFace
from frapi.vision.embed import embed_face
from frapi.vision.equipment import DEFAULT, Equipment
from frapi.vision.eyes import eye_aspect_ratios
from frapi.vision.fingerprint import fingerprint
from frapi.vision.landmarks import (
    box_of_landmarks,
    fit_landmarks,
    interocular_px,
    roi_of_detection,
    roi_of_landmarks,
)
from frapi.vision.obstacles import MODEL as OBSTACLE_MODEL
from frapi.vision.obstacles import find_obstacles
from frapi.vision.ports import ModelRunner
from frapi.vision.pose import head_pose
from frapi.vision.quality import assess_quality
from frapi.vision.recognizers import Recognizer
from frapi.vision.spoof import has_networks, live_face_score
from frapi.vision.types import (
    AnalysisPolicy,
    Embedding,
    EmbeddingRequest,
    FaceBox,
    FrameObservation,
    FrameReason,
    ImageU8,
    Landmarks,
    Obstacle,
    RegionOfInterest,
    TrackState,
)
from frapi.vision.view import view_face

# Frames run side by side in threads of our own; OpenCV's would only fight with them.
cv2.setNumThreads(1)

# A second face counts when it is at least this large beside the first: passers-by in the background don't.
OTHER_FACE_MIN_RATIO = 0.5
# How much closer the middle of the image is looked at when no face was found: finds faces down to 4 % of its width.
FAR_FACE_ZOOM = 2.5
# Share of the face's box that may lie outside the image.
MAX_OUTSIDE_RATIO = 0.1
# A tracked face is the detected one when their boxes overlap this much (intersection over the smaller).
SAME_PLACE_MIN_OVERLAP = 0.5


class StageTimer:
    """Adds up what each stage costs, in milliseconds of CPU: networks run on the calling thread, one a call."""

    def __init__(self) -> None:
        self.stage_ms: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        started = time.thread_time()
        try:
            yield
        finally:
            self.stage_ms[stage] = self.stage_ms.get(stage, 0.0) + (time.thread_time() - started) * 1000


def analyze_bytes(
    data: bytes,
    track: TrackState | None,
    runner: ModelRunner,
    policy: AnalysisPolicy,
    embedding: EmbeddingRequest | None = None,
    equipment: Equipment = DEFAULT,
    *,
    obstacles: bool = True,
) -> FrameObservation:
    """Decode one frame and look at it; arguments as of :func:`analyze`.

    Raises:
        InvalidImage: the bytes are no acceptable image.
        ModelMissing: the model pack isn't there.
    """
    timer = StageTimer()
    with timer("decode"):
        image = decode_image(data, max_bytes=policy.max_image_bytes, max_pixels=policy.max_image_pixels)
    return analyze(image, track, runner, policy, embedding, equipment, obstacles=obstacles, timer=timer)


def analyze(
    image_rgb: ImageU8,
    track: TrackState | None,
    runner: ModelRunner,
    policy: AnalysisPolicy,
    embedding: EmbeddingRequest | None = None,
    equipment: Equipment = DEFAULT,
    *,
    obstacles: bool = True,
    timer: StageTimer | None = None,
) -> FrameObservation:
    """Look at one frame.

    Args:
        image_rgb: (H, W, 3) uint8, upright.
        track: ``track`` of the observation before; None at the start.
        embedding: None when no embedding is wanted.
        obstacles: whether to look for them; on a face that was just found they are looked for in any case.
    Returns:
        What the frame shows; pass its ``track`` into the next call.
    """
    frame = _Frame(image_rgb, track or TrackState(0, None, 0), runner, policy, equipment, timer or StageTimer())
    return frame.look(embedding, obstacles=obstacles)


class _Frame:
    """One call of :func:`analyze`: holds what its steps share."""

    def __init__(
        self,
        image_rgb: ImageU8,
        track: TrackState,
        runner: ModelRunner,
        policy: AnalysisPolicy,
        equipment: Equipment,
        timer: StageTimer,
    ) -> None:
        self.image_rgb, self.track, self.runner, self.policy, self.timer = image_rgb, track, runner, policy, timer
        self.equipment = equipment
        with timer("fingerprint"):
            self.fingerprint = fingerprint(image_rgb)

    def look(self, embedding: EmbeddingRequest | None, *, obstacles: bool) -> FrameObservation:
        landmarks, track = self._tracked()
        faces: tuple[DetectedFace, ...] | None = None
        if landmarks is None or track.frames_since_detection >= self.policy.redetect_every_frames:
            faces = self._detect()
            landmarks, track = self._confirm(landmarks, track, faces)
        if landmarks is None:
            return self._unusable(FrameReason.NO_FACE, 0, track)
        if faces is not None and len(faces) > 1:
            return self._unusable(FrameReason.MULTIPLE_FACES, len(faces), self._suspected(track))
        is_new = self.track.roi is None or track.track_id != self.track.track_id
        return self._describe(landmarks, track, embedding, obstacles=obstacles or is_new)

    def _tracked(self) -> tuple[Landmarks | None, TrackState]:
        """Follow the face from the frame before."""
        if self.track.roi is None:
            return None, self.track
        with self.timer("mesh"):
            landmarks = self._fit(self.track.roi)
        if landmarks.presence_score < self.policy.min_presence_score:
            return None, self._lost()
        roi = roi_of_landmarks(landmarks)
        return landmarks, TrackState(self.track.track_id, roi, self.track.frames_since_detection + 1)

    def _detect(self) -> tuple[DetectedFace, ...]:
        find, min_score = self.equipment.detector.find, self.policy.min_face_score
        with self.timer("detect"):
            faces = find(self.image_rgb, self.runner, min_score=min_score)
            if not faces and self.track.roi is None:
                # A far face deserves "move closer", not "no face".
                faces = find(self.image_rgb, self.runner, min_score=min_score, zoom=FAR_FACE_ZOOM)
        if not faces:
            return ()
        largest = max(face.box.width_px for face in faces)
        near = [face for face in faces if face.box.width_px >= OTHER_FACE_MIN_RATIO * largest]
        return tuple(sorted(near, key=lambda face: -face.box.width_px))

    def _confirm(
        self, landmarks: Landmarks | None, track: TrackState, faces: tuple[DetectedFace, ...]
    ) -> tuple[Landmarks | None, TrackState]:
        """Check the track against the detector; start a new track where there is none, or on another face."""
        if landmarks is not None:
            # A turned head can escape the detector while the mesh still holds it: no detection is no contradiction.
            box = box_of_landmarks(landmarks)
            if not faces or any(_overlap(face.box, box) >= SAME_PLACE_MIN_OVERLAP for face in faces):
                return landmarks, TrackState(track.track_id, track.roi, 0)
            track = self._lost()
        if not faces:
            return None, track
        with self.timer("mesh"):
            # Twice: the second crop, taken from the first fit, is framed as a tracked face is.
            found = self._fit(roi_of_detection(faces[0]))
            if found.presence_score >= self.policy.min_presence_score:
                found = self._fit(roi_of_landmarks(found))
        if found.presence_score < self.policy.min_presence_score:
            return None, track
        return found, TrackState(track.track_id, roi_of_landmarks(found), 0)

    def _fit(self, roi: RegionOfInterest) -> Landmarks:
        return fit_landmarks(self.image_rgb, roi, self.runner, parts=self.equipment.refined_parts)

    def _suspected(self, track: TrackState) -> TrackState:
        """Look for other faces in every frame until there are none: they don't go by not being looked for."""
        return replace(track, frames_since_detection=self.policy.redetect_every_frames)

    def _lost(self) -> TrackState:
        return TrackState(self.track.track_id + 1, None, 0)

    def _unusable(
        self, reason: FrameReason, face_count: int, track: TrackState, box: FaceBox | None = None
    ) -> FrameObservation:
        height, width = self.image_rgb.shape[:2]
        return FrameObservation(
            width,
            height,
            face_count,
            track,
            reason=reason,
            box=box,
            fingerprint=self.fingerprint,
            stage_ms=self.timer.stage_ms,
        )

    def _describe(
        self, landmarks: Landmarks, track: TrackState, embedding: EmbeddingRequest | None, *, obstacles: bool
    ) -> FrameObservation:
        height, width = self.image_rgb.shape[:2]
        box = box_of_landmarks(landmarks)
        if interocular_px(landmarks) < self.policy.min_interocular_px:
            return self._unusable(FrameReason.FACE_TOO_SMALL, 1, track, box)
        if _outside_ratio(box, width, height) > MAX_OUTSIDE_RATIO:
            return self._unusable(FrameReason.FACE_CUT_OFF, 1, track, box)
        with self.timer("quality"):
            ears, pose = eye_aspect_ratios(landmarks), head_pose(landmarks)
            view = view_face(self.image_rgb, landmarks, track.roi)
            quality = assess_quality(view, landmarks, ears, pose)
        obstacle_scores = self._obstacles(landmarks) if obstacles else {}
        wanted = (
            embedding is not None
            and quality.score >= embedding.min_quality_score
            and min(ears.right, ears.left) >= embedding.min_ear
            and not _covered(obstacle_scores, embedding)
        )
        with self.timer("embed"):
            thorough = embedding is not None and embedding.thorough
            vector = self._embedding(landmarks, self.equipment.recognizer, thorough=thorough) if wanted else None
            previous = self._embedding(landmarks, self.equipment.previous, thorough=thorough) if wanted else None
        return FrameObservation(
            width,
            height,
            1,
            track,
            box=box,
            landmarks=landmarks,
            view=view,
            ears=ears,
            pose=pose,
            quality=quality,
            obstacle_scores=obstacle_scores,
            embedding=vector,
            previous_embedding=previous,
            fingerprint=self.fingerprint,
            live_face_score=self._live_face_score(box, track, is_sample=wanted),
            stage_ms=self.timer.stage_ms,
        )

    def _embedding(self, landmarks: Landmarks, recognizer: Recognizer | None, *, thorough: bool) -> Embedding | None:
        if recognizer is None:
            return None
        return embed_face(self.image_rgb, landmarks, self.runner, recognizer, thorough=thorough)

    def _live_face_score(self, box: FaceBox, track: TrackState, *, is_sample: bool) -> float | None:
        """With every detection and every sample: often enough for a mean, seldom enough for its cost."""
        if not (is_sample or track.frames_since_detection == 0) or not has_networks(self.runner):
            return None
        with self.timer("spoof"):
            return live_face_score(self.image_rgb, box, self.runner)

    def _obstacles(self, landmarks: Landmarks) -> Mapping[Obstacle, float]:
        if not self.runner.has(OBSTACLE_MODEL):
            return {}
        with self.timer("obstacles"):
            return find_obstacles(self.image_rgb, landmarks, self.runner)


def _covered(scores: Mapping[Obstacle, float], request: EmbeddingRequest) -> bool:
    """Whether something is in the way that the request won't have."""
    return any(scores.get(obstacle, 0.0) > most for obstacle, most in request.max_obstacle_scores.items())


def _overlap(first: FaceBox, second: FaceBox) -> float:
    """Intersection over the smaller box."""
    width = min(first.x_max, second.x_max) - max(first.x_min, second.x_min)
    height = min(first.y_max, second.y_max) - max(first.y_min, second.y_min)
    if width <= 0 or height <= 0:
        return 0.0
    smaller = min(first.width_px * first.height_px, second.width_px * second.height_px)
    return width * height / max(smaller, 1e-9)


def _outside_ratio(box: FaceBox, width_px: int, height_px: int) -> float:
    """Share of ``box`` outside the image."""
    inside = max(0.0, min(box.x_max, width_px) - max(box.x_min, 0.0)) * max(
        0.0, min(box.y_max, height_px) - max(box.y_min, 0.0)
    )
    return 1 - inside / max(box.width_px * box.height_px, 1e-9)
