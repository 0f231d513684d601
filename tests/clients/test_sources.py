import itertools

import cv2
import numpy as np
import pytest
from frapi_client import SourceError, frames, open_source
from frapi_client.sources import MAX_SIDE_PX, encode_jpeg


def picture(grey: int, width: int = 64, height: int = 48) -> np.ndarray:
    return np.full((height, width, 3), grey, np.uint8)


def decoded(jpeg: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)


def greys(jpegs) -> list[int]:
    """Each frame's grey level, to the nearest 10: JPEG and video codecs lose a little."""
    return [int(round(decoded(jpeg).mean(), -1)) for jpeg in jpegs]


@pytest.fixture
def clip(tmp_path):
    """20 frames at 20 frames/s, each 10 grey levels lighter."""
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 20.0, (64, 48))
    for number in range(20):
        writer.write(picture(10 * number))
    writer.release()
    return path


def test_own_frames_may_be_arrays_or_jpeg():
    first, second = frames([picture(100), b"\xff\xd8 as it is"])
    assert greys([first]) == [100]
    assert second == b"\xff\xd8 as it is"


def test_large_pictures_are_scaled_down_and_small_ones_left():
    assert decoded(encode_jpeg(picture(1, 1920, 1080))).shape == (360, MAX_SIDE_PX, 3)
    assert decoded(encode_jpeg(picture(1, 32, 24))).shape == (24, 32, 3)


@pytest.mark.parametrize(
    ("fps", "expected"), [(10.0, range(0, 200, 20)), (20.0, range(0, 200, 10)), (4.0, range(0, 200, 50))]
)
def test_a_video_is_sampled_to_the_rate(clip, fps, expected):
    assert greys(open_source(str(clip), fps=fps)) == list(expected)


def test_a_video_slower_than_the_rate_gives_each_frame_once(clip):
    assert len(list(open_source(str(clip), fps=50.0))) == 20


def test_a_looped_video_starts_again(clip):
    looped = open_source(str(clip), fps=10.0, loop=True)
    assert greys(itertools.islice(looped, 12)) == [*range(0, 200, 20), 0, 20]
    looped.close()


def test_a_folder_is_read_by_name(tmp_path):
    for name, grey in (("b.png", 50), ("a.png", 20), ("c.jpg", 90)):
        cv2.imwrite(str(tmp_path / name), picture(grey))
    (tmp_path / "notes.txt").write_text("no picture")
    assert greys(open_source(str(tmp_path), fps=10)) == [20, 50, 90]
    assert greys(itertools.islice(open_source(str(tmp_path), fps=10, loop=True), 4)) == [20, 50, 90, 20]


def test_one_picture_is_a_source(tmp_path):
    cv2.imwrite(str(tmp_path / "a.png"), picture(20))
    assert greys(open_source(str(tmp_path / "a.png"), fps=10)) == [20]


def test_what_is_not_there_is_named(tmp_path):
    with pytest.raises(SourceError, match="nowhere"):
        open_source(str(tmp_path / "nowhere.mp4"), fps=10)
    with pytest.raises(SourceError, match="no picture"):
        open_source(str(tmp_path), fps=10)
    with pytest.raises(SourceError, match="Camera 99"):
        open_source("99", fps=10)
    (tmp_path / "broken.mp4").write_bytes(b"no video")
    with pytest.raises(SourceError, match=r"broken\.mp4"):
        open_source(str(tmp_path / "broken.mp4"), fps=10)
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    with pytest.raises(SourceError, match=r"broken\.jpg"):
        next(open_source(str(tmp_path / "broken.jpg"), fps=10))
