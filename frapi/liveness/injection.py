"""Signs that no camera is behind the stream: pictures that stand still, come again, or come in no order.

A client may send whatever it likes, so nothing here proves a camera. But a sensor never gives the same picture twice,
and a head takes its way through space without leaps; whoever feeds a file or a picture into the stream gives himself
away by it. While a signal stands, nothing counts as a sign of life.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from frapi.vision.types import FrameFingerprint, FrameObservation

Rows = NDArray[np.float16]


class InjectionSignal(StrEnum):
    """What was noticed."""

    STATIC_INPUT = "static_input"  # the very same picture for seconds
    REPEATED_FRAMES = "repeated_frames"  # pictures of before come again
    SHUFFLED_FRAMES = "shuffled_frames"  # no order in time
    IMPOSSIBLE_TIMESTAMPS = "impossible_timestamps"  # capture times that were refused, again and again


@dataclass(frozen=True, slots=True)
class InjectionPolicy:
    """Thumbnails are compared by the mean difference of their cells, which have a deviation of 50.

    Attributes:
        static_ms: the same picture for longer is no camera's stutter. A browser that is asked more often than the
            camera delivers sends each picture twice or three times.
        history_ms: how far back a picture is remembered.
        repeat_after_ms: a younger picture is no repetition: somebody may hold still for so long.
        exact_repeats: so many pictures, each equal in every sampled pixel to one before others, are a repetition.
        window_ms: over so long resemblance is judged.
        window_frames: it must hold at least so many frames.
        max_near_distance: three out of four frames of the window resemble an earlier one by this. Loops that were
            encoded anew reach 0.2 to 0.4; in 11 clips of real people at 5 to 25 frames/s it never fell under 0.49.
        max_near_ratio: and by this share of the movement within the window, which is what makes it remarkable. Real
            people never fell under 0.24 where the distance was under 0.7.
        min_movement: where the picture moves less within the window, resemblance says nothing.
        min_disorder: mean share of the last frames that are nearer to a frame than its predecessor is. In order it is
            under 0.25 at 10 frames/s and 0.06 at 25; shuffled 0.35 to 0.6. The face's place must say so too.
        min_face_spread: movement of the face, in widths of it, under which its order says nothing.
        order_frames: over so many frames order is judged.
        max_order_gap_ms: with longer gaps real heads leap too: at 8 frames/s one clip of 11 was taken for shuffled.
        refused_timestamps: so many refused capture times are no clock that was set.
        stands_ms: a signal stands for so long after it was last seen.
        watch_ms: no session completes before its stream has been watched for so long, which it takes to notice a
            shuffled one at 10 frames/s.
    """

    static_ms: int = 2500
    history_ms: int = 12_000
    repeat_after_ms: int = 800
    exact_repeats: int = 3
    window_ms: int = 1000
    window_frames: int = 5
    max_near_distance: float = 0.4
    max_near_ratio: float = 0.3
    min_movement: float = 0.5
    min_disorder: float = 0.33
    min_face_spread: float = 0.05
    order_frames: int = 10
    max_order_gap_ms: int = 115
    refused_timestamps: int = 3
    stands_ms: int = 10_000
    watch_ms: int = 2600


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class InjectionState:
    """What is remembered of the stream.

    Attributes:
        times_ms, digests, thumbnails: of earlier frames, the oldest first; thumbnails as rows.
        near: distance of each of them to the nearest older one; infinite without any.
        faces: (time, place, size and pose of the face, in about widths of it) of the last frames.
        disorder: share of the last frames nearer to a frame than its predecessor: (by thumbnail, by face).
        watched_since_ms: since when the stream has been watched; None before its first picture.
        same_since_ms: since when the picture has been the very same.
        repeats: exact repetitions lately.
        refused: capture times refused so far.
        last_seen_ms: when each signal was last seen.
        counts: how often each signal arose.
    """

    times_ms: tuple[int, ...] = ()
    digests: tuple[bytes, ...] = ()
    thumbnails: Rows | None = None
    near: tuple[float, ...] = ()
    faces: tuple[tuple[int, tuple[float, ...]], ...] = ()
    disorder: tuple[tuple[float, float], ...] = ()
    watched_since_ms: int | None = None
    same_since_ms: int = 0
    repeats: tuple[int, ...] = ()
    refused: int = 0
    last_seen_ms: Mapping[InjectionSignal, int] = field(default_factory=dict)
    counts: Mapping[InjectionSignal, int] = field(default_factory=dict)


def observe_stream(
    state: InjectionState, observation: FrameObservation, *, now_ms: int, policy: InjectionPolicy
) -> InjectionState:
    """Take in one frame, usable or not. Ask :func:`standing` what follows."""
    shown = observation.fingerprint
    if shown is None:
        return state
    if state.digests and state.digests[-1] == shown.digest:
        # A camera that is slower than its reader; it says nothing new, until it lasts.
        if now_ms - state.same_since_ms >= policy.static_ms:
            return _raise(state, InjectionSignal.STATIC_INPUT, now_ms, policy)
        return state
    watched_since_ms = now_ms if state.watched_since_ms is None else state.watched_since_ms
    state = replace(state, same_since_ms=now_ms, watched_since_ms=watched_since_ms)
    if shown.digest in state.digests:
        state = replace(state, repeats=(*state.repeats, now_ms)[-policy.exact_repeats :])
    state = _compare(state, shown, observation, now_ms, policy)
    if _comes_again(state, now_ms, policy):
        state = _raise(state, InjectionSignal.REPEATED_FRAMES, now_ms, policy)
    if _is_disordered(state, policy):
        state = _raise(state, InjectionSignal.SHUFFLED_FRAMES, now_ms, policy)
    return state


def refuse_timestamp(state: InjectionState, *, now_ms: int, policy: InjectionPolicy) -> InjectionState:
    """A frame was refused because its capture time ran backwards or away."""
    state = replace(state, refused=state.refused + 1)
    if state.refused < policy.refused_timestamps:
        return state
    return _raise(state, InjectionSignal.IMPOSSIBLE_TIMESTAMPS, now_ms, policy)


def standing(state: InjectionState, *, now_ms: int, policy: InjectionPolicy) -> frozenset[InjectionSignal]:
    """The signals that veto liveness now."""
    return frozenset(signal for signal, seen_ms in state.last_seen_ms.items() if now_ms - seen_ms <= policy.stands_ms)


def is_watched(state: InjectionState, *, now_ms: int, policy: InjectionPolicy) -> bool:
    """Whether the stream was watched for long enough; True where there is nothing to watch."""
    return state.watched_since_ms is None or now_ms - state.watched_since_ms >= policy.watch_ms


def forget_stream(state: InjectionState) -> InjectionState:
    """The stream was interrupted: what was noticed is kept, what would have to be compared isn't."""
    return InjectionState(refused=state.refused, last_seen_ms=state.last_seen_ms, counts=state.counts)


def _raise(state: InjectionState, signal: InjectionSignal, now_ms: int, policy: InjectionPolicy) -> InjectionState:
    """A signal is counted when it arises, not for each frame in which it goes on."""
    new = signal not in standing(state, now_ms=now_ms, policy=policy)
    return replace(
        state,
        last_seen_ms={**state.last_seen_ms, signal: now_ms},
        counts={**state.counts, signal: state.counts.get(signal, 0) + new},
    )


def _compare(
    state: InjectionState, shown: FrameFingerprint, observation: FrameObservation, now_ms: int, policy: InjectionPolicy
) -> InjectionState:
    """Compare a new picture with the ones before, and remember it."""
    start = bisect_left(state.times_ms, now_ms - policy.history_ms)
    times_ms, digests = state.times_ms[start:], state.digests[start:]
    near, by_thumbnail = float("inf"), None
    row = shown.thumbnail[None]
    thumbnails = row
    if state.thumbnails is not None and times_ms:
        earlier = state.thumbnails[start:]
        # In single precision, for there is no arithmetic in half: four times as fast.
        apart = earlier.astype(np.float32)
        apart -= row.astype(np.float32)
        distances = np.abs(apart, out=apart).mean(axis=1).astype(np.float64)
        old = bisect_right(times_ms, now_ms - policy.repeat_after_ms)
        near = float(distances[:old].min()) if old else near
        by_thumbnail = _disorder(distances[-policy.order_frames :], policy)
        thumbnails = np.concatenate([earlier, row])
    faces, by_face = state.faces, None
    place = _place(observation)
    if place is not None:
        faces = (*faces, (now_ms, place))[-policy.order_frames - 1 :]
        by_face = _disorder(
            np.array([sum(abs(a - b) for a, b in zip(each, place, strict=True)) for _, each in faces[:-1]]), policy
        )
    in_time = not times_ms or now_ms - times_ms[-1] <= policy.max_order_gap_ms
    disorder = state.disorder if in_time else ()
    if by_thumbnail is not None and by_face is not None:
        disorder = (*disorder, (by_thumbnail, by_face))[-policy.order_frames :]
    return replace(
        state,
        times_ms=(*times_ms, now_ms),
        digests=(*digests, shown.digest),
        thumbnails=thumbnails,
        near=(*state.near[start:], near),
        faces=faces,
        disorder=disorder,
    )


def _disorder(distances: NDArray[np.float64], policy: InjectionPolicy) -> float | None:
    """Share of the earlier frames that are nearer than the last one; None until there are enough."""
    if len(distances) < policy.order_frames:
        return None
    return float((distances[:-1] < distances[-1]).mean())


def _place(observation: FrameObservation) -> tuple[float, ...] | None:
    box, pose = observation.box, observation.pose
    if box is None or pose is None:
        return None
    width = max(box.width_px, 1.0)
    center = ((box.x_min + box.x_max) / 2 / width, (box.y_min + box.y_max) / 2 / width)
    return (*center, 2 * float(np.log(width)), pose.yaw_deg / 30, pose.pitch_deg / 30)


def _comes_again(state: InjectionState, now_ms: int, policy: InjectionPolicy) -> bool:
    if len(state.repeats) >= policy.exact_repeats and now_ms - state.repeats[0] <= policy.history_ms:
        return True
    count = len(state.times_ms) - bisect_left(state.times_ms, now_ms - policy.window_ms)
    if count < policy.window_frames or state.thumbnails is None:
        return False
    near = sorted(state.near[-count:])[count * 3 // 4]
    if near > policy.max_near_distance:
        return False
    recent = state.thumbnails[-count:].astype(np.float32)
    between = np.abs(recent[:, None] - recent[None]).mean(axis=2)
    movement = float(np.median(between[np.triu_indices(count, 1)]))
    return movement >= policy.min_movement and near <= policy.max_near_ratio * movement


def _is_disordered(state: InjectionState, policy: InjectionPolicy) -> bool:
    if len(state.disorder) < policy.order_frames:
        return False
    by_thumbnail, by_face = np.mean(state.disorder, axis=0)
    if min(by_thumbnail, by_face) < policy.min_disorder:
        return False
    places = np.array([place for _, place in state.faces])
    spread = float(np.abs(places - np.median(places, axis=0)).sum(axis=1).mean())
    return spread >= policy.min_face_spread
