"""``manage.py models``: what is in the cache of networks, and how it gets there."""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from frapi.apps.ops.recognition import Standing, describe, enrolled, roles
from frapi.errors import ModelMissing, ModelPackError
from frapi.inference.factory import configured_equipment
from frapi.modelpack import registry
from frapi.modelpack.build import build_all, fetch_samples, verify
from frapi.modelpack.console import ConsoleProgress
from frapi.modelpack.index_settings import IndexSettings
from frapi.modelpack.progress import Progress, SilentProgress
from frapi.modelpack.pull import pull
from frapi.modelpack.spec import BuiltFrom, ModelSpec, PulledFrom, ShippedWith, Supplied
from frapi.modelpack.store import ModelState, ModelStore
from frapi.modelpack.supply import supply


class Command(BaseCommand):
    help = "List, build, verify and pull the networks that frapi runs."
    # Needs neither the addresses nor, but for migration, the database.
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        common = argparse.ArgumentParser(add_help=False)
        common.add_argument("--json", action="store_true", help="print JSON")
        actions = parser.add_subparsers(dest="action", required=True, metavar="list|build|verify|pull|migration")
        actions.add_parser("list", parents=[common], help="all known models and whether they are installed")
        build = actions.add_parser("build", parents=[common], help="fetch and convert what is missing or damaged")
        build.add_argument("--samples", action="store_true", help="also fetch the portraits that the demo uses")
        actions.add_parser("verify", parents=[common], help="compare every installed file with its digest")
        one = actions.add_parser("pull", parents=[common], help="install a further pack")
        one.add_argument("pack", choices=sorted(registry.PACKS), help="one of %(choices)s")
        one.add_argument("--accept-licence", action="store_true", help="accept terms that need acceptance")
        one.add_argument("--file", type=Path, metavar="FILE", help="with arcface: your own ONNX network")
        one.add_argument("--sha256", metavar="DIGEST", help="with --file: its digest, as its makers state it")
        actions.add_parser("migration", parents=[common], help="who is enrolled under which recogniser")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        store = ModelStore(settings.FRAPI.models_dir)
        progress = SilentProgress() if options["json"] else ConsoleProgress()
        try:
            match action:
                case "list":
                    self._list(store, options)
                case "build":
                    self._build(store, progress, options)
                case "verify":
                    self._verify(store, options)
                case "pull":
                    self._pull(store, progress, options)
                case "migration":
                    self._migration(options)
        except (ModelPackError, ModelMissing) as error:
            raise CommandError(error.message) from error

    def _list(self, store: ModelStore, options: dict[str, Any]) -> None:
        states = store.status()
        used = roles()
        rows = [
            _described(spec, _shown_state(spec, states[name]), used.get(name, "-"))
            for name, spec in registry.MODELS.items()
        ]
        self._print_rows(rows, options)

    def _build(self, store: ModelStore, progress: Progress, options: dict[str, Any]) -> None:
        started = time.monotonic()
        built = build_all(store, _index(), progress)
        if options["samples"]:
            fetch_samples(store, _index(), progress)
        duration_s = round(time.monotonic() - started, 1)
        if options["json"]:
            self.stdout.write(json.dumps({"built": built, "duration_s": duration_s}))
        elif built:
            self.stdout.write(f"Models built: {len(built)}, in {duration_s} s, in {store.models_dir}")
        else:
            self.stdout.write("All models are there and intact.")

    def _verify(self, store: ModelStore, options: dict[str, Any]) -> None:
        states = verify(store)
        rows = [{"name": name, "state": _shown_state(registry.MODELS[name], state)} for name, state in states.items()]
        self._print_rows(rows, options)
        needed = {spec.name for spec, _ in registry.built_models()}
        bad = [
            name
            for name, state in states.items()
            if state is not ModelState.READY and (name in needed or state is not ModelState.MISSING)
        ]
        if bad:
            raise CommandError(f"Not usable: {', '.join(bad)}. Repair with: manage.py models build, or models pull")

    def _pull(self, store: ModelStore, progress: Progress, options: dict[str, Any]) -> None:
        name, file, sha256, accepted = (options[each] for each in ("pack", "file", "sha256", "accept_licence"))
        if (file is None) != (sha256 is None):
            raise CommandError("--file and --sha256 go together")
        if file is not None:
            installed = supply(store, name, file, sha256, accept_licence=accepted)
        else:
            installed = pull(
                store,
                name,
                mirror_dir=settings.FRAPI.model_mirror_dir,
                settings=settings.FRAPI.index,
                accept_licence=accepted,
                progress=progress,
            )
        if options["json"]:
            self.stdout.write(json.dumps({"installed": installed}))
        else:
            self.stdout.write(f"Installed {', '.join(installed)} in {store.models_dir}")

    def _migration(self, options: dict[str, Any]) -> None:
        equipment = configured_equipment()
        try:
            rows = enrolled(equipment)
        except DatabaseError:
            raise CommandError("The database can't be read; set it up with: python manage.py migrate") from None
        remaining = sum(row.users for row in rows if row.standing is Standing.BEING_REPLACED)
        if options["json"]:
            previous = None if equipment.previous is None else equipment.previous.name
            document = {"recognizer": equipment.recognizer.name, "previous": previous, "remaining": remaining}
            self.stdout.write(json.dumps({**document, "enrolled": [asdict(row) for row in rows]}, indent=2))
            return
        self.stdout.write(f"Recogniser: {describe(equipment)}")
        width = max(len(row.contract) for row in rows)
        for row in rows:
            self.stdout.write(f"{row.users:9}  {row.contract.ljust(width)}  {row.standing}")
        if equipment.previous is not None and not remaining:
            self.stdout.write("Nobody is left: FRAPI_PREVIOUS_RECOGNIZER can be unset.")

    def _print_rows(self, rows: list[dict[str, Any]], options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(rows, indent=2))
            return
        shown = [{key: value for key, value in row.items() if isinstance(value, str)} for row in rows]
        widths = {key: max(len(row[key]) for row in [*shown, {key: key}]) for key in shown[0]}
        for row in [{key: key for key in widths}, *shown]:
            self.stdout.write("  ".join(row[key].ljust(width) for key, width in widths.items()).rstrip())


def _index() -> IndexSettings:
    """The user's indexes; a mirror folder may hold the archives too."""
    mirror_dir = settings.FRAPI.model_mirror_dir
    index: IndexSettings = settings.FRAPI.index
    return replace(index, find_links=(mirror_dir, *index.find_links)) if mirror_dir else index


def _shown_state(spec: ModelSpec, state: ModelState) -> str:
    """A pack that nobody pulled isn't missing."""
    return (
        "not installed"
        if state is ModelState.MISSING and isinstance(spec.source, PulledFrom | Supplied)
        else state.value
    )


def _described(spec: ModelSpec, state: str, use: str) -> dict[str, Any]:
    source = spec.source
    if isinstance(source, BuiltFrom):
        origin, file, sha256 = source.member.archive.filename, source.member.path, source.member.sha256
    elif isinstance(source, ShippedWith):
        origin, file, sha256 = "frapi itself", source.filename, source.sha256
    else:
        pack = next(pack.name for pack in registry.PACKS.values() if spec.name in pack.models)
        origin, file, sha256 = f"models pull {pack}", "", ""
        if isinstance(source, PulledFrom):
            file, sha256 = source.filename, source.sha256
    return {
        "name": spec.name,
        "state": state,
        "licence": spec.licence,
        "use": use,
        "from": origin,
        "summary": spec.summary,
        "details": {
            "origin": spec.origin,
            "file": file,
            "sha256": sha256,
            "inputs": [{"name": each.name, "shape": each.shape, "meaning": each.meaning} for each in spec.inputs],
            "outputs": [{"name": each.name, "shape": each.shape, "meaning": each.meaning} for each in spec.outputs],
            "embedding": spec.embedding
            and {
                "id": spec.embedding.id,
                "dim": spec.embedding.dim,
                "alignment": spec.embedding.alignment,
                "metric": spec.embedding.metric,
            },
        },
    }
