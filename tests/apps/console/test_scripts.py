"""The console's scripts are served as they are written: what a build would find wrong with them, this does."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import frapi.apps.console
from frapi.apps.ops.child_server import PROJECT

SCRIPTS = sorted((Path(frapi.apps.console.__file__).parent / "static" / "console").glob("*.js"))
TOOLS = PROJECT / "clients" / "node_modules" / ".bin"
STRICT = [
    *("--noEmit", "--allowJs", "--checkJs", "--strict", "--noUncheckedIndexedAccess"),
    *("--target", "es2023", "--module", "esnext", "--moduleResolution", "bundler"),
    *("--lib", "es2023,dom,dom.iterable"),
]


def run(tool: str, *arguments: str) -> None:
    if shutil.which("node") is None or not (TOOLS / tool).exists():
        pytest.skip(f"{tool} is not installed: npm ci --prefix clients")
    done = subprocess.run(
        [str(TOOLS / tool), *arguments, *map(str, SCRIPTS)], check=False, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_some() -> None:
    assert len(SCRIPTS) >= 6


def test_their_types_hold() -> None:
    run("tsc", *STRICT)


def test_they_are_formatted() -> None:
    run("prettier", "--config", str(PROJECT / "clients" / ".prettierrc.json"), "--check")
