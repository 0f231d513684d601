"""The JavaScript package as npm would install it, and one real server to talk to."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from frapi.apps.ops.child_server import PROJECT
from tests.servers import Credentials, Stand, running

CLIENTS = PROJECT / "clients"
BUILD_TIMEOUT_S = 120


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/clients_js/" in item.path.as_posix() and "stand" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("no Node is installed")
    if not (CLIENTS / "node_modules" / "typescript").is_dir():
        pytest.skip("the workspace is not installed: npm ci --prefix clients")
    return found


@pytest.fixture(scope="session")
def package(node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of somebody's own in which ``@frapi/client`` and ``ws`` are installed."""
    folder = tmp_path_factory.mktemp("integrator")
    modules = folder / "node_modules"
    installed = modules / "@frapi" / "client"
    installed.mkdir(parents=True)
    shutil.copy(CLIENTS / "js" / "package.json", installed)
    (modules / "ws").symlink_to(CLIENTS / "node_modules" / "ws")
    compiler = CLIENTS / "node_modules" / "typescript" / "bin" / "tsc"
    subprocess.run(
        [node, compiler, "-p", CLIENTS / "js" / "tsconfig.build.json", "--outDir", installed / "dist"],
        check=True,
        timeout=BUILD_TIMEOUT_S,
    )
    return folder


@pytest.fixture(scope="session")
def stand(node: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with running(tmp_path_factory.mktemp("clients_js")) as started:
        yield started


@pytest.fixture(scope="session")
def credentials(stand: Stand) -> Credentials:
    return stand.new_api_client("clients_js")
