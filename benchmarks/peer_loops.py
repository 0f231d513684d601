"""The loops that others would write, for :mod:`benchmarks.peers`; runs in an environment of its own, without frapi.

Usage: ``python peer_loops.py face_recognition|mediapipe FOLDER``. Prints one JSON list: milliseconds of CPU for each
JPEG of the folder, in order.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np


def face_recognition_loop() -> Callable[[Any], object]:
    """As its own webcam example looks at a frame, at full size: find, then encode. The points are for blinks."""
    import face_recognition

    def look(image_rgb: Any) -> object:
        places = face_recognition.face_locations(image_rgb)
        points = face_recognition.face_landmarks(image_rgb, places)
        return points, face_recognition.face_encodings(image_rgb, places)

    return look


def mediapipe_loop() -> Callable[[Any], object]:
    """Its face mesh with refined eyes, tracking: no obstacles, no quality, no recognition."""
    import mediapipe

    mesh = mediapipe.solutions.face_mesh.FaceMesh(max_num_faces=1, refine_landmarks=True)
    process: Callable[[Any], object] = mesh.process
    return process


LOOPS = {"face_recognition": face_recognition_loop, "mediapipe": mediapipe_loop}


def main() -> None:
    name, folder = sys.argv[1:]
    cv2.setNumThreads(1)
    look, costs_ms = LOOPS[name](), []
    for path in sorted(Path(folder).glob("*.jpg")):
        data = path.read_bytes()
        began = time.process_time()
        image_bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        look(np.ascontiguousarray(image_bgr[..., ::-1]))
        costs_ms.append((time.process_time() - began) * 1000)
    print(json.dumps(costs_ms))


if __name__ == "__main__":
    main()
