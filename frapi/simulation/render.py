"""Draw a textured mesh: every triangle of the photo lands where its vertices went, nearer ones over farther ones."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from frapi.vision.triangles import FloatArray, IntArray, double_areas
from frapi.vision.types import ImageU8

SUBPIXEL_BITS = 4
MIN_DOUBLE_AREA_PX2 = 1e-3
"""A triangle smaller than this is edge-on (shut eyelids, the far cheek) and shows nothing."""


class MeshRenderer:
    """Warps one photo.

    Args:
        image_rgb: (H, W, 3) uint8.
        vertices_px: (N, 2 or 3) where the vertices are in the photo.
        triangles: (M, 3) vertex indices, all turning the same way.
    """

    def __init__(self, image_rgb: ImageU8, vertices_px: FloatArray, triangles: IntArray) -> None:
        self._image = image_rgb
        self._triangles = triangles
        corners = vertices_px[triangles, :2]
        self._source = corners.transpose(0, 2, 1)
        height, width = image_rgb.shape[:2]
        low = np.clip(np.floor(vertices_px[:, :2].min(axis=0)).astype(int), 0, [width, height])
        high = np.clip(np.ceil(vertices_px[:, :2].max(axis=0)).astype(int) + 1, 0, [width, height])
        self._window = (slice(low[1], high[1]), slice(low[0], high[0]))
        ys, xs = np.mgrid[self._window]
        self._xs, self._ys = xs.astype(np.float32), ys.astype(np.float32)
        self._origin = low

    def draw(self, vertices_px: FloatArray) -> ImageU8:
        """The photo with its vertices moved to ``vertices_px``, (N, 3); only their window can change."""
        corners = vertices_px[self._triangles]
        # A triangle that turned its back is hidden by another one.
        visible = np.flatnonzero(double_areas(corners[..., :2]) > MIN_DOUBLE_AREA_PX2)
        far_first = visible[np.argsort(-corners[visible, :, 2].mean(axis=1), kind="stable")]
        owner = self._paint(corners[far_first, :, :2], far_first)
        inverse = self._inverse_affines(corners, visible)[owner]
        map_x = inverse[..., 0] * self._xs + inverse[..., 1] * self._ys + inverse[..., 2]
        map_y = inverse[..., 3] * self._xs + inverse[..., 4] * self._ys + inverse[..., 5]
        result = self._image.copy()
        result[self._window] = cv2.remap(
            self._image, map_x, map_y, interpolation=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        return result

    def _paint(self, corners: FloatArray, numbers: NDArray[np.intp]) -> IntArray:
        """Which triangle shows at each pixel of the window; ``len(triangles)`` where none does."""
        owner = np.full(self._xs.shape, len(self._triangles), np.int32)
        fixed = np.rint((corners - self._origin) * (1 << SUBPIXEL_BITS)).astype(np.int32)
        for polygon, number in zip(fixed, numbers.tolist(), strict=True):
            cv2.fillConvexPoly(owner, polygon, number, lineType=cv2.LINE_8, shift=SUBPIXEL_BITS)
        return owner

    def _inverse_affines(self, corners: FloatArray, visible: NDArray[np.intp]) -> NDArray[np.float32]:
        """(M + 1, 6) maps from drawn pixels to the photo's; identity for hidden triangles and for none (last)."""
        affines = np.tile(np.array([1, 0, 0, 0, 1, 0], np.float32), (len(self._triangles) + 1, 1))
        homogeneous = np.ones((len(visible), 3, 3))
        homogeneous[:, :2] = corners[visible, :, :2].transpose(0, 2, 1)
        affines[visible] = (self._source[visible] @ np.linalg.inv(homogeneous)).reshape(-1, 6)
        return affines
