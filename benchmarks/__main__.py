"""``python -m benchmarks [NAME] [--data DIR]``."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import django

DATA_VARIABLE = "FRAPI_DATA"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from benchmarks import (
        agreement,
        blinks,
        challenge,
        gallery,
        liveness_cost,
        motion,
        packs,
        quality,
        recognition,
        session_cost,
        sessions,
    )

    needing_data: dict[str, Callable[[Path], None]] = {
        "blinks": blinks.run,
        "motion": motion.run,
        "challenge": challenge.run,
        "agreement": agreement.run,
        "liveness": liveness_cost.run,
        "recognition": recognition.run,
        "sessions": sessions.run,
        "packs": packs.run,
        "quality": quality.run,
    }
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure frapi.")
    names = ["session", "gallery", "peers", "pgvector", "load", "browser", "workers", *needing_data]
    parser.add_argument(
        "name",
        nargs="?",
        choices=names,
        help="one benchmark; default: all that need no minutes",
    )
    parser.add_argument("--data", type=Path, default=os.environ.get(DATA_VARIABLE), help="folder of clips and faces")
    arguments = parser.parse_args()
    if arguments.name in (None, "session"):
        print("# session\n")
        session_cost.run()
    if arguments.name == "gallery":  # minutes
        print("# gallery\n")
        gallery.run(None if arguments.data is None else Path(arguments.data))
    if arguments.name == "pgvector":  # minutes
        print("# pgvector\n")
        importlib.import_module("benchmarks.pgvector").run(None if arguments.data is None else Path(arguments.data))
    if arguments.name in ("peers", "load", "browser", "workers"):  # minutes
        # All but the first use the Python client, straight from its source, and what only the tests need.
        sys.path.append(str(Path(__file__).parents[1] / "clients" / "python" / "src"))
        print(f"# {arguments.name}\n")
        importlib.import_module(f"benchmarks.{arguments.name}").run()
    for name, benchmark in needing_data.items():
        if arguments.name not in (None, name):
            continue
        print(f"\n# {name}\n")
        if arguments.data is None:
            print(f"Needs a data folder: --data DIR or {DATA_VARIABLE}.")
        else:
            benchmark(Path(arguments.data))


if __name__ == "__main__":
    main()
