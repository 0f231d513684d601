"""Which mesh vertex is what.

Source: MediaPipe's canonical face mesh and its attention-mesh refinement maps, Apache-2.0. ``right`` is the subject's.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from frapi.vision.triangles import triangulate

RIGHT_EYE_OUTER, RIGHT_EYE_INNER = 33, 133
LEFT_EYE_INNER, LEFT_EYE_OUTER = 362, 263
NOSE_TIP, FOREHEAD, CHIN = 1, 10, 152
RIGHT_TEMPLE, LEFT_TEMPLE = 234, 454

# Corner, two upper-lid points, corner, two lower-lid points: the order of Soukupová & Čech's p1..p6.
RIGHT_EYE_EAR = np.array([33, 160, 158, 133, 153, 144])
LEFT_EYE_EAR = np.array([362, 385, 387, 263, 373, 380])

# Vertices that the skull carries along: no lips, no lids, no brows.
RIGID = np.array(
    [33, 133, 362, 263, 1, 4, 5, 195, 197, 6, 168, 10, 151, 9, 8, 234, 454, 127, 356, 93, 323, 132, 361]
    + [2, 98, 327, 116, 345, 123, 352, 50, 280, 205, 425, 117, 346]
)

FACE_OVAL = np.array(
    [10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149]
    + [150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109]
)

RIGHT_EYE_CONTOUR = np.array([33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7])
LEFT_EYE_CONTOUR = np.array([263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249])
LIPS_CONTOUR = np.array([61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146])

MESH_VERTICES = 468
REFINED_VERTICES = 478

# (478, 3) float32: one head facing the camera, 150 between the temples: the mesh of an official portrait, turned
# straight. Which vertices are neighbours is read off it.
CANONICAL_MESH = np.load(Path(__file__).with_name("canonical_mesh.npy")).astype(np.float32)
TRIANGLES = triangulate(CANONICAL_MESH[:MESH_VERTICES, :2].astype(np.float64))

# Rows of the attention mesh's refinement outputs -> mesh vertices.
REFINED_LIPS = np.array(
    [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409, 78, 95, 88, 178, 87, 14]
    + [317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415, 76, 77, 90, 180, 85, 16, 315, 404, 320, 307]
    + [306, 184, 74, 73, 72, 11, 302, 303, 304, 408, 62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292, 183, 42, 41, 38]
    + [12, 268, 271, 272, 407]
)
REFINED_RIGHT_EYE = np.array(
    [33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173, 130, 25, 110, 24, 23, 22, 26, 112]
    + [243, 247, 30, 29, 27, 28, 56, 190, 226, 31, 228, 229, 230, 231, 232, 233, 244, 113, 225, 224, 223, 222, 221, 189]
    + [35, 124, 46, 53, 52, 65, 143, 111, 117, 118, 119, 120, 121, 128, 245, 156, 70, 63, 105, 66, 107, 55, 193]
)
REFINED_LEFT_EYE = np.array(
    [263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398, 359, 255, 339, 254, 253, 252, 256]
    + [341, 463, 467, 260, 259, 257, 258, 286, 414, 446, 261, 448, 449, 450, 451, 452, 453, 464, 342, 445, 444, 443]
    + [442, 441, 413, 265, 353, 276, 283, 282, 295, 372, 340, 346, 347, 348, 349, 350, 357, 465, 383, 300, 293, 334]
    + [296, 336, 285, 417]
)
RIGHT_IRIS, LEFT_IRIS = np.arange(468, 473), np.arange(473, 478)
