from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from frapi.evaluation.embedding import EmbeddedPicture
from frapi.evaluation.identification import divide, gallery_sizes, measure_identification, search_everybody
from frapi.evaluation.identification_report import identification_lines, render_identification
from tests.evaluation.recognition import CONTRACT, crowd

CROWD = crowd(300, 3, spread=0.5)


def test_strangers_are_never_enrolled() -> None:
    division = divide(CROWD, CONTRACT, gallery_samples=1, strangers=0.5)
    assert len(division.mates) == 2 * len(division.gallery)
    assert len(division.strangers) == 3 * len(np.unique(division.stranger_of))
    assert len(division.gallery) + len(np.unique(division.stranger_of)) == 300
    nearest = (division.mates * division.gallery[division.mate_of]).sum(axis=1)
    assert nearest.mean() > (division.strangers @ division.gallery.T).max(axis=1).mean()


def test_who_has_too_few_pictures_is_a_stranger() -> None:
    several = {f"x{path}": seen for path, seen in crowd(20, 4).items()}
    division = divide({**crowd(20, 1), **several}, CONTRACT, gallery_samples=3, strangers=0.1)
    assert len(division.gallery) <= 20
    assert len(np.unique(division.stranger_of)) >= 20
    assert len(division.mates) == len(division.gallery)


@pytest.mark.parametrize(("people", "pictures", "says"), [(5, 1, "nobody"), (1, 3, "nobody|no strangers")])
def test_too_few_to_measure(people: int, pictures: int, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        divide(crowd(people, pictures), CONTRACT, gallery_samples=1, strangers=0.5)


def test_figures_by_gallery_size() -> None:
    division = divide(CROWD, CONTRACT, gallery_samples=1, strangers=0.5)
    sizes = gallery_sizes(division)
    assert sizes == [10, 30, 100, len(division.gallery)]
    embedded = {**CROWD, "q/1.jpg": EmbeddedPicture(None, 0.0, "no_face")}
    result = measure_identification(
        division, embedded, contract=CONTRACT, gallery_samples=1, server_thresholds={10: 0.5, 100: 1.5}
    )
    assert result.failures == {"no_face": 1}
    small, *_, large = result.sizes
    assert small.mates == 20
    assert small.server_fpir is not None
    assert result.sizes[2].server_fpir is not None
    assert (result.sizes[2].server_fpir.value, large.server_fpir) == (0, None)
    assert result.sizes[2].server_fpir.high is not None
    assert 0.01 < result.sizes[2].server_fpir.high < 0.05, "none of some 150 people is not never"
    for size in result.sizes:
        at_hundredth, at_thousandth = size.at_fpir
        assert at_thousandth.fnir is None, "some 450 probes of strangers can't speak of 1e-3"
        assert at_hundredth.fnir is not None
        assert at_hundredth.threshold is not None
        assert size.rank_1.value >= 1 - at_hundredth.fnir.value
    thresholds = [size.at_fpir[0].threshold or 0.0 for size in result.sizes]
    assert thresholds == sorted(thresholds), "the nearest of more is nearer"
    text = "\n".join(identification_lines(result))
    assert "too few strangers" in text
    assert json.loads(json.dumps(result.to_json()))["sizes"][0]["size"] == 10


def test_the_threshold_holds_the_target() -> None:
    division = divide(CROWD, CONTRACT, gallery_samples=1, strangers=0.5)
    result = measure_identification(division, CROWD, contract=CONTRACT, gallery_samples=1, server_thresholds={})
    nearest = (division.strangers @ division.gallery.T).max(axis=1)
    threshold = result.sizes[-1].at_fpir[0].threshold
    assert threshold is not None
    assert 0 < (nearest >= threshold).mean() <= 1e-2


def test_every_probe_is_searched_for_in_the_whole_gallery() -> None:
    division = divide(CROWD, CONTRACT, gallery_samples=1, strangers=0.5)
    searches = search_everybody(division)
    assert len(searches.own) == len(division.mate_paths)
    scores = division.strangers @ division.gallery.T
    np.testing.assert_allclose(searches.nearest, scores.max(axis=1), atol=1e-5)
    np.testing.assert_array_equal(searches.nearest_row, scores.argmax(axis=1))
    thresholds, fpirs, fnirs = np.array(searches.curve()).T
    assert (np.diff(thresholds) <= 0).all()
    assert (np.diff(fnirs) <= 0).all()
    assert fpirs[-1] == 1
    middle = len(thresholds) // 2
    missed = ~(searches.first & (searches.own >= thresholds[middle]))
    assert fnirs[middle] == pytest.approx(missed.mean())


def test_the_page_shows_whose_pictures_were_taken_for_whose(tmp_path: Path) -> None:
    division = divide(CROWD, CONTRACT, gallery_samples=1, strangers=0.5)
    result = measure_identification(division, CROWD, contract=CONTRACT, gallery_samples=1, server_thresholds={})
    searches = search_everybody(division)
    page = render_identification(result, division, searches, tmp_path)
    worst = int(searches.nearest.argmax())
    caption = f"<b>{searches.nearest[worst]:.4f}</b><br>{division.stranger_paths[worst]}<br>"
    assert caption + division.gallery_paths[searches.nearest_row[worst]] in page
    assert page.count("<svg") == 2
    assert str(len(division.gallery)) in page
