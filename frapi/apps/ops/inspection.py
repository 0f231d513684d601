"""What the server would see in pictures and videos: the same pipeline and session machine, without a session."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from frapi.errors import InvalidImage
from frapi.liveness import session
from frapi.liveness.types import EvidenceReady, FrameObstructed, FrameProcessed, SessionPolicy
from frapi.vision.decode import decode_image
from frapi.vision.equipment import Equipment
from frapi.vision.pipeline import analyze
from frapi.vision.ports import ModelRunner
from frapi.vision.types import AnalysisPolicy, FrameObservation, ImageU8

EQUIPMENT = Equipment(whole_mesh=True)
IMAGE_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture, or one frame of a video.

    Attributes:
        time_ms: since the start of the video; 0 for a picture.
        image_rgb: (H, W, 3) uint8.
    """

    source: Path
    number: int
    time_ms: int
    image_rgb: ImageU8


@dataclass(frozen=True, slots=True, eq=False)
class Inspected:
    """A frame, what was seen in it, and what a session makes of it.

    Attributes:
        verdict: the session's answer to the frame.
        complete: an enrolment would be complete by now.
    """

    frame: Frame
    observation: FrameObservation
    verdict: FrameProcessed | FrameObstructed
    complete: bool


def read_frames(path: Path, *, fps: float, limits: AnalysisPolicy) -> Iterator[Frame]:
    """The frames of a picture or a video.

    Args:
        fps: at most so many frames per second of a video are looked at.
        limits: what the server accepts as one picture.
    Raises:
        InvalidImage: it can be read neither as a picture nor as a video.
    """
    if path.is_dir():
        raise InvalidImage("is a folder; name the pictures and videos in it", field=None)
    if not path.is_file():
        raise InvalidImage("no such file", field=None)
    if path.suffix.lower() in IMAGE_SUFFIXES:
        image = decode_image(path.read_bytes(), max_bytes=limits.max_image_bytes, max_pixels=limits.max_image_pixels)
        yield Frame(path, 0, 0, image)
    else:
        yield from _read_video(path, fps)


def inspect(
    frames: Iterator[Frame], runner: ModelRunner, *, limits: AnalysisPolicy, policy: SessionPolicy
) -> Iterator[Inspected]:
    """Look at the frames of one source, as one session."""
    state, track, complete = session.start(policy, 0), None, False
    for frame in frames:
        request = session.embedding_request(state, frame.time_ms)
        observation = analyze(frame.image_rgb, track, runner, limits, request, EQUIPMENT)
        track = observation.track
        state, events = session.advance(state, observation, frame.time_ms)
        complete = complete or any(isinstance(event, EvidenceReady) for event in events)
        (verdict,) = (event for event in events if isinstance(event, FrameProcessed | FrameObstructed))
        yield Inspected(frame, observation, verdict, complete)


def describe(seen: Inspected, *, landmarks: bool) -> dict[str, Any]:
    """One JSON object; coordinates in pixels, scores in 0..1.

    Args:
        landmarks: with the whole mesh, [x, y, z] a vertex.
    """
    observation, verdict = seen.observation, seen.verdict
    box, pose, ears, quality = observation.box, observation.pose, observation.ears, observation.quality
    described: dict[str, Any] = {
        "source": str(seen.frame.source),
        "frame": seen.frame.number,
        "time_ms": seen.frame.time_ms,
        "width": observation.image_width_px,
        "height": observation.image_height_px,
        "face_count": observation.face_count,
        "track_id": observation.track.track_id,
        "bbox": box and _rounded([box.x_min, box.y_min, box.x_max, box.y_max], 1),
        "pose": pose and {name: round(getattr(pose, f"{name}_deg"), 1) for name in ("yaw", "pitch", "roll")},
        "ear": ears and {"right": round(ears.right, 3), "left": round(ears.left, 3), "mean": round(ears.mean, 3)},
        "quality_score": quality and round(quality.score, 3),
        "quality": quality and {name: round(value, 3) for name, value in quality.components.items()},
        "obstacles": {str(name): round(score, 3) for name, score in observation.obstacle_scores.items()},
        "accepted": isinstance(verdict, FrameProcessed) and verdict.accepted,
        "reason": reason_of(verdict),
        "instruction": str(verdict.instruction),
        "counters": {
            "frames_processed": verdict.counters.frames_processed,
            "blinks": verdict.counters.blinks,
            "motion_events": verdict.counters.motion_events,
            "liveness_score": verdict.counters.liveness_score,
            "liveness_verified": verdict.counters.liveness_verified,
        },
        "complete": seen.complete,
        "stage_ms": {stage: round(spent, 2) for stage, spent in observation.stage_ms.items()},
    }
    if landmarks:
        mesh = observation.landmarks
        described["landmarks"] = mesh and _rounded(mesh.points_px.tolist(), 2)
    return described


def reason_of(verdict: FrameProcessed | FrameObstructed) -> str | None:
    """Why the frame doesn't count."""
    if isinstance(verdict, FrameObstructed):
        return ",".join(sorted(verdict.obstacles))
    return verdict.reason and str(verdict.reason)


def _read_video(path: Path, fps: float) -> Iterator[Frame]:
    capture = cv2.VideoCapture(str(path))
    try:
        if not capture.isOpened():
            raise InvalidImage("neither a picture nor a video that can be read", field=None)
        # A file that doesn't tell its rate is taken frame by frame.
        own_fps = capture.get(cv2.CAP_PROP_FPS) or fps
        step, wanted, position = max(own_fps / fps, 1.0), 0.0, 0
        while capture.grab():
            if position >= round(wanted):
                _, image_bgr = capture.retrieve()
                image_rgb = np.asarray(cv2.cvtColor(image_bgr, cv2.COLOR_BGR2RGB), np.uint8)
                yield Frame(path, position, round(position * 1000 / own_fps), image_rgb)
                wanted += step
            position += 1
    finally:
        capture.release()


def _rounded(values: Any, digits: int) -> Any:
    return [_rounded(value, digits) for value in values] if isinstance(values, list) else round(values, digits)
