"""What a simulated person does, as a function of time."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gesture:
    """What the face does at one instant.

    Attributes:
        eye_closure: 0 is the photo's own eye opening, 1 is shut.
        yaw_deg: head rotation added to the photo's; positive turns to the subject's left.
        pitch_deg: positive looks up.
        nearer: how much larger than in the photo the head is seen, because it came closer.
        jaw: how far the jaw hangs, in widths of the face; 0.05 is a word said.
    """

    eye_closure: float = 0.0
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    nearer: float = 0.0
    jaw: float = 0.0


@dataclass(frozen=True, slots=True)
class Move:
    """One stretch of a script.

    Attributes:
        seconds: how long it takes.
        at: progress in 0..1 -> gesture. Starts and ends at rest, so moves can follow each other in any order.
    """

    seconds: float
    at: Callable[[float], Gesture]


@dataclass(frozen=True, slots=True)
class Script:
    """Moves, one after the other."""

    moves: tuple[Move, ...]

    def __add__(self, other: Script) -> Script:
        return Script(self.moves + other.moves)

    def __mul__(self, times: int) -> Script:
        return Script(self.moves * times)

    @property
    def seconds(self) -> float:
        return sum(move.seconds for move in self.moves)

    def at(self, time_s: float) -> Gesture:
        """The gesture at ``time_s``; at rest before the first move and after the last."""
        if time_s < 0:
            return Gesture()
        for move in self.moves:
            if time_s < move.seconds:
                return move.at(time_s / move.seconds)
            time_s -= move.seconds
        return Gesture()


def rest(seconds: float) -> Script:
    """Look into the camera."""
    return Script((Move(seconds, lambda _: Gesture()),))


def blink(seconds: float = 0.4) -> Script:
    """Shut the eyes and open them again. A spontaneous blink takes 0.1 to 0.4 s, half of it shut."""
    return Script((Move(seconds, lambda progress: Gesture(eye_closure=_held(progress, edge=0.25))),))


def turn(yaw_deg: float, seconds: float = 1.6) -> Script:
    """Turn the head and come back; positive turns to the subject's left."""
    return Script((Move(seconds, lambda progress: Gesture(yaw_deg=yaw_deg * _held(progress, edge=0.35))),))


def nod(pitch_deg: float, seconds: float = 1.2) -> Script:
    """Look up (positive) or down and come back."""
    return Script((Move(seconds, lambda progress: Gesture(pitch_deg=pitch_deg * _held(progress, edge=0.35))),))


def come_closer(nearer: float, seconds: float = 1.6) -> Script:
    """Lean towards the camera until the head is seen ``nearer`` larger, and back."""
    return Script((Move(seconds, lambda progress: Gesture(nearer=nearer * _held(progress, edge=0.35))),))


def _held(progress: float, *, edge: float) -> float:
    """0 -> 1, held, -> 0; each slope takes ``edge`` of the time and is smooth, as muscles are."""
    rise = min(progress, 1 - progress) / edge
    return 0.5 - 0.5 * math.cos(math.pi * min(max(rise, 0.0), 1.0))


LIVELY = rest(1.2) + blink() + rest(0.6) + turn(22.0) + rest(0.5) + blink() + rest(0.4) + turn(-22.0) + rest(0.5)
"""Everything an enrolment asks for, in either order, within 7.5 seconds."""

STILL = rest(60.0)
"""A person who does nothing but drift a little, which is no proof of life."""
