"""What explains a movement better: a picture that was moved, or a head that turned?

A face mesh believes in heads: shown a tilted photograph, it reports a turn. So the pixels are asked. Of two views, one
is carried onto the other twice: by the homography that fits the pixels best, which is all that a flat picture can do,
and along the mesh, which is what a head does. Whichever resembles the other view more is the better explanation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from frapi.vision import topology
from frapi.vision.types import FaceView, ImageU8, Points

Field = NDArray[np.float32]
Mask = NDArray[np.bool_]
Texture = NDArray[np.float32]
Levels = NDArray[np.int8]
Homography = NDArray[np.float64]

# Light changes on a head that turns. Details of this size (in pixels of the view) are compared, relative to what is
# around them, so that only what is drawn on the face counts.
DETAIL_SIGMA_PX = 1.1
SURROUND_SIGMA_PX = 6.0
# Luminance deviation below which a region is flat and its noise must not be blown up.
FLAT_DEVIATION = 4.0
# Details are kept in bytes, for a session keeps two dozen views: so many levels to a deviation.
LEVELS_PER_DEVIATION = 32
# The homography is fitted to the pixels of halved views from several places, for an attacker gains from a fit that gets
# stuck; the best is refined on the whole views. Blurs are odd sizes in pixels; a fit ends when a step gains less.
COARSE_BLUR_PX, FINE_BLUR_PX = 7, 5
COARSE_STEPS, FINE_STEPS, FIT_GAIN = 25, 15, 2e-4
# A coarse fit that explains so much isn't stuck: no other start is tried.
GOOD_FIT = 0.98
# Skin that the turn hides is squeezed together: where the mesh shrinks to less than this share, nothing is compared.
MIN_AREA_RATIO = 0.35
# Sites at which the views are compared, for each unit of the canonical mesh, which is 150 wide: about 3,000 in all.
SITES_PER_UNIT = 0.4
# Fewer compared sites than this tell nothing.
MIN_COMPARED_SITES = 400


@dataclass(frozen=True, slots=True)
class Explanation:
    """How well each explanation reproduces the other view: correlation of details in -1..1."""

    plane_correlation: float
    head_correlation: float


class Surface:
    """A face made ready for comparison: what is drawn on it, and where its mesh lies.

    Attributes:
        points_px: (468, 2) the mesh in pixels of ``details``.
    """

    def __init__(self, view: FaceView) -> None:
        self._levels = _levels(view.luminance)
        self.points_px = view.points_px

    @property
    def details(self) -> Field:
        """(96, 96) what is drawn, lighting taken out; its mean is near zero, or no homography could be fitted well."""
        return self._levels.astype(np.float32)

    @cached_property
    def texture(self) -> Texture:
        """What is drawn at the same sites of every mesh: it stays while the head moves."""
        return _sample(self.details, _SITES.place(self.points_px))


def explain_movement(
    reference: Surface, current: Surface, *, enough: Callable[[float], float] = lambda _: math.inf
) -> Explanation | None:
    """Compare both explanations of how ``reference`` became ``current``.

    Args:
        enough: from the head's correlation to that of a plane which settles the caller's question: once one explains
            more, no better fit is looked for, which takes nearly all of the time. A fit that would have been refined
            may explain up to 0.02 more than the refined one, for it is refined on other pixels than it is judged by.
    Returns:
        None when too little of the face is seen in both views.
    Source: the homography is fitted by enhanced correlation (Evangelidis & Psarakis 2008).
    """
    before, after = reference.details, current.details
    was_at, by_head = _SITES.place(reference.points_px), _SITES.place(current.points_px)
    compared = _SITES.turned_towards(reference.points_px, current.points_px)
    compared &= _inside(was_at, before) & _inside(by_head, after)
    if compared.sum() < MIN_COMPARED_SITES:
        return None
    was_at = was_at[compared]
    original = _sample(before, was_at)
    explanation = Explanation(-1.0, _correlation(original, _sample(after, by_head[compared])))
    settled = enough(explanation.head_correlation)
    for homography in _homographies(reference, current, before, after):
        by_plane = cv2.perspectiveTransform(was_at[None].astype(np.float64), homography)[0]
        seen = _inside(by_plane, after)
        if seen.sum() >= MIN_COMPARED_SITES:
            plane_correlation = _correlation(original[seen], _sample(after, by_plane[seen]))
            explanation = replace(explanation, plane_correlation=plane_correlation)
        if explanation.plane_correlation > settled:
            break
    return explanation


def _inside(places: NDArray[Any], details: Field) -> Mask:
    return np.asarray(((places > 1) & (places < details.shape[0] - 2)).all(axis=1))


def resemblance(first: Texture, second: Texture) -> float:
    """Correlation of two textures in -1..1."""
    return _correlation(first, second)


class _Sites:
    """Places all over the face, given by their triangle of the mesh and their weights of its corners."""

    def __init__(self) -> None:
        mesh = topology.CANONICAL_MESH[: topology.MESH_VERTICES, :2] * SITES_PER_UNIT
        mesh = mesh - mesh.min(axis=0)
        shape = tuple(np.ceil(mesh.max(axis=0)).astype(int)[::-1] + 1)
        index = np.full(shape, -1, np.int32)
        for number, corners in enumerate(np.round(mesh[topology.TRIANGLES] * 8).astype(np.int32)):
            cv2.fillConvexPoly(index, corners, number, shift=3)
        for part in (topology.RIGHT_EYE_CONTOUR, topology.LEFT_EYE_CONTOUR, topology.LIPS_CONTOUR):
            index[cv2.dilate(_hull(mesh[part], shape), np.ones((3, 3), np.uint8)) > 0] = -1
        rows, columns = np.nonzero(index >= 0)
        self._triangle = index[rows, columns]
        a, b, c = (mesh[topology.TRIANGLES[self._triangle, corner]] for corner in range(3))
        to_b, to_c, to_site = b - a, c - a, np.stack([columns, rows], axis=1) - a
        area = _cross(to_b, to_c)
        share_b, share_c = _cross(to_site, to_c) / area, _cross(to_b, to_site) / area
        shares = (1 - share_b - share_c, share_b, share_c)
        # Corner by corner, and taken rather than indexed: several times as fast.
        self._corners = [np.ascontiguousarray(topology.TRIANGLES[self._triangle, corner]) for corner in range(3)]
        self._weights = [share[:, None].astype(np.float32) for share in shares]

    def place(self, points_px: Points) -> Points:
        """(S, 2) where the sites lie when the mesh lies at ``points_px``."""
        a, b, c = (
            np.take(points_px, corner, axis=0) * weight
            for corner, weight in zip(self._corners, self._weights, strict=True)
        )
        return np.asarray(a + b + c, np.float32)

    def turned_towards(self, reference_px: Points, current_px: Points) -> Mask:
        """(S,) whether a site is seen in the current view about as well as in the reference."""
        before, after = (self._double_areas(points) for points in (reference_px, current_px))
        return np.asarray(((before > 0) & (after > MIN_AREA_RATIO * before))[self._triangle])

    def _double_areas(self, points_px: Points) -> Field:
        a, b, c = (np.take(points_px, topology.TRIANGLES[:, corner], axis=0) for corner in range(3))
        return _cross(b - a, c - a)


def _cross(first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])


def _sample(details: Field, places: NDArray[Any]) -> Field:
    x, y = (np.ascontiguousarray(places[:, axis], np.float32)[None] for axis in (0, 1))
    return np.asarray(cv2.remap(details, x, y, cv2.INTER_LINEAR)[0], np.float32)


def _levels(luminance: ImageU8) -> Levels:
    fine = cv2.GaussianBlur(luminance.astype(np.float32), (0, 0), DETAIL_SIGMA_PX)
    around = cv2.GaussianBlur(fine, (0, 0), SURROUND_SIGMA_PX)
    spread = np.sqrt(cv2.GaussianBlur((fine - around) ** 2, (0, 0), SURROUND_SIGMA_PX)) + FLAT_DEVIATION
    return np.clip(np.rint((fine - around) / spread * LEVELS_PER_DEVIATION), -127, 127).astype(np.int8)


def _hull(points_px: Points, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    mask = np.zeros(shape, np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(np.round(points_px).astype(np.int32)), 1)
    return mask


def _homographies(reference: Surface, current: Surface, before: Field, after: Field) -> Iterator[Homography]:
    """From reference to current: first that the picture didn't move, then ever better fits to the pixels."""
    yield np.eye(3)
    mask = _hull(reference.points_px[topology.FACE_OVAL], before.shape)
    small_before, small_after, small_mask = (_halved(image) for image in (before, after, mask))
    coarse: tuple[float, Homography] | None = None
    for start in _starts(reference, current):
        fit = _fit(_HALVE @ start @ _DOUBLE, small_before, small_after, small_mask, COARSE_BLUR_PX, COARSE_STEPS)
        if fit is not None and (coarse is None or fit[0] > coarse[0]):
            coarse = fit
            yield _DOUBLE @ coarse[1] @ _HALVE
        if coarse is not None and coarse[0] >= GOOD_FIT:
            break
    if coarse is not None:
        fine = _fit(_DOUBLE @ coarse[1] @ _HALVE, before, after, mask, FINE_BLUR_PX, FINE_STEPS)
        if fine is not None:
            yield fine[1]


# Pixel centres lie at integers: halving moves them by a quarter of a pixel.
_HALVE = np.array([[0.5, 0, -0.25], [0, 0.5, -0.25], [0, 0, 1]])
_DOUBLE = np.array([[2, 0, 0.5], [0, 2, 0.5], [0, 0, 1]])


def _halved(image: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))


def _starts(reference: Surface, current: Surface) -> Iterator[Homography]:
    """That the picture didn't move in its crop, what fits the mesh, and what fits its outline."""
    yield np.eye(3)
    for vertices in (topology.RIGID, topology.FACE_OVAL):
        before, after = (face.points_px[vertices].astype(np.float64) for face in (reference, current))
        homography, _ = cv2.findHomography(before, after, 0)
        if homography is not None:
            yield np.asarray(homography, np.float64)


def _fit(
    start: NDArray[Any], before: Field, after: Field, mask: NDArray[np.uint8], blur_px: int, steps: int
) -> tuple[float, Homography] | None:
    """Correlation and homography; None where the fit does not converge."""
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, steps, FIT_GAIN)
    try:
        correlation, fitted = cv2.findTransformECC(
            before, after, start.astype(np.float32), cv2.MOTION_HOMOGRAPHY, criteria, mask, blur_px
        )
    except cv2.error:
        return None
    return float(correlation), np.asarray(fitted, np.float64)


def _correlation(first: Field, second: Field) -> float:
    first, second = first - first.mean(), second - second.mean()
    lengths = math.sqrt(float(first @ first) * float(second @ second))
    return float(first @ second) / (lengths + 1e-6 * len(first))


_SITES = _Sites()
