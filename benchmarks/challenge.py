"""The challenge before drawn faces: people who do as they are asked, and recordings of them shown to other sessions.

Photographs are moved as heads, frame by frame, while the very session machine watches their pixels and asks.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import simplejpeg

from benchmarks import corpus
from frapi.errors import InvalidImage
from frapi.evaluation.films import find_photos, person_of_film, read_photo
from frapi.liveness import session
from frapi.liveness.challenge import ChallengeAction, ChallengeFailure, ChallengePolicy, ChallengeStep, draw_challenge
from frapi.liveness.types import (
    ChallengeFailed,
    ChallengeIssued,
    EvidenceReady,
    LivenessRule,
    SessionKind,
    SessionPolicy,
)
from frapi.simulation.person import animate, encode_jpeg
from frapi.simulation.portrait import seat_before_webcam
from frapi.simulation.script import Gesture, Script, blink, come_closer, nod, rest, turn
from frapi.vision.pipeline import analyze_bytes
from frapi.vision.types import AnalysisPolicy, ImageU8, Landmarks, Obstacle, TrackState

FPS = 10
PEOPLE = 110
SECONDS = 40.0
MOVES: dict[ChallengeAction, Script] = {
    ChallengeAction.TURN_LEFT: turn(24.0),
    ChallengeAction.TURN_RIGHT: turn(-24.0),
    ChallengeAction.LOOK_UP: nod(18.0, 1.6),
    ChallengeAction.LOOK_DOWN: nod(-18.0, 1.6),
    ChallengeAction.BLINK_TWICE: blink() + rest(0.5) + blink(),
    ChallengeAction.COME_CLOSER: come_closer(0.35),
}
# What a drawn face does besides, as living ones do: it says a word now and then.
JAW, WORD_S = 0.12, 1.7


@dataclass(slots=True)
class Obedient:
    """Somebody who does what he is asked, after he has read it."""

    reaction_s: float
    seconds: float = SECONDS
    now_s: float = 0.0
    _begins_s: float = math.inf
    _move: Script = field(default_factory=lambda: rest(0.0))

    def hear(self, action: ChallengeAction) -> None:
        self._begins_s, self._move = self.now_s + self.reaction_s, MOVES[action]

    def at(self, time_s: float) -> Gesture:
        self.now_s = time_s
        jaw = JAW * max(0.0, math.sin(2 * math.pi * time_s / WORD_S)) ** 2
        return replace(self._move.at(time_s - self._begins_s), jaw=jaw)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Attributes:
    passed_s: when the session was complete; None: never.
    reached: steps that were done.
    film: every frame as it was sent.
    """

    steps: Sequence[ChallengeStep]
    passed_s: float | None
    failure: ChallengeFailure | None
    reached: int
    film: list[bytes]


def run(data: Path) -> None:
    """Print how many drawn people pass, move by move, and how many recordings of them."""
    done, missed = Counter[str](), defaultdict[str, Counter[str]](Counter)
    outcomes: list[Outcome] = []
    for seed, (picture, landmarks) in enumerate(_people(data)):
        actor = Obedient(reaction_s=0.4 + 0.05 * (seed % 16))
        outcome = _show(animate(picture, landmarks, actor, fps=FPS, seed=seed), _draw(seed), actor.hear)
        outcomes.append(outcome)
        done.update(step.action for step in outcome.steps[: outcome.reached])
        if outcome.reached < len(outcome.steps):
            missed[outcome.steps[outcome.reached].action][outcome.failure or "never asked for"] += 1
    passed = [each for each in outcomes if each.passed_s is not None]
    print("| move | done | not done |\n|---|---|---|")
    for action in ChallengeAction:
        why = ", ".join(f"{failure}: {count}" for failure, count in missed[action].items())
        print(f"| {action} | {done[action]} | {why} |")
    median_s = float(np.median([each.passed_s for each in passed])) if passed else math.nan
    print(f"\nPassed: {len(passed)} of {len(outcomes)} people, median {median_s:.1f} s.")
    replays = [_replay(each, 1000 + seed) for seed, each in enumerate(passed)]
    got_through = sum(each.passed_s is not None for each in replays)
    print(f"Recordings of them, shown to another session: {got_through} of {len(replays)} pass.")


def _replay(outcome: Outcome, seed: int) -> Outcome:
    frames = (simplejpeg.decode_jpeg(each) for each in outcome.film)
    return _show(frames, _draw(seed), lambda _: None)


def _draw(seed: int) -> tuple[ChallengeStep, ...]:
    return draw_challenge(random.Random(seed), ChallengePolicy())  # noqa: S311  the same in every run


def _show(
    frames: Iterable[ImageU8], steps: tuple[ChallengeStep, ...], ask: Callable[[ChallengeAction], None]
) -> Outcome:
    """Show frames to a session until it is complete or has failed."""
    # Photographs of archives are of any quality; it is not what is measured here.
    policy = SessionPolicy(
        SessionKind.VERIFICATION,
        rule=LivenessRule.ANY,
        quality_threshold=0.0,
        obstacle_thresholds=dict.fromkeys(Obstacle, 1.0),
        challenge=steps,
    )
    state = session.start(policy, 0)
    track: TrackState | None = None
    film: list[bytes] = []
    for number, image in enumerate(frames, 1):
        film.append(encode_jpeg(image))
        now_ms = number * 1000 // FPS
        request = session.embedding_request(state, now_ms)
        seen = analyze_bytes(film[-1], track, corpus.runner(), AnalysisPolicy(), request)
        track = seen.track
        state, events = session.advance(state, seen, now_ms)
        for event in events:
            if isinstance(event, ChallengeIssued):
                ask(event.step.action)
            elif isinstance(event, ChallengeFailed):
                return Outcome(steps, None, event.failure, event.index, film)
            elif isinstance(event, EvidenceReady):
                return Outcome(steps, now_ms / 1000, None, len(steps), film)
    return Outcome(steps, None, None, state.challenge.index, film)


def _people(data: Path) -> Iterator[tuple[ImageU8, Landmarks]]:
    seen: set[str] = set()
    for photo in find_photos(data / "faces"):
        person = person_of_film(photo)
        if person in seen:
            continue
        seen.add(person)
        try:
            yield seat_before_webcam(read_photo(photo), corpus.runner())
        except InvalidImage:
            continue
        if len(seen) == PEOPLE:
            return
