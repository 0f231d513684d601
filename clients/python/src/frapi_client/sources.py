"""Where frames come from: each source is an iterator of JPEG bytes.

Cameras, videos and arrays need the ``camera`` extra (OpenCV and NumPy); JPEG bytes of your own need nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frapi_client.errors import SourceError

if TYPE_CHECKING:
    import cv2
    from cv2.typing import MatLike

MAX_SIDE_PX = 640
JPEG_QUALITY = 80
IMAGE_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}


def open_source(spec: str | Path, *, fps: float, loop: bool = False) -> Iterator[bytes]:
    """The source that a command line means.

    Args:
        spec: a camera's index, or the path of a video, of a picture or of a folder of pictures.
        fps: frames per second that will be taken; a video is sampled to it.
        loop: start a recording again when it ends.
    Raises:
        SourceError: there is no such thing.
    """
    spec = str(spec)
    if spec.isdecimal():
        return webcam(int(spec))
    path = Path(spec).expanduser()
    if path.is_dir():
        return folder(path, loop=loop)
    if not path.is_file():
        raise SourceError(f"No such camera, video, picture or folder: {spec}")
    if path.suffix.lower() in IMAGE_SUFFIXES:
        return pictures([path], loop=loop)
    return video(path, fps=fps, loop=loop)


def webcam(index: int = 0) -> Iterator[bytes]:
    """Frames of a camera; each is the newest one there is when it is asked for.

    Raises:
        SourceError: the camera can't be opened, or stops.
    """
    cv2 = _opencv()
    capture = cv2.VideoCapture(index)
    if not capture.isOpened():
        raise SourceError(f"Camera {index} can't be opened")
    return _webcam_frames(capture, index)


def video(path: Path, *, fps: float, loop: bool = False) -> Iterator[bytes]:
    """Frames of a video file, sampled to ``fps``.

    Raises:
        SourceError: it can't be opened.
    """
    if not fps > 0:
        raise ValueError("fps must be more than 0")
    cv2 = _opencv()
    capture = cv2.VideoCapture(str(path))
    if not capture.isOpened():
        raise SourceError(f"{path} can't be opened as a video")
    return _video_frames(capture, path, fps, loop)


def folder(path: Path, *, loop: bool = False) -> Iterator[bytes]:
    """The pictures of a folder, by name.

    Raises:
        SourceError: there is none.
    """
    try:
        paths = sorted(child for child in path.iterdir() if child.suffix.lower() in IMAGE_SUFFIXES and child.is_file())
    except OSError as error:
        raise SourceError(f"{path} can't be read as a folder of pictures") from error
    if not paths:
        raise SourceError(f"{path} holds no picture")
    return pictures(paths, loop=loop)


def pictures(paths: Iterable[Path], *, loop: bool = False) -> Iterator[bytes]:
    """Picture files, one after the other, again and again with ``loop``.

    Raises:
        SourceError: there is none, or, when its turn comes, one can't be read.
    """
    paths = list(paths)
    if not paths:
        raise SourceError("There is no picture")
    _opencv()
    return _pictures(paths, loop)


def frames(pictures_bgr: Iterable[MatLike | bytes]) -> Iterator[bytes]:
    """Frames of your own: BGR arrays as OpenCV gives them, or JPEG bytes, which go as they are."""
    for picture in pictures_bgr:
        yield bytes(picture) if isinstance(picture, bytes | bytearray | memoryview) else encode_jpeg(picture)


def encode_jpeg(picture_bgr: MatLike, *, max_side_px: int = MAX_SIDE_PX, quality: int = JPEG_QUALITY) -> bytes:
    """Scale a picture down to what the server needs, and encode it.

    Args:
        picture_bgr: (H, W, 3) uint8, BGR.
        max_side_px: longest side of what is sent.
    """
    cv2 = _opencv()
    scale = max_side_px / max(picture_bgr.shape[:2])
    if scale < 1:
        picture_bgr = cv2.resize(picture_bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    done, encoded = cv2.imencode(".jpg", picture_bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise SourceError("A frame can't be encoded as JPEG")
    return bytes(encoded)


def _pictures(paths: Sequence[Path], loop: bool) -> Iterator[bytes]:
    while True:
        for path in paths:
            yield encode_jpeg(_read_picture(path))
        if not loop:
            return


def _read_picture(path: Path) -> MatLike:
    """Read by ourselves, for OpenCV opens no path with letters that the system's code page lacks."""
    import numpy as np

    cv2 = _opencv()
    try:
        encoded = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise SourceError(f"{path} can't be read") from error
    picture: MatLike | None = cv2.imdecode(encoded, cv2.IMREAD_COLOR) if encoded.size else None
    if picture is None:
        raise SourceError(f"{path} can't be read as a picture")
    return picture


# A grab that takes longer than this waited for the camera: what it got is new, not out of the driver's queue.
_FRESH_GRAB_S = 0.005
_MAX_QUEUED_FRAMES = 8


def _webcam_frames(capture: cv2.VideoCapture, index: int) -> Iterator[bytes]:
    try:
        while True:
            for _ in range(_MAX_QUEUED_FRAMES):
                started = time.monotonic()
                if not capture.grab():
                    raise SourceError(f"Camera {index} stopped")
                if time.monotonic() - started > _FRESH_GRAB_S:
                    break
            done, picture = capture.retrieve()
            if not done:
                raise SourceError(f"Camera {index} gives no picture")
            yield encode_jpeg(picture)
    finally:
        capture.release()


def _video_frames(capture: cv2.VideoCapture, path: Path, fps: float, loop: bool) -> Iterator[bytes]:
    cv2 = _opencv()
    try:
        # A file that doesn't tell its rate is taken frame by frame.
        step = max((capture.get(cv2.CAP_PROP_FPS) or fps) / fps, 1.0)
        while True:
            position, wanted, started = 0, 0.0, False
            while capture.grab():
                if position >= round(wanted):
                    done, picture = capture.retrieve()
                    if done:
                        yield encode_jpeg(picture)
                        wanted, started = wanted + step, True
                position += 1
            if not started:
                raise SourceError(f"{path} holds no frame that can be read")
            if not loop:
                return
            capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
    finally:
        capture.release()


def _opencv() -> Any:
    try:
        import cv2
    except ModuleNotFoundError as error:
        raise SourceError("Cameras and videos need OpenCV: install frapi-client[camera]") from error
    return cv2
