from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from frapi.evaluation.films import GENUINE, find_films, person_of_film, read_film
from frapi.evaluation.liveness import FilmResult, read_blinks, summarise, tally_blinks
from frapi.evaluation.liveness_report import liveness_lines, render_liveness

FILM = FilmResult(
    name="a.mp4",
    species=GENUINE,
    person="a",
    frames=50,
    enrolled_s=3.0,
    authenticated_s=1.0,
    live_for_enrollment=True,
    live_for_authentication=True,
    blinks_s=(1.0, 2.0, 4.0),
    motion_events=1,
    accepted_frames=20,
    liveness_score=0.98,
    live_face_score=None,
    vetoed=(),
)
FAILED = replace(
    FILM, enrolled_s=None, authenticated_s=None, live_for_enrollment=False, live_for_authentication=False, blinks_s=()
)


def test_species_stand_apart_and_genuine_films_first() -> None:
    attacks = [replace(FAILED, species="still", person=name) for name in "abcd"]
    passed = replace(FAILED, species="bent", live_for_authentication=True)
    results = summarise(
        [*attacks, passed, FILM, replace(FILM, person="b", enrolled_s=5.0), replace(FAILED, person="c")]
    )
    assert [each.species for each in results] == [GENUINE, "bent", "still"]
    genuine, bent, still = results
    assert genuine.enrolled.value == pytest.approx(2 / 3)
    assert genuine.median_enrolled_s == 4.0
    assert (bent.live_for_authentication.value, bent.live_for_enrollment.value) == (1.0, 0.0)
    assert (still.live_for_authentication.value, still.live_for_authentication.count) == (0.0, 4)
    assert still.live_for_authentication.high is not None, "none of four is no proof of none at all"


def test_blinks_are_held_against_their_labels_once(tmp_path: Path) -> None:
    file = tmp_path / "blinks.csv"
    file.write_text("clip,start_s,end_s\na.mp4,0.7,0.9\na.mp4,1.6,1.8\na.mp4,9,9.2\n")
    (tally,) = tally_blinks([FILM, replace(FILM, species="looped")], read_blinks(file))
    assert (tally.labelled, tally.found, tally.right) == (3, 3, 2)
    assert tally.f1 == pytest.approx(2 / 3)


def test_a_malformed_label_is_named(tmp_path: Path) -> None:
    file = tmp_path / "blinks.csv"
    file.write_text("clip,start_s,end_s\na.mp4,0.7,soon\n")
    with pytest.raises(ValueError, match="row 2"):
        read_blinks(file)


def test_what_is_told_names_rates_by_their_standard_names() -> None:
    species = summarise([FILM, replace(FAILED, species="still")])
    text = "\n".join(liveness_lines(species, []))
    assert "BPCER" in text
    assert "still: APCER" in text
    page = render_liveness(species, [], [replace(FILM, name="<a>")])
    assert "&lt;a&gt;" in page
    assert "<a>" not in page


def test_finds_films_and_the_window_of_the_webcam(tmp_path: Path) -> None:
    frames = tmp_path / "frames"
    frames.mkdir()
    for number in range(5):
        picture = np.full((100, 200, 3), 40 * number, np.uint8)
        cv2.imwrite(str(frames / f"{number}.png"), picture)
    assert find_films(tmp_path) == [frames]
    film = read_film(frames, fps=10, max_frames=3)
    assert [each.shape for each in film] == [(320, 640, 3)] * 3
    assert [int(each.mean()) for each in film] == [0, 40, 80]


@pytest.mark.parametrize(
    ("name", "person"), [("Ann_Lee_12_crop.jpg", "Ann_Lee"), ("clip_3.mp4", "clip"), ("12.mp4", "12")]
)
def test_person(name: str, person: str) -> None:
    assert person_of_film(Path(name)) == person
