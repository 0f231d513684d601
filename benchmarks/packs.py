"""The installed recognisers beside each other, on Labeled Faces in the Wild (View 1), in one run.

Of dlib's network the plain form takes part: what the default does to vectors beyond that was made with faces of this
archive, and ``recognition`` measures it with faces that it wasn't made with.
``FRAPI_MODELS_DIR`` names the cache; what ``manage.py models pull`` has put into it takes part.
"""

from __future__ import annotations

import hashlib
import pickle
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from rich.progress import track

from benchmarks import corpus
from frapi.evaluation.calibration import Request, calibrate
from frapi.evaluation.embedding import EmbeddedPicture
from frapi.evaluation.statistics import wilson
from frapi.inference.choice import installed_recognizers
from frapi.liveness import scoring
from frapi.vision.detect import DetectedFace, detect_faces
from frapi.vision.embed import embed_face, unit
from frapi.vision.landmarks import fit_landmarks, roi_of_detection, roi_of_landmarks
from frapi.vision.recognizers import Recognizer
from frapi.vision.types import ImageU8, Landmarks, Vector

Pair = tuple[str, str, bool]  # two photographs, and whether they show one person

FMRS = (1e-2, 1e-3, 1e-4)
BOOTSTRAPS = 1000
GALLERIES = (1_000, 10_000, 100_000, 1_000_000)
TRAIN, TEST = "pairsDevTrain.txt", "pairsDevTest.txt"
# Of a face that can't be found: it resembles nobody.
_NOTHING = -2.0


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Every photograph under one recogniser.

    Attributes:
        vectors_l2: photograph -> unit vector; lacks those in which no face was found.
        cpu_ms: median cost of one face, crops and all.
    """

    vectors_l2: dict[str, Vector]
    cpu_ms: float


def run(data: Path) -> None:
    """Print accuracy on the test pairs, rates of all against all, a session's scale, who is missed in 1:N, and cost."""
    photographs = [path for paths in corpus.lfw_photographs(data).values() for path in paths]
    recognizers = [each for each in installed_recognizers(corpus.store()) if each.cohort is None]
    seen, contracts = _seen(photographs, recognizers), {each.name: each.contract for each in recognizers}
    print(f"{len(photographs)} photographs.")
    _tell_accuracy(seen, *(_pairs(data / "lfw" / name) for name in (TRAIN, TEST)))
    _tell_all_against_all(seen)
    _tell_scales(seen, contracts)
    _tell_missed(seen, contracts)


def _tell_accuracy(seen: Mapping[str, Seen], train: list[Pair], test: list[Pair]) -> None:
    print(f"\nThresholds from {len(train)} pairs, accuracy on {len(test)} others.\n")
    print("| recogniser | accuracy | TAR at FMR 1e-2 | CPU ms |\n|---|---|---|---|")
    for name, each in seen.items():
        threshold = _best_threshold(*_scores(train, each))
        scores, same = _scores(test, each)
        accuracy, tar = ((scores >= threshold) == same).mean(), _tar(scores[same], scores[~same], 1e-2)[1]
        print(f"| `{name}` | {accuracy:.4f} | {tar:.4f} | {each.cpu_ms:.1f} |")


def _tell_all_against_all(seen: Mapping[str, Seen]) -> None:
    print("\nAll photographs against all:\n")
    print("| recogniser | FMR | threshold | TAR | by drawing people | genuine | impostors |\n" + "|---" * 7 + "|")
    for name, each in seen.items():
        genuine, people, impostors = _all_against_all(each)
        for fmr in FMRS:
            threshold, tar = _tar(genuine, impostors, fmr)
            low, high = _interval(genuine > threshold, people)
            counts = f"{len(genuine)} | {len(impostors)}"
            print(f"| `{name}` | {fmr:.0e} | {threshold:.4f} | {tar:.4f} | {low:.4f} to {high:.4f} | {counts} |")


def _tell_scales(seen: Mapping[str, Seen], contracts: Mapping[str, str]) -> None:
    """Means of three photographs, as a session compares means of three frames."""
    for name, each in seen.items():
        embedded = {
            f"{file.rpartition('_')[0]}/{file}": EmbeddedPicture(vector, 1.0, "")
            for file, vector in each.vectors_l2.items()
        }
        request = Request(contracts[name], target_fmr=1e-4, target_fpir=None, photos=3, min_quality_score=0.0)
        scale, evidence = calibrate(embedded, request)
        print(f"\n`{name}`, means of three: {scale.scale}\n{scale.tail}\n{evidence}")


def _tell_missed(seen: Mapping[str, Seen], contracts: Mapping[str, str]) -> None:
    """Who isn't recognised at the shipped thresholds of 1:N, by two photographs against two others."""
    print("\nMissed in 1:N, two photographs against two others:\n")
    print("| recogniser | templates | threshold | missed | interval | people |\n|---|---|---|---|---|---|")
    for name, each in seen.items():
        if not scoring.is_measured(contracts[name]):
            continue
        scores = _of_pairs_of_means(each)
        for size in GALLERIES:
            threshold = scoring.identification_threshold(contracts[name], size)
            missed = float((scores < threshold).mean())
            low, high = wilson(missed, len(scores))
            shown = f"{missed:.4f} | {low:.4f} to {high:.4f} | {len(scores)}"
            print(f"| `{name}` | {size} | {threshold:.4f} | {shown} |")


def _of_pairs_of_means(seen: Seen) -> NDArray[np.float32]:
    """For everyone with four photographs: the similarity of the means of two and two of them."""
    rng = np.random.default_rng(0)
    by_person: dict[str, list[Vector]] = {}
    for name, vector in sorted(seen.vectors_l2.items()):
        by_person.setdefault(name.rpartition("_")[0], []).append(vector)
    scores = []
    for vectors in by_person.values():
        if len(vectors) >= 4:
            drawn = np.stack(vectors)[rng.permutation(len(vectors))[:4]]
            scores.append(unit(drawn[:2].mean(axis=0)) @ unit(drawn[2:].mean(axis=0)))
    return np.array(scores, np.float32)


def _seen(photographs: list[Path], recognizers: list[Recognizer]) -> dict[str, Seen]:
    """Looking at thousands of photographs takes minutes, so the result is kept in the data folder of the server."""
    key = hashlib.sha256(" ".join(each.contract for each in recognizers).encode()).hexdigest()[:12]
    cache = settings.FRAPI.home / "benchmarks" / f"packs-{key}.pickle"
    if not cache.exists():
        vectors: dict[str, dict[str, Vector]] = {each.name: {} for each in recognizers}
        spent: dict[str, list[float]] = {each.name: [] for each in recognizers}
        for path in track(photographs, "looking at faces"):
            image = corpus.read_rgb(path)
            mesh = _mesh_in_the_middle(image)
            if mesh is None:
                continue
            for each in recognizers:
                started = time.thread_time()
                vectors[each.name][path.stem] = embed_face(image, mesh, corpus.runner(), each).vector_l2
                spent[each.name].append((time.thread_time() - started) * 1000)
        seen = {name: Seen(vectors[name], float(np.median(spent[name]))) for name in vectors}
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.write_bytes(pickle.dumps(seen))
    loaded: dict[str, Seen] = pickle.loads(cache.read_bytes())  # noqa: S301  our own file
    return loaded


def _mesh_in_the_middle(image_rgb: ImageU8) -> Landmarks | None:
    """The photographs are cut around one person; others may stand beside."""
    height, width = image_rgb.shape[:2]

    def off_center(face: DetectedFace) -> float:
        box = face.box
        return float(abs(box.x_min + box.x_max - width) + abs(box.y_min + box.y_max - height) - box.width_px)

    found = detect_faces(image_rgb, corpus.runner(), min_score=0.5)
    if not found:
        return None
    mesh = fit_landmarks(image_rgb, roi_of_detection(min(found, key=off_center)), corpus.runner())
    return fit_landmarks(image_rgb, roi_of_landmarks(mesh), corpus.runner())


def _pairs(file: Path) -> list[Pair]:
    """Photograph, photograph, whether of one person; after a line that counts them."""
    pairs = []
    for line in file.read_text().splitlines()[1:]:
        words = line.split("\t")
        second = words[0] if len(words) == 3 else words[2]
        pairs.append((f"{words[0]}_{int(words[1]):04d}", f"{second}_{int(words[-1]):04d}", len(words) == 3))
    return pairs


def _scores(pairs: list[Pair], seen: Seen) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    vectors = seen.vectors_l2
    scores = [
        float(vectors[first] @ vectors[second]) if first in vectors and second in vectors else _NOTHING
        for first, second, _ in pairs
    ]
    return np.array(scores), np.array([same for *_, same in pairs])


def _best_threshold(scores: NDArray[np.float64], same: NDArray[np.bool_]) -> float:
    """Of the most accurate ones, the middle."""
    candidates = np.unique(scores)
    genuine, impostors = np.sort(scores[same]), np.sort(scores[~same])
    right = len(genuine) - np.searchsorted(genuine, candidates) + np.searchsorted(impostors, candidates)
    return float(np.median(candidates[right == right.max()]))


def _all_against_all(seen: Seen) -> tuple[NDArray[np.float32], NDArray[np.intp], NDArray[np.float32]]:
    """Scores of genuine pairs and whose they are, and of impostor pairs."""
    names = sorted(seen.vectors_l2)
    people = np.unique([name.rpartition("_")[0] for name in names], return_inverse=True)[1]
    vectors = np.stack([seen.vectors_l2[name] for name in names])
    upper = np.triu_indices(len(names), 1)
    scores, same = (vectors @ vectors.T)[upper], people[upper[0]] == people[upper[1]]
    return scores[same], people[upper[0]][same], scores[~same]


def _interval(passed: NDArray[np.bool_], people: NDArray[np.intp]) -> tuple[float, float]:
    """95 % of the shares that pass when people are drawn anew; the threshold stays."""
    _, index = np.unique(people, return_inverse=True)
    of_person, passed_of_person = np.bincount(index), np.bincount(index, weights=passed)
    drawn = np.random.default_rng(0).integers(0, len(of_person), (BOOTSTRAPS, len(of_person)))
    low, high = np.percentile(passed_of_person[drawn].sum(axis=1) / of_person[drawn].sum(axis=1), [2.5, 97.5])
    return float(low), float(high)


def _tar(genuine: NDArray[np.floating], impostors: NDArray[np.floating], fmr: float) -> tuple[float, float]:
    """The least threshold at which at most this share of the impostors passes, and the share of genuine pairs."""
    allowed = int(fmr * len(impostors))
    threshold = float(np.partition(impostors, len(impostors) - allowed - 1)[len(impostors) - allowed - 1])
    return threshold, float((genuine > threshold).mean())
