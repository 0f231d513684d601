"""Which networks look at a frame, where there is a choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Protocol

from frapi.vision import detect, landmarks, yunet
from frapi.vision.detect import DetectedFace
from frapi.vision.ports import ModelRunner
from frapi.vision.recognizers import DLIB, Recognizer
from frapi.vision.types import ImageU8


class FindFaces(Protocol):
    """A detector's function; :func:`frapi.vision.detect.detect_faces` is one."""

    def __call__(
        self, image_rgb: ImageU8, runner: ModelRunner, *, min_score: float, zoom: float = 1.0
    ) -> tuple[DetectedFace, ...]: ...


@dataclass(frozen=True, slots=True)
class Detector:
    """A network that finds faces.

    Attributes:
        name: what settings call it.
        model: registry name of its network.
    """

    name: str
    model: str
    find: FindFaces


BLAZEFACE = Detector("blazeface", detect.MODEL, detect.detect_faces)
YUNET = Detector("yunet", yunet.MODEL, yunet.detect_faces)
DETECTORS: Mapping[str, Detector] = MappingProxyType({each.name: each for each in (BLAZEFACE, YUNET)})


@dataclass(frozen=True, eq=False)
class Equipment:
    """The choice of one installation.

    Attributes:
        recognizer: makes every embedding.
        previous: makes a second one of the same face, while templates of this recogniser are being replaced.
        whole_mesh: irises and lips are refined too, for whoever wants to see the mesh; no session needs them.
    """

    recognizer: Recognizer = DLIB
    previous: Recognizer | None = None
    detector: Detector = BLAZEFACE
    whole_mesh: bool = False

    @property
    def models(self) -> tuple[str, ...]:
        """Registry names of the networks without which no frame can be looked at."""
        previous = () if self.previous is None else (self.previous.model,)
        return (self.detector.model, landmarks.ATTENTION_MODEL, self.recognizer.model, *previous)

    @cached_property
    def refined_parts(self) -> tuple[str, ...]:
        """What the mesh must refine: the eyes for blinks, and whatever a recogniser aligns a face by."""
        if self.whole_mesh:
            return landmarks.ALL_PARTS
        recognizers = [each for each in (self.recognizer, self.previous) if each is not None]
        aligned_by = {vertex for each in recognizers for group in each.alignment.vertices for vertex in group}
        further = (part for part, vertices in landmarks.PART_VERTICES.items() if aligned_by & set(vertices.tolist()))
        return tuple(dict.fromkeys((*landmarks.EYES, *further)))


DEFAULT = Equipment()
