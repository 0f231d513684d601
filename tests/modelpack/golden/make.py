"""Makes the golden outputs, by running the original networks in their makers' own runtimes.

Not a test, and not needed to run any: it is how the files beside it came about. In an environment of its own::

    python3.11 -m venv golden && golden/bin/pip install mediapipe==0.10.21 dlib-bin
    golden/bin/python -m tests.modelpack.golden.make DLIB_DAT PORTRAIT_JPG

DLIB_DAT is ``dlib_face_recognition_resnet_model_v1.dat`` and PORTRAIT_JPG is ``obama.jpg``, both from the archives that
the registry names. MediaPipe's graph runs its TFLite files with its own custom operators.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import dlib
import mediapipe as mp
import numpy as np
from mediapipe.python._framework_bindings import calculator_graph, resource_util
from numpy.typing import NDArray

from tests.modelpack.golden.inputs import FOLDER, PORTRAIT, golden_images

ImageU8 = NDArray[np.uint8]
FloatArray = NDArray[np.float32]

# Of the portrait: left, top and side of the square around the face.
FACE_SQUARE = (293, 70, 400)
STORED_SIDE = 192


@dataclass(frozen=True)
class Network:
    """An original to run.

    Attributes:
        file: its path in MediaPipe's modules.
        side: of its input.
        value_range: of its input.
        outputs: name and shape, in the file's order.
        every: of large outputs one row in so many is kept.
    """

    file: str
    side: int
    value_range: tuple[float, float]
    outputs: Mapping[str, tuple[int, ...]]
    every: int = 1


NETWORKS = {
    "face_detector": Network(
        "face_detection/face_detection_short_range",
        128,
        (-1, 1),
        {"regressors": (896, 16), "scores": (896, 1)},
        every=8,
    ),
    "face_mesh": Network("face_landmark/face_landmark", 192, (0, 1), {"mesh": (468, 3), "presence": (1,)}),
    "face_mesh_attention": Network(
        "face_landmark/face_landmark_with_attention",
        192,
        (0, 1),
        {
            "mesh": (468, 3),
            "lips": (80, 2),
            "left_eye": (71, 2),
            "right_eye": (71, 2),
            "left_iris": (5, 2),
            "right_iris": (5, 2),
            "presence": (1,),
        },
    ),
    "palm_detector": Network(
        "palm_detection/palm_detection_full",
        192,
        (0, 1),
        {"regressors": (2016, 18), "scores": (2016, 1)},
        every=16,
    ),
}


def graph_config(network: Network) -> str:
    """Image to tensor to network to one list of floats per output."""
    side, (low, high) = network.side, network.value_range
    numbers = range(len(network.outputs))
    streams = " ".join(f'output_stream: "floats{n}"' for n in numbers)
    tensors = " ".join(f'output_stream: "tensor{n}"' for n in numbers)
    ranges = " ".join(f"ranges: {{ begin: {n} end: {n + 1} }}" for n in numbers)
    lists = "\n".join(
        f"node {{ calculator: 'TensorsToFloatsCalculator' input_stream: 'TENSORS:tensor{n}' "
        f"output_stream: 'FLOATS:floats{n}' }}"
        for n in numbers
    )
    return f"""
        input_stream: "image" {streams}
        node {{
          calculator: "ImageToTensorCalculator" input_stream: "IMAGE:image" output_stream: "TENSORS:input"
          options {{ [mediapipe.ImageToTensorCalculatorOptions.ext] {{
            output_tensor_width: {side} output_tensor_height: {side} keep_aspect_ratio: false
            output_tensor_float_range {{ min: {low} max: {high} }} }} }}
        }}
        node {{
          calculator: "TfLiteCustomOpResolverCalculator" output_side_packet: "OP_RESOLVER:resolver"
          options {{ [mediapipe.TfLiteCustomOpResolverCalculatorOptions.ext] {{ use_gpu: false }} }}
        }}
        node {{
          calculator: "InferenceCalculator" input_stream: "TENSORS:input" output_stream: "TENSORS:output"
          input_side_packet: "OP_RESOLVER:resolver"
          options {{ [mediapipe.InferenceCalculatorOptions.ext] {{
            model_path: "mediapipe/modules/{network.file}.tflite" delegate {{ tflite {{}} }} }} }}
        }}
        node {{
          calculator: "SplitTensorVectorCalculator" input_stream: "output" {tensors}
          options {{ [mediapipe.SplitVectorCalculatorOptions.ext] {{ {ranges} }} }}
        }}
        {lists}
    """


def run_mediapipe(network: Network, image: ImageU8) -> list[FloatArray]:
    graph = calculator_graph.CalculatorGraph(graph_config=graph_config(network))
    found: dict[str, FloatArray] = {}

    def keep(stream: str, packet: Any) -> None:
        found[stream] = np.array(mp.packet_getter.get_float_list(packet), np.float32)

    streams = [f"floats{number}" for number in range(len(network.outputs))]
    for stream in streams:
        graph.observe_output_stream(stream, keep)
    graph.start_run()
    frame = mp.packet_creator.create_image_frame(image_format=mp.ImageFormat.SRGB, data=image)
    graph.add_packet_to_input_stream("image", frame.at(1))
    graph.close_all_packet_sources()
    graph.wait_until_done()
    return [found[stream] for stream in streams]


def make_mediapipe() -> None:
    resource_util.set_resource_dir(str(Path(mp.__path__[0]).parent))
    for name, network in NETWORKS.items():
        kept: dict[str, Any] = {}
        for image_name, image in golden_images(network.side).items():
            for (output, shape), values in zip(network.outputs.items(), run_mediapipe(network, image), strict=True):
                kept[f"{image_name}.{output}"] = values.reshape(shape)[:: network.every]
        np.savez_compressed(FOLDER / f"{name}.npz", **kept)


def make_dlib(weights: str) -> None:
    network = dlib.face_recognition_model_v1(weights)
    kept: dict[str, Any] = {
        f"{image_name}.descriptor": np.array(network.compute_face_descriptor(image), np.float32)
        for image_name, image in golden_images(150).items()
    }
    np.savez_compressed(FOLDER / "face_embedder.npz", **kept)


def make_portrait(photo: str) -> None:
    left, top, side = FACE_SQUARE
    face = np.asarray(cv2.imread(photo, cv2.IMREAD_COLOR))[top : top + side, left : left + side]
    cv2.imwrite(
        str(PORTRAIT),
        cv2.resize(face, (STORED_SIDE, STORED_SIDE), interpolation=cv2.INTER_AREA),
        [cv2.IMWRITE_PNG_COMPRESSION, 9],
    )


if __name__ == "__main__":
    dlib_weights, portrait_photo = sys.argv[1:]
    make_portrait(portrait_photo)
    make_mediapipe()
    make_dlib(dlib_weights)
