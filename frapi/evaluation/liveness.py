"""Films through the very session machine: who completes, how soon, and what attacks get through."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from frapi.evaluation.films import (
    GENUINE,
    SWAPPED,
    Film,
    as_filmed,
    film_attacks,
    find_films,
    find_photos,
    person_of_film,
    photo_attacks,
    read_film,
    read_photo,
)
from frapi.evaluation.statistics import Rate, rate_by_person
from frapi.liveness import session
from frapi.liveness.presentation import Presentation, judge_presentation
from frapi.liveness.state import MACHINE, is_confirmed, is_live
from frapi.liveness.types import EvidenceReady, LivenessRule, SessionKind, SessionPolicy
from frapi.vision.pipeline import analyze
from frapi.vision.ports import ModelRunner
from frapi.vision.types import AnalysisPolicy, ImageU8, TrackState

# A detection belongs to a labelled blink when it comes at most so long before its start or after its end: a blink
# counts when the face has shown life.
BLINK_TOLERANCE_S = 0.45
# Frames of archives may show small faces.
_ANALYSIS = AnalysisPolicy(min_interocular_px=24.0)


@dataclass(frozen=True, slots=True)
class FilmResult:
    """What a session made of one film.

    Attributes:
        enrolled_s: when an enrolment (blink and motion) was complete; None: never.
        authenticated_s: the same of an authentication (blink or motion).
        live_for_enrollment, live_for_authentication: whether liveness alone was ever met, good samples or not.
        blinks_s: when blinks counted.
        liveness_score: the highest of the session.
        live_face_score: of passive presentation attack detection, at the end; None without it.
        vetoed: what stood in the way at the end: names of signals, or ``presentation``.
    """

    name: str
    species: str
    person: str
    frames: int
    enrolled_s: float | None
    authenticated_s: float | None
    live_for_enrollment: bool
    live_for_authentication: bool
    blinks_s: tuple[float, ...]
    motion_events: int
    accepted_frames: int
    liveness_score: float
    live_face_score: float | None
    vetoed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlinkTally:
    """Blinks of one film against their labels."""

    name: str
    labelled: int
    found: int
    right: int

    @property
    def f1(self) -> float:
        return 2 * self.right / max(self.labelled + self.found, 1)


@dataclass(frozen=True, slots=True)
class SpeciesResult:
    """One species.

    Attributes:
        live_for_enrollment, live_for_authentication: share of films whose liveness was met. Of attacks that is the
            APCER of the liveness check alone, whatever the pictures' quality.
        enrolled, authenticated: share of films that complete a session. Of genuine ones 1 − BPCER.
        median_enrolled_s: of those that do.
    """

    species: str
    live_for_enrollment: Rate
    live_for_authentication: Rate
    enrolled: Rate
    authenticated: Rate
    median_enrolled_s: float | None


def run_film(film: Film, runner: ModelRunner, *, fps: float, passive: bool = True) -> FilmResult:
    """Show a film to an enrolment and an authentication at once.

    Args:
        passive: whether passive presentation attack detection may speak, if it is installed.
    Raises:
        ModelMissing: the model pack isn't there.
    """
    rules = {
        "enrolled": SessionPolicy(SessionKind.ENROLLMENT),
        "authenticated": SessionPolicy(SessionKind.VERIFICATION, rule=LivenessRule.ANY),
    }
    states = {name: session.start(policy, 0) for name, policy in rules.items()}
    done: dict[str, float | None] = dict.fromkeys(rules)
    live = dict.fromkeys(rules, False)
    track: TrackState | None = None
    blinks_s: list[float] = []
    blinks, turns, score, number = 0, 0, 0.0, 0
    source = runner if passive else _Without(runner)
    for number, image in enumerate(as_filmed(film.frames), 1):
        now_ms = round(number * 1000 / fps)
        wanted = (session.embedding_request(state, now_ms) for state in states.values())
        request = next((each for each in wanted if each is not None), None)
        seen = analyze(image, track, source, _ANALYSIS, request)
        track = seen.track
        for name in rules:
            states[name], events = session.advance(states[name], seen, now_ms)
            if number < film.judged_from:
                continue
            live[name] = live[name] or (is_live(states[name]) and is_confirmed(states[name]))
            if done[name] is None and any(isinstance(event, EvidenceReady) for event in events):
                done[name] = now_ms / 1000
        counted = session.counters(states["enrolled"])
        if counted.blinks > blinks:
            blinks_s += [now_ms / 1000] * (counted.blinks - blinks)
        blinks = counted.blinks
        turns = max(turns, counted.motion_events)
        score = max(score, counted.liveness_score)
    end = states["enrolled"]
    vetoed = list(session.counters(end).injection_signals)
    if judge_presentation(end.presentation, MACHINE.presentation) is Presentation.ATTACK:
        vetoed.append("presentation")
    return FilmResult(
        film.name,
        film.species,
        film.person,
        number,
        done["enrolled"],
        done["authenticated"],
        live["enrolled"],
        live["authenticated"],
        tuple(blinks_s),
        turns,
        end.frames_processed,
        score,
        end.presentation.mean_score,
        tuple(vetoed),
    )


class _Without:
    """A runner that has no passive presentation attack detection."""

    def __init__(self, runner: ModelRunner) -> None:
        self._runner = runner
        self.run = runner.run

    def has(self, model: str) -> bool:
        return not model.startswith("minifasnet") and self._runner.has(model)


def summarise(results: Sequence[FilmResult]) -> list[SpeciesResult]:
    """By species, genuine films first; species are never averaged."""
    names = sorted({each.species for each in results}, key=lambda name: (name != GENUINE, name))
    return [_summarise_one(name, [each for each in results if each.species == name]) for name in names]


def _summarise_one(species: str, results: Sequence[FilmResult]) -> SpeciesResult:
    def rate(hits: Iterable[bool]) -> Rate:
        return rate_by_person(np.array(list(hits), np.bool_), [each.person for each in results])

    times = [each.enrolled_s for each in results if each.enrolled_s is not None]
    return SpeciesResult(
        species,
        rate(each.live_for_enrollment for each in results),
        rate(each.live_for_authentication for each in results),
        rate(each.enrolled_s is not None for each in results),
        rate(each.authenticated_s is not None for each in results),
        float(np.median(times)) if times else None,
    )


def read_blinks(file: Path) -> dict[str, list[tuple[float, float]]]:
    """Read ``clip,start_s,end_s``.

    Raises:
        ValueError: a row is malformed; says which.
    """
    spans: dict[str, list[tuple[float, float]]] = {}
    with file.open(newline="", encoding="utf-8") as lines:
        for number, line in enumerate(csv.DictReader(lines), 2):
            try:
                spans.setdefault(line["clip"], []).append((float(line["start_s"]), float(line["end_s"])))
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"row {number}: {error}") from error
    return spans


def tally_blinks(
    results: Iterable[FilmResult], labels: Mapping[str, Sequence[tuple[float, float]]]
) -> list[BlinkTally]:
    """Blinks of the genuine films that have labels."""
    return [
        _tally(each, list(labels[each.name])) for each in results if each.species == GENUINE and each.name in labels
    ]


def _tally(result: FilmResult, spans: list[tuple[float, float]]) -> BlinkTally:
    labelled, right = len(spans), 0
    for at_s in result.blinks_s:
        near = [span for span in spans if span[0] - BLINK_TOLERANCE_S <= at_s <= span[1] + BLINK_TOLERANCE_S]
        if near:
            spans.remove(near[0])
            right += 1
    return BlinkTally(result.name, labelled, len(result.blinks_s), right)


def to_json(
    results: Sequence[FilmResult], species: Sequence[SpeciesResult], blinks: Sequence[BlinkTally]
) -> dict[str, Any]:
    """Everything, film by film."""
    return {
        "species": [asdict(each) for each in species],
        "blinks": [{**asdict(each), "f1": each.f1} for each in blinks],
        "films": [asdict(each) for each in results],
    }


@dataclass(frozen=True, slots=True)
class Campaign:
    """What is shown.

    Attributes:
        fps: frames per second of every film.
        max_frames: of one genuine film.
        attack_frames: of one attack.
        attacks: whether attacks are made of the films and photographs.
        passive: whether passive presentation attack detection may speak.
    """

    fps: float = 10.0
    max_frames: int = 300
    attack_frames: int = 40
    attacks: bool = False
    passive: bool = True


def _attacks_of_film(
    name: str,
    person: str,
    frames: list[ImageU8],
    other: Sequence[ImageU8],
    genuine: FilmResult,
    campaign: Campaign,
    seed: int,
) -> Iterator[Film]:
    """Of the film itself; the swap comes right after its first blink, or in its middle."""
    after = round(genuine.blinks_s[0] * campaign.fps) if genuine.blinks_s else len(frames) // 2
    others = list(other[:1]) * campaign.attack_frames
    for species, film in film_attacks(
        frames, others, fps=campaign.fps, frames=2 * campaign.attack_frames, swap_after=after, seed=seed
    ):
        yield Film(name, species, person, film, after + 1 if species == SWAPPED else 1)


def evaluate(clips: Path, photos: Path | None, runner: ModelRunner, campaign: Campaign) -> Iterator[FilmResult]:
    """Run everything, one film after the other.

    Args:
        clips: videos and folders of frames.
        photos: photographs to make attacks of, beside the first frames of the clips.
    Raises:
        ModelMissing: the model pack isn't there.
    """

    def run(film: Film) -> FilmResult:
        return run_film(film, runner, fps=campaign.fps, passive=campaign.passive)

    last_photo: Sequence[ImageU8] = ()
    for seed, path in enumerate(find_films(clips)):
        frames = read_film(path, fps=campaign.fps, max_frames=campaign.max_frames)
        if not frames:
            continue
        name, person = path.name, person_of_film(path)
        genuine = run(Film(name, GENUINE, person, frames))
        yield genuine
        if not campaign.attacks:
            continue
        count = campaign.attack_frames
        for species, film in photo_attacks(frames[0], runner, fps=campaign.fps, frames=count, seed=seed):
            yield run(Film(name, species, person, film))
        yield from map(run, _attacks_of_film(path.name, person, frames, last_photo, genuine, campaign, seed))
        last_photo = frames[:1]
    for seed, photo in enumerate(find_photos(photos) if photos and campaign.attacks else ()):
        for species, film in photo_attacks(
            read_photo(photo), runner, fps=campaign.fps, frames=campaign.attack_frames, seed=seed
        ):
            yield run(Film(photo.name, species, person_of_film(photo), film))
