"""The figures of the model card: on people not trained on, by origin, with intervals by person."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frapi.evaluation.statistics import rate_by_person
from frapi.liveness.types import DEFAULT_OBSTACLE_THRESHOLDS
from frapi.vision.types import Obstacle
from training.obstacles.crops import Crops
from training.obstacles.labels import Label, Part
from training.obstacles.measure import REPORTED, auc, wire_logits


def report(
    crops: Crops,
    labels: NDArray[np.int8],
    parts: NDArray[np.int8],
    scores: NDArray[np.float32],
    composite_scores: NDArray[np.float32],
    composite_labels: NDArray[np.int8],
) -> dict[str, Any]:
    """Figures by origin and obstacle.

    Args:
        scores: of all real crops, as the server would see them.
        composite_scores: of composites of test people with held-out glasses and hands, augmented.
    """
    held_out = parts == Part.TEST
    origins = {
        "lfw": ["lfw"],
        "facescrub": ["faces"],
        "mask set": ["with_mask", "without_mask"],
        "webcam live": ["ClientRaw"],
        "webcam photos": ["ImposterRaw"],
    }
    figures: dict[str, Any] = {}
    for name, collections in {**origins, "all real": [c for each in origins.values() for c in each]}.items():
        rows = held_out & np.isin(crops.collections, collections)
        figures[name] = _by_obstacle(scores[rows], labels[rows], crops.persons[rows])
    unnamed = np.array([f"composite {number}" for number in range(len(composite_labels))])
    figures["composites, augmented"] = _by_obstacle(composite_scores, composite_labels, unnamed)
    figures["origin"] = _origin(crops, held_out, scores, composite_scores, composite_labels)
    return figures


def _by_obstacle(scores: NDArray[np.float32], labels: NDArray[np.int8], persons: NDArray[np.str_]) -> dict[str, Any]:
    result = {}
    for name, each in wire_logits(scores).items():
        limit = DEFAULT_OBSTACLE_THRESHOLDS[Obstacle(name)]
        there, absent = labels[:, REPORTED[name]] == 1, labels[:, REPORTED[name]] == 0
        if not there.any() and not absent.any():
            continue
        figures: dict[str, Any] = {}
        if there.any() and absent.any():
            figures["auc"] = round(auc(each[there], each[absent]), 5)
        if there.any():
            figures["found"] = _rounded(asdict(rate_by_person(each[there] > limit, list(persons[there]))))
        if absent.any():
            figures["clean rejected"] = _rounded(asdict(rate_by_person(each[absent] > limit, list(persons[absent]))))
        result[name] = figures
    return result


def _origin(
    crops: Crops,
    held_out: NDArray[np.bool_],
    scores: NDArray[np.float32],
    composite_scores: NDArray[np.float32],
    composite_labels: NDArray[np.int8],
) -> dict[str, Any]:
    """Whether masks are told by the mask or by where a picture is from: every pairing of origins must separate."""
    mask = scores[:, Label.MASK]
    real_masks = mask[held_out & (crops.collections == "with_mask")]
    pasted = composite_scores[composite_labels[:, Label.MASK] == 1, Label.MASK]
    bare = {
        "mask set": mask[held_out & (crops.collections == "without_mask")],
        "lfw": mask[held_out & (crops.collections == "lfw")],
        "webcam": mask[held_out & np.isin(crops.collections, ("ClientRaw", "ImposterRaw"))],
    }
    return {
        f"{masks_name} against bare faces of {name}": round(auc(masks, bare_scores), 5)
        for masks_name, masks in (("real masks", real_masks), ("masks pasted on lfw and facescrub", pasted))
        for name, bare_scores in bare.items()
        if len(bare_scores) and len(masks)
    }


def _rounded(rate: dict[str, Any]) -> dict[str, Any]:
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in rate.items()}
