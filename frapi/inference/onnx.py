"""Runs the model pack with ONNX Runtime on the CPU."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Protocol

import onnxruntime as ort

from frapi.vision.ports import FloatArray


class ModelSource(Protocol):
    """Where the ONNX files are; :class:`frapi.modelpack.store.ModelStore` is one."""

    def has(self, name: str) -> bool:
        """Whether the model is installed."""
        ...

    def read(self, name: str) -> bytes:
        """The model's file, its digest checked.

        Raises:
            ModelMissing: it isn't installed or is corrupt.
        """
        ...


class OnnxModelRunner:
    """A :class:`~frapi.vision.ports.ModelRunner`. Sessions are loaded on first use and shared between threads."""

    def __init__(self, source: ModelSource) -> None:
        self._source = source
        self._sessions: dict[str, tuple[ort.InferenceSession, list[str]]] = {}
        self._lock = threading.Lock()

    def has(self, model: str) -> bool:
        return model in self._sessions or self._source.has(model)

    def run(
        self, model: str, inputs: Mapping[str, FloatArray], outputs: Sequence[str] | None = None
    ) -> Mapping[str, FloatArray]:
        session, all_outputs = self._session(model)
        wanted = all_outputs if outputs is None else list(outputs)
        return dict(zip(wanted, session.run(wanted, dict(inputs)), strict=True))

    def load(self, model: str) -> None:
        """Load a model now, rather than when it is first run.

        Raises:
            ModelMissing: the model isn't installed or is corrupt.
        """
        self._session(model)

    def _session(self, model: str) -> tuple[ort.InferenceSession, list[str]]:
        loaded = self._sessions.get(model)
        if loaded is None:
            with self._lock:
                loaded = self._sessions.get(model) or self._load(model)
                self._sessions[model] = loaded
        return loaded

    def _load(self, model: str) -> tuple[ort.InferenceSession, list[str]]:
        session = ort.InferenceSession(self._source.read(model), _session_options(), providers=["CPUExecutionProvider"])
        return session, [output.name for output in session.get_outputs()]


def _session_options() -> ort.SessionOptions:
    """One thread a call: sessions run side by side, and an idle thread that spins steals from the next face."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return options
