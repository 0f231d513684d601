"""Cut a face out of its frame."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from frapi.vision import topology
from frapi.vision.geometry import ROI_SCALE, crop_to_image, warp
from frapi.vision.landmarks import roi_of_landmarks
from frapi.vision.types import FaceView, ImageU8, Landmarks, RegionOfInterest

# The same scale for every face: sharpness means the same near and far, and a movement is judged in the same pixels.
SIZE_PX = 96


def view_face(image_rgb: ImageU8, landmarks: Landmarks, roi: RegionOfInterest | None = None) -> FaceView:
    """The face, eyes level, as large as its mesh.

    Args:
        image_rgb: (H, W, 3) uint8.
        landmarks: the mesh fitted to it.
        roi: that of the mesh, if known.
    """
    roi = roi or roi_of_landmarks(landmarks)
    to_image = crop_to_image(replace(roi, side_px=roi.side_px / ROI_SCALE), SIZE_PX)
    luminance = cv2.cvtColor(warp(image_rgb, to_image, SIZE_PX), cv2.COLOR_RGB2GRAY)
    mesh_px = landmarks.points_px[: topology.MESH_VERTICES, :2]
    points_px = (mesh_px - to_image[:, 2]) @ np.linalg.inv(to_image[:, :2]).T
    return FaceView(np.asarray(luminance, np.uint8), points_px.astype(np.float32))
