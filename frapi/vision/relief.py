"""What explains a movement better: a picture that was moved, or a head that turned?

A face mesh believes in heads: shown a tilted photograph, it reports a turn. So the pixels are asked. Of two views, one
is carried onto the other twice: by the homography that fits the pixels best, which is all that a flat picture can do,
and along the mesh, which is what a head does. Whichever resembles the other view more is the better explanation.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from frapi.vision import topology
from frapi.vision.types import FaceView, ImageU8, Points

Field = NDArray[np.float32]
Mask = NDArray[np.bool_]
Homography = NDArray[np.float32]

# Light changes on a head that turns. Details of this size (in pixels of the view) are compared, relative to what is
# around them, so that only what is drawn on the face counts.
DETAIL_SIGMA_PX = 1.1
SURROUND_SIGMA_PX = 6.0
# Luminance deviation below which a region is flat and its noise must not be blown up.
FLAT_DEVIATION = 4.0
# The homography is fitted to the pixels in stages, each blurring less (odd sizes in pixels), until a step gains less than
# this correlation. An attacker gains from a fit that gets stuck, so it starts from several places and the best counts.
FIT_BLURS_PX = (15, 5)
FIT_STEPS, FIT_GAIN = 30, 1e-4
# Skin that the turn hides is squeezed together: where the mesh shrinks to less than this share, nothing is compared.
MIN_AREA_RATIO = 0.35
# Lids and lips move by themselves: they and so many pixels around them are left out.
MOVING_PARTS_MARGIN_PX = 2
# Fewer compared pixels than this tell nothing.
MIN_COMPARED_PX = 450


@dataclass(frozen=True, slots=True)
class Explanation:
    """How well each explanation reproduces the other view: correlation of details in -1..1."""

    plane_correlation: float
    head_correlation: float


def explain_movement(reference: FaceView, current: FaceView) -> Explanation | None:
    """Compare both explanations of how ``reference`` became ``current``.

    Returns:
        None when too little of the face is seen in both views.
    Source: the homography is fitted by enhanced correlation (Evangelidis & Psarakis 2008).
    """
    before, after = _details(reference.luminance), _details(current.luminance)
    face = _hull(reference.points_px[topology.FACE_OVAL], reference.luminance.shape)
    homography = _best_homography(reference, current, before, after, face)
    if homography is None:
        return None
    size = before.shape[::-1]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    by_plane = cv2.warpPerspective(after, homography, size, flags=flags)
    seen = cv2.warpPerspective(np.ones_like(after), homography, size, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)
    along_mesh = _mesh_field(reference.points_px, current.points_px, before.shape)
    by_head = cv2.remap(after, along_mesh[..., 0], along_mesh[..., 1], cv2.INTER_LINEAR)
    compared = face & (seen > 0) & _visible(along_mesh) & ~_moving_parts(reference)
    if compared.sum() < MIN_COMPARED_PX:
        return None
    return Explanation(
        plane_correlation=_correlation(before[compared], np.asarray(by_plane, np.float32)[compared]),
        head_correlation=_correlation(before[compared], np.asarray(by_head, np.float32)[compared]),
    )


def _details(luminance: ImageU8) -> Field:
    fine = cv2.GaussianBlur(luminance.astype(np.float32), (0, 0), DETAIL_SIGMA_PX)
    around = cv2.GaussianBlur(fine, (0, 0), SURROUND_SIGMA_PX)
    spread = np.sqrt(cv2.GaussianBlur((fine - around) ** 2, (0, 0), SURROUND_SIGMA_PX)) + FLAT_DEVIATION
    return np.asarray((fine - around) / spread, np.float32)


def _hull(points_px: Points, shape: tuple[int, ...]) -> Mask:
    mask = np.zeros(shape, np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(np.round(points_px).astype(np.int32)), 1)
    return mask > 0


def _best_homography(
    reference: FaceView, current: FaceView, before: Field, after: Field, face: Mask
) -> Homography | None:
    """From reference to current: the one that fits the pixels best."""
    mask = face.astype(np.uint8)
    fits = [_fit(start, before, after, mask, FIT_BLURS_PX[0]) for start in _starts(reference, current)]
    found = max((fit for fit in fits if fit is not None), key=lambda fit: fit[0], default=None)
    for blur_px in FIT_BLURS_PX[1:]:
        if found is not None:
            found = _fit(found[1], before, after, mask, blur_px) or found
    return None if found is None else found[1]


def _starts(reference: FaceView, current: FaceView) -> list[Homography]:
    """That the picture didn't move in its crop, what fits the mesh, and what fits its outline."""
    starts = [np.eye(3, dtype=np.float32)]
    for vertices in (topology.RIGID, topology.FACE_OVAL):
        before, after = (view.points_px[vertices].astype(np.float64) for view in (reference, current))
        homography, _ = cv2.findHomography(before, after, 0)
        if homography is not None:
            starts.append(np.asarray(homography, np.float32))
    return starts


def _fit(
    start: Homography, before: Field, after: Field, mask: NDArray[np.uint8], blur_px: int
) -> tuple[float, Homography] | None:
    """Correlation and homography; None where the fit does not converge."""
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, FIT_STEPS, FIT_GAIN)
    try:
        correlation, fitted = cv2.findTransformECC(
            before, after, start.copy(), cv2.MOTION_HOMOGRAPHY, criteria, mask, blur_px
        )
    except cv2.error:
        return None
    return float(correlation), np.asarray(fitted, np.float32)


def _mesh_field(reference_px: Points, current_px: Points, shape: tuple[int, ...]) -> Field:
    """(H, W, 2): for each pixel of the reference where the mesh carries it; -1 outside the mesh."""
    index = np.full(shape, -1, np.int32)
    fine_corners = np.round(reference_px[topology.TRIANGLES] * 8).astype(np.int32)
    for number, corners in enumerate(fine_corners):
        cv2.fillConvexPoly(index, corners, number, shift=3)
    rows, columns = np.nonzero(index >= 0)
    inside = topology.TRIANGLES[index[rows, columns]]
    a, b, c = (reference_px[inside[:, corner]] for corner in range(3))
    to_b, to_c, to_pixel = b - a, c - a, np.stack([columns, rows], axis=1).astype(np.float32) - a
    double_area = to_b[:, 0] * to_c[:, 1] - to_c[:, 0] * to_b[:, 1]
    double_area[np.abs(double_area) < 1e-3] = 1e-3
    share_b = (to_pixel[:, 0] * to_c[:, 1] - to_c[:, 0] * to_pixel[:, 1]) / double_area
    share_c = (to_b[:, 0] * to_pixel[:, 1] - to_pixel[:, 0] * to_b[:, 1]) / double_area
    a, b, c = (current_px[inside[:, corner]] for corner in range(3))
    field = np.full((*shape, 2), -1, np.float32)
    field[rows, columns] = a + share_b[:, None] * (b - a) + share_c[:, None] * (c - a)
    return field


def _visible(field: Field) -> Mask:
    """Where the mesh carries a pixel to a place inside the other view, without squeezing it away."""
    height, width = field.shape[:2]
    along_y, along_x = np.gradient(field, axis=0), np.gradient(field, axis=1)
    area_ratio = along_x[..., 0] * along_y[..., 1] - along_x[..., 1] * along_y[..., 0]
    x, y = field[..., 0], field[..., 1]
    return np.asarray((area_ratio > MIN_AREA_RATIO) & (x > 1) & (y > 1) & (x < width - 2) & (y < height - 2))


def _moving_parts(view: FaceView) -> Mask:
    mask = np.zeros(view.luminance.shape, np.bool_)
    for part in (topology.RIGHT_EYE_CONTOUR, topology.LEFT_EYE_CONTOUR, topology.LIPS_CONTOUR):
        mask |= _hull(view.points_px[part], view.luminance.shape)
    side = 2 * MOVING_PARTS_MARGIN_PX + 1
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8)) > 0)


def _correlation(first: Field, second: Field) -> float:
    first, second = first - first.mean(), second - second.mean()
    return float((first * second).mean() / (first.std() * second.std() + 1e-6))
