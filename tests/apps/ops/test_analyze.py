"""``manage.py analyze``, with the real models on a sample person."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from django.core.management import CommandError, call_command

from frapi.simulation.person import animate
from frapi.simulation.script import blink, rest, turn
from tests import samples

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def picture(tmp_path_factory) -> Path:
    image_rgb, _ = samples.seated("obama.jpg")
    path = tmp_path_factory.mktemp("analyze") / "person.png"
    cv2.imwrite(str(path), image_rgb[..., ::-1])
    return path


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    """20 frames/s, lossless enough: rest, a blink, a turn: 3.4 s."""
    path = tmp_path_factory.mktemp("analyze") / "person.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 20.0, (640, 480))
    for frame in animate(*samples.seated("obama.jpg"), rest(1.0) + blink() + rest(0.4) + turn(22), fps=20, seed=1):
        writer.write(np.ascontiguousarray(frame[..., ::-1]))
    writer.release()
    return path


def analyze(*arguments: object) -> str:
    out = StringIO()
    call_command("analyze", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_a_picture_is_one_line_of_json(picture):
    (line,) = analyze(picture, "--json").splitlines()
    seen = json.loads(line)
    assert (seen["width"], seen["height"], seen["face_count"], seen["reason"]) == (640, 480, 1, None)
    left, top, right, bottom = seen["bbox"]
    assert left < 320 < right
    assert top < 240 < bottom
    assert {"yaw", "pitch", "roll"} == seen["pose"].keys()
    assert 0.1 < seen["ear"]["mean"] < 0.5
    assert seen["quality"].keys() >= {"sharpness", "eyes_open", "head_pose_yaw"}
    assert seen["counters"]["frames_processed"] == 1
    assert "landmarks" not in seen


def test_the_mesh_comes_on_request(picture):
    mesh = json.loads(analyze(picture, "--json", "--landmarks"))["landmarks"]
    assert np.array(mesh).shape == (478, 3)


def test_a_video_is_a_session(clip):
    lines = [json.loads(line) for line in analyze(clip, "--json", "--fps", 10).splitlines()]
    assert len(lines) == 34
    assert [line["time_ms"] for line in lines[:3]] == [0, 100, 200]
    last = lines[-1]["counters"]
    assert (last["blinks"], last["motion_events"] >= 1, last["liveness_verified"]) == (1, True, True)
    assert lines[-1]["complete"]
    assert not lines[5]["complete"]


def test_people_get_a_table(clip):
    text = analyze(clip, "--fps", 5)
    assert "quality" in text
    assert "complete" in text
    assert len(text.splitlines()) == 3 + 17


def test_pictures_are_drawn(picture, clip, tmp_path):
    analyze(picture, "--annotate", tmp_path / "drawn.png")
    drawn, original = cv2.imread(str(tmp_path / "drawn.png")), cv2.imread(str(picture))
    assert drawn.shape == original.shape
    assert not np.array_equal(drawn, original)
    analyze(clip, "--fps", 2, "--annotate", tmp_path / "frames")
    assert len(list((tmp_path / "frames").glob("person-*.jpg"))) == 7


def test_what_can_not_be_read_is_told_and_the_rest_is_done(picture, tmp_path):
    (tmp_path / "notes.txt").write_text("no picture")
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="2 of 3"):
        call_command(
            "analyze",
            str(tmp_path / "notes.txt"),
            str(tmp_path / "none.jpg"),
            str(picture),
            "--json",
            stdout=out,
            stderr=err,
        )
    assert len(out.getvalue().splitlines()) == 1
    assert "notes.txt" in err.getvalue()
    assert "none.jpg" in err.getvalue()


@pytest.mark.parametrize("arguments", [["a.jpg", "b.jpg", "--annotate", "c.png"], ["a.jpg", "--fps", "0"]])
def test_options_that_make_no_sense(arguments):
    with pytest.raises(CommandError):
        call_command("analyze", *arguments)
