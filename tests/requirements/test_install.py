from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """``requirements/install.py``, which is a script and no module of a package."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    spec = importlib.util.spec_from_file_location("install", PROJECT / "requirements" / "install.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_uv_is_told_what_pip_was_told(install: ModuleType, tmp_path: Path) -> None:
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\n"
        "index-url = https://mirror.example/simple\n"
        "extra-index-url = https://a.example/simple https://b.example/simple\n"
        f"find-links = {tmp_path}\n"
        f"cert = {tmp_path / 'ca.pem'}\n"
        "timeout = 90\n"
    )
    environment = install.uv_environment({"PIP_CONFIG_FILE": str(config), "HOME": str(tmp_path), "KEPT": "1"})
    assert environment["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert "https://a.example/simple https://b.example/simple" in environment["UV_INDEX"]
    assert str(tmp_path) in environment["UV_FIND_LINKS"].split(",")
    assert environment["SSL_CERT_FILE"] == str(tmp_path / "ca.pem")
    assert environment["UV_HTTP_TIMEOUT"] == "90"
    assert environment["KEPT"] == "1"


def test_uv_s_own_settings_win(install: ModuleType) -> None:
    environ = {"PIP_INDEX_URL": "https://a.example", "UV_DEFAULT_INDEX": "https://b.example"}
    assert install.uv_environment(environ | {"PIP_CONFIG_FILE": "/dev/null"})["UV_DEFAULT_INDEX"] == "https://b.example"


@pytest.mark.parametrize("name", ["bootstrap", "run", "dev"])
def test_every_requirement_is_pinned_by_digest(name: str) -> None:
    text = (PROJECT / "requirements" / f"{name}.txt").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]
    assert lines
    for line in lines:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", line), line


def test_the_lock_covers_what_the_project_asks_for() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    asked = {
        "run": project["project"]["dependencies"],
        "dev": project["project"]["dependencies"] + project["dependency-groups"]["dev"],
    }
    for name, requirements in asked.items():
        locked = set(re.findall(r"^([a-z0-9._-]+)==", (PROJECT / "requirements" / f"{name}.txt").read_text(), re.M))
        wanted = {re.match(r"[A-Za-z0-9._-]+", each)[0].lower() for each in requirements}  # type: ignore[index]
        assert wanted <= locked
