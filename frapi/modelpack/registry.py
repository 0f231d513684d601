"""Every model frapi knows, pinned by digest, with its licence and its contract."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from frapi.errors import ModelPackError
from frapi.modelpack.spec import (
    Archive,
    ArchiveKind,
    BuiltFrom,
    Converter,
    EmbeddingSpec,
    InputSpec,
    Member,
    ModelSpec,
    OutputSpec,
    PulledFrom,
    PullPack,
    ShippedWith,
    Supplied,
)

# The last line of releases whose wheels carry the networks themselves.
MEDIAPIPE = Archive(
    project="mediapipe",
    version="0.10.21",
    filename="mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl",
    kind=ArchiveKind.WHEEL,
    sha256="05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3",
    size_bytes=35_622_638,
    licence="Apache-2.0",
)
FACE_RECOGNITION_MODELS = Archive(
    project="face-recognition-models",
    version="0.3.0",
    filename="face_recognition_models-0.3.0.tar.gz",
    kind=ArchiveKind.SDIST,
    sha256="b79bd200a88c87c9a9d446c990ae71c5a626d1f3730174e6d570157ff1d896cf",
    size_bytes=100_149_358,
    licence="CC0-1.0",
    stream_bytes=20_951_040,
)
FACE_RECOGNITION = Archive(
    project="face-recognition",
    version="1.3.0",
    filename="face_recognition-1.3.0.tar.gz",
    kind=ArchiveKind.SDIST,
    sha256="5e5efdd1686aa566af0d3cc1313b131e4b197657a8ffd03669e6d3fad92705ec",
    size_bytes=3_182_249,
    licence="MIT",
    stream_bytes=2_293_760,
)

_GOOGLE = "Google, MediaPipe"
_UNIT_RGB = "RGB, 0..1"


def _mediapipe(path: str, sha256: str, size_bytes: int) -> BuiltFrom:
    return BuiltFrom(Member(MEDIAPIPE, f"mediapipe/modules/{path}.tflite", sha256, size_bytes), Converter.TFLITE)


_BUILT = (
    ModelSpec(
        name="face_detector",
        summary="faces within about 2 m, with six key points each",
        licence=MEDIAPIPE.licence,
        origin=_GOOGLE,
        source=_mediapipe(
            "face_detection/face_detection_short_range",
            "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
            229_714,
        ),
        inputs=(InputSpec("input", ("N", 3, 128, 128), "RGB, -1..1, letterboxed, sampled without antialiasing"),),
        outputs=(
            OutputSpec(
                "regressors",
                ("N", 896, 16),
                "per anchor, in input pixels relative to its centre: box centre, box size, then right eye, left eye, "
                "nose, mouth, right ear, left ear",
                "regressors",
            ),
            OutputSpec("scores", ("N", 896, 1), "logit per anchor", "classificators"),
        ),
    ),
    ModelSpec(
        name="face_mesh",
        summary="468 landmarks of one face",
        licence=MEDIAPIPE.licence,
        origin=_GOOGLE,
        source=_mediapipe(
            "face_landmark/face_landmark",
            "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
            1_242_398,
        ),
        inputs=(InputSpec("input", ("N", 3, 192, 192), f"{_UNIT_RGB}, the rotated square around a face"),),
        outputs=(
            OutputSpec("mesh", ("N", 468, 3), "x, y, z in input pixels", "conv2d_21"),
            OutputSpec("presence", ("N", 1), "logit that a face is there", "conv2d_31"),
        ),
    ),
    ModelSpec(
        name="face_mesh_attention",
        summary="468 landmarks of one face, with refined lips and eyes and with irises",
        licence=MEDIAPIPE.licence,
        origin=_GOOGLE,
        source=_mediapipe(
            "face_landmark/face_landmark_with_attention",
            "e06a804e0144f9929eda782122916b35d60c697c3c9344013ca2bbe76a6ce2b4",
            2_495_106,
        ),
        inputs=(InputSpec("input", ("N", 3, 192, 192), f"{_UNIT_RGB}, the rotated square around a face"),),
        outputs=(
            OutputSpec("mesh", ("N", 468, 3), "x, y, z in input pixels, unrefined", "output_mesh_identity"),
            OutputSpec("lips", ("N", 80, 2), "x, y in input pixels", "output_lips"),
            OutputSpec("left_eye", ("N", 71, 2), "x, y in input pixels; the eye left in the image", "output_left_eye"),
            OutputSpec(
                "right_eye", ("N", 71, 2), "x, y in input pixels; the eye right in the image", "output_right_eye"
            ),
            OutputSpec("left_iris", ("N", 5, 2), "x, y in input pixels: centre, then 4 edges", "output_left_iris"),
            OutputSpec("right_iris", ("N", 5, 2), "x, y in input pixels: centre, then 4 edges", "output_right_iris"),
            OutputSpec("presence", ("N", 1), "logit that a face is there", "conv_faceflag"),
        ),
    ),
    ModelSpec(
        name="palm_detector",
        summary="palms, with seven key points each",
        licence=MEDIAPIPE.licence,
        origin=_GOOGLE,
        source=_mediapipe(
            "palm_detection/palm_detection_full",
            "1b14e9422c6ad006cde6581a46c8b90dd573c07ab7f3934b5589e7cea3f89a54",
            2_339_846,
        ),
        inputs=(InputSpec("input", ("N", 3, 192, 192), f"{_UNIT_RGB}, letterboxed"),),
        outputs=(
            OutputSpec(
                "regressors",
                ("N", 2016, 18),
                "per anchor, in input pixels relative to its centre: box centre, box size, 7 key points",
                "Identity",
            ),
            OutputSpec("scores", ("N", 2016, 1), "logit per anchor", "Identity_1"),
        ),
    ),
    ModelSpec(
        name="face_embedder",
        summary="a face as 128 numbers (ResNet with 29 convolutions)",
        licence=FACE_RECOGNITION_MODELS.licence,
        origin="Davis King, dlib",
        source=BuiltFrom(
            Member(
                FACE_RECOGNITION_MODELS,
                "face_recognition_models-0.3.0/face_recognition_models/models/"
                "dlib_face_recognition_resnet_model_v1.dat",
                "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
                22_466_066,
            ),
            Converter.DLIB,
        ),
        inputs=(InputSpec("chip", ("N", 3, 150, 150), "RGB, 0..255, an aligned face"),),
        outputs=(OutputSpec("descriptor", ("N", 128), "the embedding, not normalised"),),
        embedding=EmbeddingSpec(
            id="dlib-resnet-v1",
            dim=128,
            alignment="dlib's five-point template, padding 0.25, 150 pixels",
            metric="cosine",
        ),
    ),
)

_SHIPPED = (
    ModelSpec(
        name="obstacle_classifier",
        summary="glasses, sunglasses, masks, hats and hands on a face",
        licence="Apache-2.0",
        origin="this project, training/obstacles",
        source=ShippedWith(
            "obstacle_classifier.onnx",
            "c8e937c42ca2c963cd07fbf21f7d66dc18d4456ad8b2cbd668f524617a090312",
            2_102_912,
        ),
        inputs=(InputSpec("input", ("N", 3, 128, 128), "RGB, -1..1, the square around a face and its hair"),),
        outputs=(
            OutputSpec(
                "scores",
                ("N", 5),
                "calibrated scores 0..1: clear glasses, sunglasses, mask, hat, hand covering the face",
            ),
        ),
    ),
)

_ZOO = "https://github.com/opencv/opencv_zoo/raw/main/models"
_SILENT_FACE = "Minivision, Silent-Face-Anti-Spoofing"
_ARCFACE_TEMPLATE = "ArcFace's five-point template, 112 pixels"
_PAD_INPUT = InputSpec("input", (1, 3, 80, 80), "BGR, 0..255")
_PAD_OUTPUT = OutputSpec("logits", (1, 3), "logits: index 1 is a live face, 0 and 2 are attacks")

_PULLED = (
    ModelSpec(
        name="minifasnet_v2",
        summary="passive presentation attack detection on a crop 2.7 times the face",
        licence="Apache-2.0",
        origin=_SILENT_FACE,
        source=PulledFrom(
            "2.7_80x80_MiniFASNetV2.onnx",
            "7886c41bcbcc1be00cf8700eddbd8cbd4b1ad138e69010790de2a57a3b01d7e5",
            1_743_495,
            None,
        ),
        inputs=(_PAD_INPUT,),
        outputs=(_PAD_OUTPUT,),
    ),
    ModelSpec(
        name="minifasnet_v1se",
        summary="passive presentation attack detection on a crop 4 times the face",
        licence="Apache-2.0",
        origin=_SILENT_FACE,
        source=PulledFrom(
            "4_0_0_80x80_MiniFASNetV1SE.onnx",
            "e67aedf72df3e1912dbf6baa5f7406b8b30c3cb43234170a70dd9d143fea358e",
            1_742_663,
            None,
        ),
        inputs=(_PAD_INPUT,),
        outputs=(_PAD_OUTPUT,),
    ),
    ModelSpec(
        name="yunet",
        summary="faces with five points each",
        licence="MIT",
        origin="Shiqi Yu, OpenCV Zoo",
        source=PulledFrom(
            "face_detection_yunet_2023mar.onnx",
            "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
            232_589,
            f"{_ZOO}/face_detection_yunet/face_detection_yunet_2023mar.onnx",
        ),
        inputs=(InputSpec("input", (1, 3, 640, 640), "BGR, 0..255"),),
        outputs=tuple(
            OutputSpec(f"{head}_{stride}", (1, (640 // stride) ** 2, width), f"{meaning}, stride {stride}")
            for head, width, meaning in (
                ("cls", 1, "class score"),
                ("obj", 1, "objectness"),
                ("bbox", 4, "box"),
                ("kps", 10, "five points"),
            )
            for stride in (8, 16, 32)
        ),
    ),
    ModelSpec(
        name="sface",
        summary="a face as 128 numbers (MobileFaceNet trained with the SFace loss)",
        licence="Apache-2.0",
        origin="Yaoyao Zhong and others, OpenCV Zoo",
        source=PulledFrom(
            "face_recognition_sface_2021dec.onnx",
            "0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
            38_696_353,
            f"{_ZOO}/face_recognition_sface/face_recognition_sface_2021dec.onnx",
        ),
        inputs=(InputSpec("data", (1, 3, 112, 112), "RGB, 0..255, an aligned face"),),
        outputs=(OutputSpec("fc1", (1, 128), "the embedding, not normalised"),),
        embedding=EmbeddingSpec(id="sface-2021dec", dim=128, alignment=_ARCFACE_TEMPLATE, metric="cosine"),
    ),
    ModelSpec(
        name="mobilefacenet",
        summary="a face as 128 numbers (MobileFaceNet)",
        licence="none stated",
        origin="not stated",
        source=PulledFrom(
            "MobileFaceNet.onnx",
            "93fac2c9747e612f4f491c7842563a515ee2b6c237d9fee05e96291b07ac6019",
            3_976_111,
            None,
        ),
        inputs=(InputSpec("input0", (1, 3, 112, 112), "RGB, (x - 127.5) / 128, an aligned face"),),
        outputs=(OutputSpec("output0", (1, 128), "the embedding, not normalised"),),
        embedding=EmbeddingSpec(id="mobilefacenet", dim=128, alignment=_ARCFACE_TEMPLATE, metric="cosine"),
    ),
)

_SUPPLIED = (
    ModelSpec(
        name="arcface",
        summary="a face as 512 numbers (a network of the ArcFace family, the operator's own)",
        licence="for the operator to check",
        origin="the operator",
        source=Supplied(),
        inputs=(InputSpec("input", ("N", 3, 112, 112), "RGB, (x - 127.5) / 127.5, an aligned face"),),
        outputs=(OutputSpec("embedding", ("N", 512), "the embedding, not normalised"),),
        embedding=EmbeddingSpec(id="arcface", dim=512, alignment=_ARCFACE_TEMPLATE, metric="cosine"),
    ),
)

MODELS: Mapping[str, ModelSpec] = MappingProxyType(
    {spec.name: spec for spec in (*_BUILT, *_SHIPPED, *_PULLED, *_SUPPLIED)}
)

PACKS: Mapping[str, PullPack] = MappingProxyType(
    {
        pack.name: pack
        for pack in (
            PullPack("minifasnet", ("minifasnet_v2", "minifasnet_v1se")),
            PullPack("yunet", ("yunet",)),
            PullPack("sface", ("sface",)),
            PullPack(
                "mobilefacenet",
                ("mobilefacenet",),
                needs_acceptance="its weights carry no licence statement: whoever installs them answers for their use",
            ),
            PullPack(
                "arcface",
                ("arcface",),
                needs_acceptance="the licence of your network is yours to check; InsightFace's (buffalo_l, antelopev2 "
                "and others) are for non-commercial research only",
            ),
        )
    }
)


def _portrait(name: str, sha256: str, size_bytes: int) -> tuple[str, Member]:
    return name, Member(FACE_RECOGNITION, f"face_recognition-1.3.0/tests/test_images/{name}", sha256, size_bytes)


# Official portraits, in the public domain.
SAMPLES: Mapping[str, Member] = MappingProxyType(
    dict(
        (
            _portrait("biden.jpg", "3c17508bb91554c637a2eabddfae790e5bb1caba93130814fc2ac50be9760c4c", 353_723),
            _portrait("obama.jpg", "0930e3aa8cae5920329c0c8cbc6a2ab70f47b0e67b432875beaa95cbf7e741f6", 279_922),
            _portrait("obama2.jpg", "a7efcc907375274796f39646510704aa86672d59f6d5469d69af3c85590976a6", 184_455),
            _portrait("obama3.jpg", "76ac6bf97c36dc2da0ad16a537d6a5ac1b10f48d49aac29a0cca9a17cdbc3ca3", 595_944),
        )
    )
)


def model(name: str) -> ModelSpec:
    """Look a model up.

    Raises:
        ModelPackError: the registry doesn't know it.
    """
    if name not in MODELS:
        raise ModelPackError(f"Unknown model {name!r}; known are {', '.join(MODELS)}")
    return MODELS[name]


def pack(name: str) -> PullPack:
    """Look a pack up.

    Raises:
        ModelPackError: the registry doesn't know it.
    """
    if name not in PACKS:
        raise ModelPackError(f"Unknown pack {name!r}; known are {', '.join(PACKS)}")
    return PACKS[name]


def built_models() -> tuple[tuple[ModelSpec, Member], ...]:
    """The models that every installation has, each with its original; those of one archive stand together."""
    return tuple((spec, spec.source.member) for spec in MODELS.values() if isinstance(spec.source, BuiltFrom))
