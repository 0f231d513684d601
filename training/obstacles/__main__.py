"""``python -m training.obstacles --data DIR``: everything from the data folder to the ONNX file and its figures."""

from __future__ import annotations

import argparse
import json
from functools import partial
from pathlib import Path

import numpy as np

from training.obstacles.calibrate import Sample, calibrate
from training.obstacles.crops import load_crops
from training.obstacles.dataset import Rendered, rendered_set
from training.obstacles.export import export
from training.obstacles.labels import Part, labels_of, parts_of
from training.obstacles.plot import plot_curves, plot_roc
from training.obstacles.report import report
from training.obstacles.scoring import plain_crops, score
from training.obstacles.train import predict, train

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]


def main() -> None:
    options = _options()
    data, cache, workers = options.data, options.cache, options.workers
    cache.mkdir(parents=True, exist_ok=True)
    crops = load_crops(data, cache, options.models, workers=workers)
    labels, parts = labels_of(crops, data), parts_of(crops)
    make = partial(rendered_set, crops, labels, parts, data, cache, workers=workers)
    sets = [
        partial(make, part=Part.TRAIN, composites=options.composites, real_rounds=1.0, seed=options.seed + number)
        for number in range(options.sets)
    ]
    calibration = make(part=Part.CALIBRATE, composites=options.composites // 6, real_rounds=1.0, seed=options.seed)
    net = train(sets, calibration, epochs=options.epochs, workers=workers, seed=options.seed, folder=cache)

    mine = parts == Part.CALIBRATE
    real = Rendered(plain_crops(crops.images[mine]), labels[mine])
    samples = [
        Sample(predict(net, real.images, workers=workers), real.labels, 0.7, real=True),
        Sample(predict(net, calibration.images, workers=workers), calibration.labels, 0.3, real=False),
    ]
    export(net, calibrate(samples), options.out)

    test = make(part=Part.TEST, composites=options.composites // 4, real_rounds=0.0, seed=options.seed)
    scores = score(options.out, plain_crops(crops.images))
    figures = report(crops, labels, parts, scores, score(options.out, test.images), test.labels)
    (HERE / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    plot_curves(json.loads((cache / "curves.json").read_text()), HERE / "curves.png")
    held_out = np.asarray(parts == Part.TEST)
    plot_roc(scores[held_out], labels[held_out], HERE / "roc.png")
    print(json.dumps(figures, indent=1))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.obstacles", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the data folder")
    parser.add_argument(
        "--cache", type=Path, default=PROJECT / "var/training/obstacles", help="for what can be made again"
    )
    parser.add_argument("--models", type=Path, default=PROJECT / "var/models", help="the built model pack")
    parser.add_argument("--out", type=Path, default=PROJECT / "frapi/modelpack/shipped/obstacle_classifier.onnx")
    parser.add_argument("--workers", type=int, default=2, help="cores to use")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sets", type=int, default=2, help="differently rendered sets, taken in turn")
    parser.add_argument("--composites", type=int, default=16000, help="composites in each set")
    parser.add_argument("--epochs", type=int, default=10)
    return parser.parse_args()


if __name__ == "__main__":
    main()
