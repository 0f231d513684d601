"""What is built of the client is what a package index wants, and can be imported without a checkout."""

from __future__ import annotations

import email
import subprocess
import sys
import zipfile
from email.message import Message
from pathlib import Path

import frapi_client
import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "clients" / "python"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=PACKAGE, check=True, capture_output=True, timeout=60)
    (built,) = folder.iterdir()
    return built


def metadata_of(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("/METADATA")]
        return email.message_from_bytes(archive.read(name))


def test_it_holds_the_package_its_types_and_its_licence(wheel: Path) -> None:
    sources = {f"frapi_client/{path.name}" for path in (PACKAGE / "src" / "frapi_client").glob("*.py")}
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (licence,) = [name for name in names if name.endswith("/licenses/LICENSE")]
        assert archive.read(licence) == (PACKAGE.parents[1] / "LICENSE").read_bytes()
    assert sources | {"frapi_client/py.typed"} == {name for name in names if ".dist-info/" not in name}


def test_it_says_what_it_is(wheel: Path) -> None:
    metadata = metadata_of(wheel)
    assert metadata["Name"] == "frapi-client"
    assert metadata["Version"] == frapi_client.__version__
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert "Typing :: Typed" in metadata.get_all("Classifier", [])
    assert metadata.get_payload(decode=True).decode() == (PACKAGE / "README.md").read_text(encoding="utf-8")


def test_it_can_be_imported(wheel: Path, tmp_path: Path) -> None:
    code = f"import sys; sys.path.insert(0, {str(wheel)!r}); import frapi_client.sync as s; print(s.__file__)"
    command = [sys.executable, "-W", "error", "-I", "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    assert done.stdout.startswith(str(wheel))
