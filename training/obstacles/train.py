"""Train the network on rendered sets."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from frapi.vision.obstacles import INPUT_SIZE
from training.obstacles.dataset import Rendered
from training.obstacles.measure import roc_points
from training.obstacles.network import ObstacleNet, loss_of

BATCH = 32
PEAK_RATE = 1.5e-3
WEIGHT_DECAY = 2e-4
# The weights that are kept are an average over about this many steps.
AVERAGED_STEPS = 400


def train(
    sets: Sequence[Callable[[], Rendered]],
    check: Rendered,
    *,
    epochs: int,
    workers: int,
    seed: int,
    folder: Path,
    start: nn.Module | None = None,
    peak_rate: float = PEAK_RATE,
) -> nn.Module:
    """Train over ``epochs`` rendered sets, taking them in turn.

    Args:
        sets: loaders; each is called when its turn comes.
        check: measured after every epoch; nothing is chosen by it but what people read.
        workers: threads; each takes its share of a batch, on one core.
        folder: receives ``curves.json`` and, after every epoch, ``net.pt``.
        start: weights to go on from.
    Returns:
        The averaged network.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(1)  # the workers are the parallelism
    rng = np.random.default_rng(seed)
    net = (deepcopy(start) if start is not None else ObstacleNet()).to(memory_format=torch.channels_last)
    average = deepcopy(net)
    parameters = list(net.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=peak_rate, weight_decay=WEIGHT_DECAY)
    curves: list[dict[str, object]] = []
    step, started = 0, time.monotonic()
    with ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        for epoch in range(epochs):
            content = sets[epoch % len(sets)]()
            order = rng.permutation(len(content.images))
            losses = []
            batches = len(order) // BATCH
            net.train()
            for number in range(batches):
                rate = peak_rate * _schedule((epoch + number / batches) / epochs)
                for group in optimizer.param_groups:
                    group["lr"] = rate
                chosen = np.sort(order[number * BATCH : (number + 1) * BATCH])
                inputs, labels = _batch(content, chosen, rng)
                losses.append(_step(net, parameters, optimizer, inputs, labels, pool, workers))
                step += 1
                _follow(average, net, min(1 - 1 / AVERAGED_STEPS, step / (step + 10)))
                if number % 20 == 0:
                    speed = step * BATCH / (time.monotonic() - started)
                    recent = float(np.mean(losses[-50:]))
                    line = f"\repoch {epoch + 1}/{epochs} {number}/{batches} loss {recent:.4f} {speed:.0f}/s "
                    print(line, end="", file=sys.stderr, flush=True)
            logits = predict(average, check.images, workers=workers)
            curves.append({"epoch": epoch + 1, "loss": float(np.mean(losses)), **roc_points(logits, check.labels)})
            print(f"\r{json.dumps(curves[-1])}", file=sys.stderr, flush=True)
            (folder / "curves.json").write_text(json.dumps(curves, indent=1))
            torch.save(average.state_dict(), folder / "net.pt")
    return average.eval()


def predict(net: nn.Module, images: NDArray[np.uint8], *, workers: int) -> NDArray[np.float32]:
    """(N, 5) logits for pictures of any side of at least the input's, seen through their middle."""
    net.eval()
    margin = (images.shape[1] - INPUT_SIZE) // 2
    chunks = range(0, len(images), 64)

    def run(at: int) -> NDArray[np.float32]:
        part = images[at : at + 64, margin : margin + INPUT_SIZE, margin : margin + INPUT_SIZE]
        with torch.inference_mode():
            return np.asarray(net(_tensor(np.ascontiguousarray(part))).numpy(), np.float32)

    with ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        return np.concatenate(list(pool.map(run, chunks)))


def _schedule(progress: float) -> float:
    """Up over the first twentieth, then down along a cosine."""
    warm = 0.05
    if progress < warm:
        return 0.1 + 0.9 * progress / warm
    return 0.5 * (1 + math.cos(math.pi * (progress - warm) / (1 - warm))) + 0.002


def _batch(content: Rendered, chosen: NDArray[np.int64], rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    room = content.images.shape[1] - INPUT_SIZE + 1
    images = np.empty((len(chosen), INPUT_SIZE, INPUT_SIZE, 3), np.uint8)
    for place, index in enumerate(chosen):
        x, y = rng.integers(room, size=2)
        crop = content.images[index, y : y + INPUT_SIZE, x : x + INPUT_SIZE]
        images[place] = crop[:, ::-1] if rng.random() < 0.5 else crop
    return _tensor(images), torch.from_numpy(content.labels[chosen])


def _tensor(images: NDArray[np.uint8]) -> Tensor:
    """(N, H, W, 3) uint8 to (N, 3, H, W) in -1..1, channels last in memory as it comes."""
    return torch.from_numpy(images).permute(0, 3, 1, 2).float().mul_(1 / 127.5).sub_(1)


def _step(
    net: nn.Module,
    parameters: list[nn.Parameter],
    optimizer: torch.optim.Optimizer,
    inputs: Tensor,
    labels: Tensor,
    pool: ThreadPoolExecutor,
    workers: int,
) -> float:
    """One step; the batch is shared out by pictures, which on a busy machine beats sharing out every operation."""

    def share(part: tuple[Tensor, Tensor]) -> tuple[float, tuple[Tensor, ...]]:
        loss = loss_of(net(part[0]), part[1])
        return float(loss.detach()), torch.autograd.grad(loss, parameters)

    results = list(pool.map(share, zip(inputs.chunk(workers), labels.chunk(workers), strict=True)))
    for place, parameter in enumerate(parameters):
        parameter.grad = torch.stack([grads[place] for _, grads in results]).mean(dim=0)
    torch.nn.utils.clip_grad_norm_(parameters, 5.0)
    optimizer.step()
    return float(np.mean([loss for loss, _ in results]))


def _follow(average: nn.Module, net: nn.Module, keep: float) -> None:
    with torch.no_grad():
        for mine, theirs in zip(average.state_dict().values(), net.state_dict().values(), strict=True):
            if mine.dtype.is_floating_point:
                mine.lerp_(theirs, 1 - keep)
            else:
                mine.copy_(theirs)
