"""The networks that tell people apart, and what each wants of a face.

A recogniser is data; :func:`frapi.vision.embed.embed_face` is the one function that uses it. What its similarities mean
stands in :mod:`frapi.liveness.scoring`, by contract.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from frapi.vision.align import AlignmentTemplate, Crop


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
        mirror: each chip's mirror image is averaged in too.
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
    mirror: bool = True
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

DLIB = Recognizer(
    name="dlib",
    model="face_embedder",
    contract="dlib-resnet29-v1/mesh5-150/mirror",
    dim=128,
    alignment=DLIB_TEMPLATE,
    input_name="chip",
    output_name="descriptor",
    # The mirror adds 0.5 points of TAR at FMR 1e-3 on LFW (95.8 to 96.3 %) and doubles the cost.
    mirror=True,
    batched=True,
)
