import itertools

import cv2
import numpy as np
import pytest
from frapi_client import SourceError, frames, open_source
from frapi_client.sources import MAX_SIDE_PX, encode_jpeg, pictures


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


def test_bad_pictures_are_named_when_their_turn_comes(tmp_path):
    cv2.imwrite(str(tmp_path / "a.png"), picture(20))
    (tmp_path / "b.png").write_bytes(b"")
    source = open_source(str(tmp_path), fps=10)
    assert greys([next(source)]) == [20]
    with pytest.raises(SourceError, match=r"b\.png"):
        next(source)


def test_a_picture_that_went_away(tmp_path):
    cv2.imwrite(str(tmp_path / "a.png"), picture(20))
    source = open_source(str(tmp_path), fps=10)
    (tmp_path / "a.png").unlink()
    with pytest.raises(SourceError, match=r"a\.png can't be read"):
        next(source)


def test_a_folder_named_like_a_picture_is_none(tmp_path):
    (tmp_path / "a.png").mkdir()
    with pytest.raises(SourceError, match="no picture"):
        open_source(str(tmp_path), fps=10)


def test_no_pictures_at_all():
    with pytest.raises(SourceError, match="no picture"):
        pictures([])


def test_paths_may_be_paths_and_hold_any_letter(tmp_path):
    path = tmp_path / "Zoë 顔.png"
    path.write_bytes(cv2.imencode(".png", picture(50))[1].tobytes())
    assert greys(open_source(path, fps=10)) == [50]


def test_a_path_may_begin_at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    cv2.imwrite(str(tmp_path / "a.png"), picture(50))
    assert greys(open_source("~/a.png", fps=10)) == [50]


def test_a_video_without_a_frame_says_so(tmp_path):
    path = tmp_path / "empty.avi"
    cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 20.0, (64, 48)).release()
    with pytest.raises(SourceError, match=r"empty\.avi"):
        list(open_source(path, fps=10))


def test_a_video_that_breaks_off_is_named(clip, tmp_path):
    path = tmp_path / "half.avi"
    path.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    with pytest.raises(SourceError, match=r"half\.avi"):
        list(open_source(path, fps=20))


@pytest.mark.parametrize("fps", [0, -1, float("nan")])
def test_a_rate_that_is_none(clip, fps):
    with pytest.raises(ValueError, match="fps"):
        open_source(clip, fps=fps)


def test_own_frames_may_be_any_bytes():
    assert list(frames([bytearray(b"a"), memoryview(b"b")])) == [b"a", b"b"]
