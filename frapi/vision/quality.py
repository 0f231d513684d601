"""How good a face image is, component by component, and what that is worth to recognition."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from frapi.vision.landmarks import interocular_px
from frapi.vision.types import EyeAspectRatios, FaceView, HeadPose, ImageU8, Landmarks, QualityReport

Luminance = ImageU8
Histogram = NDArray[np.intp]

# Levels of brightness by which the two halves of a face are compared.
UNIFORMITY_BINS = 32


@dataclass(frozen=True, slots=True)
class QualityScale:
    """Where each raw measure is half good.

    Attributes:
        sharpness_half: deviation of the smoothed crop's Laplacian over that of its luminance; a sharp face has 0.135.
        noise_half: noise deviation over that of the luminance; a clean face has 0.012.
        dark_level, bright_level: luminance (0..255) at which a pixel is under- or over-exposed (ISO/IEC 29794-5).
        yaw_half_deg, pitch_half_deg, roll_half_deg: rotation of the mesh's axes.
        interocular_half_px: distance of the outer eye corners.
        open_ear: eye aspect ratio of a half-open eye.
        flat_deviation: least luminance deviation that edges and noise are related to.
    """

    sharpness_half: float = 0.06
    noise_half: float = 0.12
    dark_level: int = 25
    bright_level: int = 247
    yaw_half_deg: float = 35.0
    pitch_half_deg: float = 35.0
    roll_half_deg: float = 60.0
    interocular_half_px: float = 14.0
    open_ear: float = 0.14
    flat_deviation: float = 4.0


@dataclass(frozen=True, slots=True)
class SurvivalModel:
    """Logistic regression of "a genuine comparison that matched still matches" on what is lost of each component.

    Fitted by benchmarks/quality.py on 3,520 comparisons of Labeled Faces in the Wild whose probe was blurred, darkened,
    over-exposed, shrunk, compressed, made noisy or flat; held against 3,456 of other people. At a score of 0.65 to 0.70
    70 % survive; of all above 0.65, 87 %; of all below, 40 %; 0.13 % of the undamaged photographs fall below.
    """

    intercept: float = 4.50
    sharpness: float = 7.86
    noise_prevention: float = 3.76
    over_exposure_prevention: float = 4.79
    dynamic_range: float = 3.63


SCALE = QualityScale()
SURVIVAL = SurvivalModel()
# These change recognition little between two frontal photographs; they scale the score so that turned and tiny faces,
# which the fit has not seen, don't become templates.
GATES = ("head_pose_yaw", "head_pose_pitch", "inter_eye_distance")


def assess_quality(view: FaceView, landmarks: Landmarks, ears: EyeAspectRatios, pose: HeadPose) -> QualityReport:
    """Measure one face.

    Args:
        view: the face cut out of its frame.
        landmarks: its mesh in the frame; ``ears`` and ``pose`` were measured on it.
    Returns:
        Components named after ISO/IEC 29794-5 (``noise_prevention`` is ours) and their unified score.
    """
    components = {
        **luminance_components(view.luminance),
        "inter_eye_distance": _saturating(interocular_px(landmarks), SCALE.interocular_half_px),
        "head_pose_yaw": _falling(pose.yaw_deg, SCALE.yaw_half_deg),
        "head_pose_pitch": _falling(pose.pitch_deg, SCALE.pitch_half_deg),
        "head_pose_roll": _falling(pose.roll_deg, SCALE.roll_half_deg),
        "eyes_open": _saturating(min(ears.right, ears.left), SCALE.open_ear),
    }
    return QualityReport(components, unified_score(components))


def unified_score(components: Mapping[str, float]) -> float:
    """The share of genuine comparisons that survive such an image, scaled down for turned and tiny faces."""
    logit = SURVIVAL.intercept - (
        SURVIVAL.sharpness * (1 - components["sharpness"])
        + SURVIVAL.noise_prevention * (1 - components["noise_prevention"])
        + SURVIVAL.over_exposure_prevention * (1 - components["over_exposure_prevention"])
        + SURVIVAL.dynamic_range * (1 - components["dynamic_range"])
    )
    return math.prod(components[name] for name in GATES) / (1 + math.exp(-logit))


def luminance_components(luminance: Luminance) -> dict[str, float]:
    """The components that need no mesh, from a view's luminance."""
    middle = luminance.shape[1] // 2
    right, left = (_histogram(half) for half in (luminance[:, :middle], luminance[:, middle:]))
    shares = (right + left) / luminance.size
    deviation = max(_deviation(luminance), SCALE.flat_deviation)
    smooth = cv2.GaussianBlur(luminance.astype(np.float32), (0, 0), 1.0)
    edges = _deviation(cv2.Laplacian(smooth, cv2.CV_32F))
    return {
        "sharpness": _saturating(edges / deviation, SCALE.sharpness_half),
        "noise_prevention": _falling(_noise_deviation(luminance) / deviation, SCALE.noise_half),
        "illumination_uniformity": _illumination_uniformity(right, left),
        "under_exposure_prevention": float(shares[SCALE.dark_level + 1 :].sum()),
        "over_exposure_prevention": float(shares[: SCALE.bright_level].sum()),
        "dynamic_range": _dynamic_range(shares),
    }


def _deviation(values: NDArray[Any]) -> float:
    _, deviation = cv2.meanStdDev(values)
    return float(deviation[0, 0])


_NOISE_KERNEL = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)


def _noise_deviation(luminance: Luminance) -> float:
    """Source: Immerkær 1996, with the median in place of the mean, so that edges don't count as noise."""
    response = np.abs(cv2.filter2D(luminance, cv2.CV_16S, _NOISE_KERNEL))
    # Whole numbers: the median is found by counting, several times as fast as by sorting.
    below = np.cumsum(np.bincount(response.ravel()))
    middles = np.searchsorted(below, [(response.size - 1) // 2, response.size // 2], side="right")
    return float(middles.mean()) / 6 * 1.4826  # 6: the kernel's norm; 1.4826: from median to standard deviation


def _illumination_uniformity(right: Histogram, left: Histogram) -> float:
    """Overlap of the brightness histograms of the two halves of the face. Source: ISO/IEC 29794-5."""
    right, left = (half.reshape(UNIFORMITY_BINS, -1).sum(axis=1) / half.sum() for half in (right, left))
    return float(np.minimum(right, left).sum())


def _dynamic_range(shares: NDArray[np.float64]) -> float:
    """Entropy of the luminance over its greatest possible value, 8 bits. Source: ISO/IEC 29794-5."""
    used = shares[shares > 0]
    return float(-(used * np.log2(used)).sum() / 8)


def _histogram(luminance: Luminance) -> Histogram:
    """(256,) how many pixels have each level."""
    return np.bincount(luminance.ravel(), minlength=256)


def _saturating(value: float, half: float) -> float:
    """0 at 0, 0.5 at ``half``, 1 at infinity."""
    squared = value * value
    return squared / (squared + half * half)


def _falling(value: float, half: float) -> float:
    """1 at 0, 0.5 at plus or minus ``half``, 0 far away."""
    return 1 - _saturating(value, half)
