"""Curves as pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray

from frapi.evaluation.statistics import roc_curve
from frapi.liveness.types import DEFAULT_OBSTACLE_THRESHOLDS
from frapi.vision.types import Obstacle
from training.obstacles.measure import REPORTED, wire_logits


def plot_curves(curves: list[dict[str, Any]], file: Path) -> None:
    """Loss, and the share found at 1 % false positives, over the epochs."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
    epochs = [point["epoch"] for point in curves]
    left.plot(epochs, [point["loss"] for point in curves])
    left.set(xlabel="epoch", ylabel="training loss")
    for name in REPORTED:
        right.plot(epochs, [point[name]["tpr_at_1"] for point in curves], label=name)
    right.set(xlabel="epoch", ylabel="found at 1 % false positives", title="calibration people, augmented")
    right.legend()
    figure.tight_layout()
    figure.savefig(file, dpi=90)
    plt.close(figure)


def plot_roc(scores: NDArray[np.float32], labels: NDArray[np.int8], file: Path) -> None:
    """The ROC of the real pictures of people not trained on, and the guide's thresholds on it."""
    figure, axes = plt.subplots(figsize=(6, 5))
    for name, each in wire_logits(scores).items():
        label = REPORTED[name]
        positive, negative = each[labels[:, label] == 1], each[labels[:, label] == 0]
        curve = roc_curve(positive.astype(np.float64), negative.astype(np.float64))
        (line,) = axes.plot(curve[:, 0], curve[:, 1], label=f"{name} ({len(positive)} with, {len(negative)} without)")
        limit = DEFAULT_OBSTACLE_THRESHOLDS[Obstacle(name)]
        axes.plot((negative > limit).mean(), (positive > limit).mean(), "o", color=line.get_color())
    axes.axvline(0.01, color="grey", linewidth=0.5)
    axes.set(xlim=(0, 0.1), ylim=(0.45, 1.005), xlabel="clean pictures rejected", ylabel="obstacles found")
    axes.legend(loc="lower right", fontsize=8)
    figure.tight_layout()
    figure.savefig(file, dpi=90)
    plt.close(figure)
