"""``python -m training.cohort --data DIR``: the cohort that the default recogniser's vectors are corrected by.

Typical faces, not anybody's: each is the centre of a cluster of several people's mean vectors.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from frapi.vision.cohort import Cohort
from frapi.vision.embed import unit
from frapi.vision.recognizers import COHORT_FILE

# About six people each.
CLUSTERS = 400
SEED = 1


def build(people: Iterable[NDArray[np.float32]]) -> Cohort:
    """Cluster people.

    Args:
        people: each (n, D), the vectors of one person's photographs.
    Returns:
        (CLUSTERS, D) float32, each of length 1.
    """
    means = np.stack([unit(vectors.mean(axis=0)) for vectors in people])
    cv2.setRNGSeed(SEED)
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 60, 1e-6)
    _, _, centres = cv2.kmeans(means, min(CLUSTERS, len(means)), None, criteria, 3, cv2.KMEANS_PP_CENTERS)
    return np.stack([unit(centre) for centre in centres])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.cohort", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the data folder")
    data = parser.parse_args().data
    from benchmarks import faces

    people = [*faces.embeddings(data).values(), *faces.close_ups(data).values()]
    np.save(COHORT_FILE, build(people).astype(np.float16))


if __name__ == "__main__":
    main()
