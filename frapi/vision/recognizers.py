"""The networks that tell people apart, and what each wants of a face.

A recogniser is data; :func:`frapi.vision.embed.embed_face` is the one function that uses it. What its similarities mean
stands in :mod:`frapi.liveness.scoring`, by contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from frapi.vision.align import AlignmentTemplate, Crop
from frapi.vision.cohort import Cohort


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Recognizer:
    """How faces become vectors under one contract.

    Attributes:
        name: what settings call it.
        model: registry name of its network.
        contract: all that makes two vectors comparable: network, alignment, crops. Whoever changes any of them changes
            the contract too.
        dim: length of a vector.
        alignment: where the network expects what.
        input_name, output_name: in the network's graph.
        bgr: channels are blue, green, red; otherwise red, green, blue.
        mean, deviation: the network takes ``(value - mean) / deviation`` of values in 0..255.
        crops: chips whose vectors are averaged.
        further_crops: averaged in as well where one photograph is all there is; a session has several frames instead.
        mirror: each chip's mirror image is averaged in too.
        cohort: typical faces by which vectors are corrected; None leaves them their length of 1.
        batched: the network takes several chips at once.
    """

    name: str
    model: str
    contract: str
    dim: int
    alignment: AlignmentTemplate
    input_name: str
    output_name: str
    bgr: bool = False
    mean: float = 0.0
    deviation: float = 1.0
    crops: tuple[Crop, ...] = (Crop(),)
    further_crops: tuple[Crop, ...] = ()
    mirror: bool = True
    cohort: Cohort | None = None
    batched: bool = False


# dlib's mean five-point shape, padded by a quarter. dlib's chips have their pixel centres at integers, hence the -0.5.
# Source: the chip template of dlib's ResNet (CC0).
_DLIB_SHAPE = np.array(
    [
        [0.8595674595992, 0.2134981538014],
        [0.6460604764104, 0.2289674387677],
        [0.1205750620789, 0.2137274526848],
        [0.3340850613712, 0.2290642403242],
        [0.4901123135679, 0.6277975316475],
    ]
)
DLIB_TEMPLATE = AlignmentTemplate(
    size_px=150,
    target_px=((0.25 + _DLIB_SHAPE) / 1.5 * 150 - 0.5).astype(np.float32),
    # Eye corners, left eye first, and the base of the nose.
    vertices=((263,), (362,), (33,), (133,), (2,)),
)

# Made by training/cohort.py.
COHORT_FILE = Path(__file__).with_name("cohort_dlib.npy")

DLIB = Recognizer(
    name="dlib",
    model="face_embedder",
    contract="dlib-resnet29-v1/mesh5-150/mirror/cohort400",
    dim=128,
    alignment=DLIB_TEMPLATE,
    input_name="chip",
    output_name="descriptor",
    # The mirror adds 0.5 points of TAR at FMR 1e-3 on LFW (95.8 to 96.3 %) and doubles the cost.
    mirror=True,
    # They lift TAR at FMR 1e-4 of single photographs of LFW by 1.5 points, and cost three times as much again.
    further_crops=(Crop(zoom=1.08), Crop(angle_deg=5.0), Crop(angle_deg=-5.0)),
    cohort=np.load(COHORT_FILE).astype(np.float32),
    batched=True,
)

# As it was before the cohort: who is enrolled under it can be led over to another.
DLIB_PLAIN = replace(
    DLIB, name="dlib-plain", contract="dlib-resnet29-v1/mesh5-150/mirror", further_crops=(), cohort=None
)

# Eye centres, nose tip, mouth corners, right ones first. Source: InsightFace's face_align (MIT).
ARCFACE_TEMPLATE = AlignmentTemplate(
    size_px=112,
    target_px=np.array(
        [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]], np.float32
    ),
    vertices=((33, 133), (263, 362), (4,), (61,), (291,)),
)

SFACE = Recognizer(
    name="sface",
    model="sface",
    contract="sface-2021dec/mesh5-112/mirror",
    dim=128,
    alignment=ARCFACE_TEMPLATE,
    input_name="data",
    output_name="fc1",
)

MOBILEFACENET = Recognizer(
    name="mobilefacenet",
    model="mobilefacenet",
    contract="mobilefacenet/mesh5-112/mirror",
    dim=128,
    alignment=ARCFACE_TEMPLATE,
    input_name="input0",
    output_name="output0",
    mean=127.5,
    deviation=128.0,
)

# The operator's own network; :func:`with_file` completes the contract.
ARCFACE = Recognizer(
    name="arcface",
    model="arcface",
    contract="arcface/mesh5-112/mirror",
    dim=512,
    alignment=ARCFACE_TEMPLATE,
    input_name="input",
    output_name="embedding",
    mean=127.5,
    deviation=127.5,
)

RECOGNIZERS: Mapping[str, Recognizer] = MappingProxyType(
    {each.name: each for each in (DLIB, DLIB_PLAIN, SFACE, MOBILEFACENET, ARCFACE)}
)

# Hexadecimal digits of a digest that tell one file from another: 64 bit.
_DIGEST_DIGITS = 16


def with_file(recognizer: Recognizer, sha256: str) -> Recognizer:
    """A recogniser whose network is the operator's: its vectors are comparable only with those of the same file."""
    network, rest = recognizer.contract.split("/", 1)
    return replace(recognizer, contract=f"{network}-{sha256[:_DIGEST_DIGITS]}/{rest}")
