"""What vision needs from outside: something that runs a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


class ModelRunner(Protocol):
    """Runs one network. Implementations are thread-safe."""

    def run(
        self, model: str, inputs: Mapping[str, FloatArray], outputs: Sequence[str] | None = None
    ) -> Mapping[str, FloatArray]:
        """Run ``model`` (a registry name) on a batch.

        Args:
            model: registry name, e.g. ``face_detector``.
            inputs: input name -> (N, ...) float32.
            outputs: names of those that are wanted; what only others need isn't computed. None: all.
        Returns:
            output name -> (N, ...) float32.
        Raises:
            ModelMissing: the model isn't installed.
        """
        ...

    def has(self, model: str) -> bool:
        """Whether ``model`` is installed, without loading it."""
        ...
