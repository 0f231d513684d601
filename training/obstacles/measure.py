"""Figures out of logits and labels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.obstacles.labels import Label

# What is reported: the wire's obstacles, by the label that decides them.
REPORTED = {"glasses": Label.EYEWEAR, "mask": Label.MASK, "hat": Label.HAT, "hand_covering": Label.HAND}


def wire_logits(logits: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Per obstacle on the wire one score: glasses are the larger of the clear and the dark."""
    return {
        "glasses": logits[:, [Label.GLASSES, Label.SUNGLASSES]].max(axis=1),
        "mask": logits[:, Label.MASK],
        "hat": logits[:, Label.HAT],
        "hand_covering": logits[:, Label.HAND],
    }


def roc_points(logits: NDArray[np.float32], labels: NDArray[np.int8]) -> dict[str, object]:
    """Per obstacle: area under the curve, and the share found where 1 % of the others are."""
    points: dict[str, object] = {}
    for name, scores in wire_logits(logits).items():
        positive, negative = scores[labels[:, REPORTED[name]] == 1], scores[labels[:, REPORTED[name]] == 0]
        if len(positive) == 0 or len(negative) == 0:
            continue
        limit = np.quantile(negative, 0.99)
        points[name] = {
            "auc": round(auc(positive, negative), 5),
            "tpr_at_1": round(float((positive > limit).mean()), 4),
        }
    return points


def auc(positive: NDArray[np.float32], negative: NDArray[np.float32]) -> float:
    """Area under the curve by ranks, ties counted half."""
    _, inverse, counts = np.unique(np.concatenate([positive, negative]), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    count = len(positive)
    return float((ranks[:count].sum() - count * (count + 1) / 2) / (count * len(negative)))
