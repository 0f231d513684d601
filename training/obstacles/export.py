"""Write the network, its calibration and its sigmoid as one ONNX file."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
from torch import Tensor, nn

from frapi.vision.obstacles import INPUT_SIZE
from training.obstacles.calibrate import Affine

MAX_BYTES = 3_000_000


class _Calibrated(nn.Module):
    def __init__(self, net: nn.Module, affine: Affine) -> None:
        super().__init__()
        self.net = net
        self.scale = nn.Buffer(torch.from_numpy(affine.scale))
        self.offset = nn.Buffer(torch.from_numpy(affine.offset))

    def forward(self, x: Tensor) -> Tensor:
        return torch.sigmoid(self.net(x) * self.scale + self.offset)


def export(net: nn.Module, affine: Affine, file: Path) -> None:
    """Write ``file``: input ``input`` (N, 3, 128, 128) in -1..1, output ``scores`` (N, 5); batch norms are folded.

    Raises:
        RuntimeError: the file is too large, or ONNX Runtime gets other scores than PyTorch.
    """
    whole = _Calibrated(deepcopy(net), affine).to(memory_format=torch.contiguous_format).eval()
    example = torch.randn(4, 3, INPUT_SIZE, INPUT_SIZE, generator=torch.Generator().manual_seed(0))
    torch.onnx.export(
        whole,
        (example,),
        str(file),
        input_names=["input"],
        output_names=["scores"],
        dynamic_axes={"input": {0: "N"}, "scores": {0: "N"}},
        opset_version=17,
        dynamo=False,
    )
    if file.stat().st_size > MAX_BYTES:
        raise RuntimeError(f"{file} has {file.stat().st_size} bytes, more than {MAX_BYTES}")
    session = ort.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    with torch.inference_mode():
        expected = whole(example).numpy()
    difference = float(np.abs(session.run(["scores"], {"input": example.numpy()})[0] - expected).max())
    if difference > 1e-4:
        raise RuntimeError(f"ONNX Runtime's scores differ by {difference:.2g}")
