"""One frame against what a user would otherwise pick: a ``face_recognition`` loop, and MediaPipe's own face mesh.

The peers are installed into an environment of their own, from the user's package index; where that fails they are left
out, with a word. All look at the same JPEGs, in turns, so that whatever else the machine does befalls all.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import numpy as np
from django.conf import settings

from benchmarks import corpus, session_cost
from benchmarks.peer_loops import LOOPS
from frapi.simulation.person import animate, encode_jpeg
from frapi.simulation.script import LIVELY

FRAMES = 40
# The first frames load models and find the face.
SKIPPED = 5
ROUNDS = 3
JPEG_QUALITY = 70
# dlib comes as a built wheel under another name, so face_recognition is installed without what it asks for; it reads
# its files with pkg_resources, which setuptools no longer has.
PACKAGES = ("mediapipe==0.10.21", "dlib-bin==20.0.1.post1", "face_recognition_models==0.3.0", "setuptools<81")
PACKAGES_WITHOUT_DEPENDENCIES = ("face_recognition==1.3.0",)
INSTALL_TIMEOUT_S = 600
LOOP_TIMEOUT_S = 300


def run() -> None:
    """Print CPU per frame, medians over frames, the least of the rounds."""
    drawn = itertools.islice(animate(*corpus.seated("obama.jpg"), LIVELY, fps=10, seed=1), FRAMES)
    film = [encode_jpeg(frame, quality=JPEG_QUALITY) for frame in drawn]
    python = _environment(settings.FRAPI.home / "peers")
    with tempfile.TemporaryDirectory() as folder:
        for number, frame in enumerate(film):
            (Path(folder) / f"{number:03}.jpg").write_bytes(frame)
        rounds = [_round(python, film, folder) for _ in range(ROUNDS)]
    ours = min(each["frapi"] for each in rounds)
    print(f"{FRAMES} frames of 640x480, milliseconds of CPU per frame: medians, the least of {ROUNDS} rounds.\n")
    print("| loop | ms a frame | times frapi's |\n|---|---|---|")
    for name in rounds[0]:
        least = min(each[name] for each in rounds)
        print(f"| {name} | {least:.1f} | {least / ours:.1f} |")


def _round(python: Path | None, film: list[bytes], folder: str) -> dict[str, float]:
    costs = {"frapi": session_cost.frame_costs_ms(film)}
    for name in LOOPS if python else ():
        arguments = [str(python), str(Path(__file__).with_name("peer_loops.py")), name, folder]
        done = subprocess.run(arguments, check=True, capture_output=True, text=True, timeout=LOOP_TIMEOUT_S)
        costs[name] = json.loads(done.stdout)
    return {name: float(np.median(each[SKIPPED:])) for name, each in costs.items()}


def _environment(folder: Path) -> Path | None:
    """The peers' interpreter; None, and a word, where they can't be installed."""
    python, ready = folder / "bin" / "python", folder / "ready"
    if ready.exists():
        return python
    try:
        venv.create(folder, with_pip=True, clear=True)
        for options in (PACKAGES, ("--no-deps", *PACKAGES_WITHOUT_DEPENDENCIES)):
            install = [str(python), "-m", "pip", "install", "--quiet", *options]
            subprocess.run(install, check=True, capture_output=True, timeout=INSTALL_TIMEOUT_S)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"The peers can't be installed here: {error}\n", file=sys.stderr)
        return None
    ready.touch()
    return python
