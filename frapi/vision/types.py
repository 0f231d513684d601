"""What a frame shows. Immutable, picklable, free of behaviour beyond plain geometry.

Coordinates are pixels of the decoded, upright image: x to the right, y down, pixel centres at integers. ``left`` and
``right`` are the subject's own, as in ISO/IEC 39794-5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

ImageU8 = NDArray[np.uint8]
Points = NDArray[np.float32]
Vector = NDArray[np.float32]


class FrameReason(StrEnum):
    """Why a frame can't be looked at as one usable face."""

    NO_FACE = "no_face"
    MULTIPLE_FACES = "multiple_faces"
    FACE_TOO_SMALL = "face_too_small"
    FACE_CUT_OFF = "face_cut_off"


class Obstacle(StrEnum):
    """What may cover a face, by its name on the wire."""

    GLASSES = "glasses"
    MASK = "mask"
    HAT = "hat"
    HAND_COVERING = "hand_covering"


@dataclass(frozen=True, slots=True)
class FaceBox:
    """A detected face: corners in pixels and the detector's score in 0..1."""

    x_min: float
    y_min: float
    x_max: float
    y_max: float
    score: float

    @property
    def width_px(self) -> float:
        return self.x_max - self.x_min

    @property
    def height_px(self) -> float:
        return self.y_max - self.y_min


@dataclass(frozen=True, slots=True)
class RegionOfInterest:
    """A rotated square to crop a face from: centre and side in pixels, rotation in radians."""

    center_x: float
    center_y: float
    side_px: float
    angle_rad: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Landmarks:
    """A face mesh.

    Attributes:
        points_px: (468, 3) float32, or (478, 3) with the irises; z in pixels, towards the camera negative.
        presence_score: the network's own belief in 0..1 that a face is there.
    """

    points_px: Points
    presence_score: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FaceView:
    """A face cut out of its frame: upright, grey, always of the same size.

    Attributes:
        luminance: (96, 96) uint8.
        points_px: (468, 2) float32, the mesh in pixels of this crop.
    """

    luminance: ImageU8
    points_px: Points


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FrameFingerprint:
    """What tells a frame from every other.

    Attributes:
        digest: of sampled pixels; equal for equal pictures, however they were packed.
        thumbnail: (192,) float16, a coarse picture of mean 0 and deviation 50: hardly changed by noise, compression or
            the camera's exposure.
    """

    digest: bytes
    thumbnail: NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class EyeAspectRatios:
    """Height over width of each eye opening. Source: Soukupová & Čech 2016."""

    right: float
    left: float

    @property
    def mean(self) -> float:
        return (self.right + self.left) / 2


@dataclass(frozen=True, slots=True)
class HeadPose:
    """Head rotation in degrees; positive yaw turns to the subject's left, positive pitch looks up."""

    yaw_deg: float
    pitch_deg: float
    roll_deg: float


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Face image quality.

    Attributes:
        components: ISO/IEC 29794-5 component name -> 0..1, higher is better.
        score: the unified score in 0..1.
    """

    components: Mapping[str, float]
    score: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Embedding:
    """A face as a vector.

    Attributes:
        vector_l2: (D,) float32 of length 1, or a little less where the contract has a cohort.
        contract: which model, alignment and preprocessing made it; only equal contracts may be compared.
    """

    vector_l2: Vector
    contract: str


@dataclass(frozen=True, slots=True)
class TrackState:
    """What the pipeline carries from one frame to the next.

    Attributes:
        track_id: changes whenever the face was lost and found again.
        roi: where to look for the face in the next frame; None when it must be detected.
        frames_since_detection: frames since the detector last ran.
    """

    track_id: int
    roi: RegionOfInterest | None
    frames_since_detection: int


@dataclass(frozen=True, slots=True)
class AnalysisPolicy:
    """Limits of the analysis.

    Attributes:
        max_image_bytes: encoded size of one frame. 2 MiB holds a 1080p JPEG at quality 95.
        max_image_pixels: decoded size; 4 Mpx holds 1080p twice.
        min_interocular_px: below it a face is ``face_too_small``.
        redetect_every_frames: how often a tracked face is confirmed, and other faces are looked for.
        min_face_score: detector score of a face.
        min_presence_score: mesh presence under which a track is lost.
    """

    max_image_bytes: int = 2 * 1024 * 1024
    max_image_pixels: int = 4_194_304
    min_interocular_px: float = 32.0
    redetect_every_frames: int = 5
    min_face_score: float = 0.5
    min_presence_score: float = 0.5


@dataclass(frozen=True, slots=True)
class EmbeddingRequest:
    """Asks for an embedding if the frame is fit for one.

    Attributes:
        min_quality_score: no embedding below this quality.
        min_ear: no embedding when either eye is less open than this.
        thorough: the frame is a photograph by itself; take more pains over it.
        max_obstacle_scores: no embedding when an obstacle scores above its own; none named, any score will do.
    """

    min_quality_score: float
    min_ear: float
    thorough: bool = False
    max_obstacle_scores: Mapping[Obstacle, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class FrameObservation:
    """All that one frame shows.

    ``reason`` is None exactly when there is one usable face; then ``box``, ``landmarks``, ``view``, ``ears``, ``pose``
    and ``quality`` are set. ``obstacle_scores`` is empty when obstacles weren't looked for or no model is installed.
    ``previous_embedding`` comes with ``embedding`` while templates of a previous recogniser are being replaced.
    ``live_face_score`` is None when passive presentation attack detection isn't installed or it wasn't this frame's
    turn. ``track`` goes into the next call. ``stage_ms`` is the CPU time of each stage.
    """

    image_width_px: int
    image_height_px: int
    face_count: int
    track: TrackState
    reason: FrameReason | None = None
    box: FaceBox | None = None
    landmarks: Landmarks | None = None
    view: FaceView | None = None
    ears: EyeAspectRatios | None = None
    pose: HeadPose | None = None
    quality: QualityReport | None = None
    obstacle_scores: Mapping[Obstacle, float] = field(default_factory=dict)
    embedding: Embedding | None = None
    previous_embedding: Embedding | None = None
    fingerprint: FrameFingerprint | None = None
    live_face_score: float | None = None
    stage_ms: Mapping[str, float] = field(default_factory=dict)
