"""The files of ``deploy/`` fit their schemas, and name only what there is. No container engine is needed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from config import env

PROJECT = Path(__file__).resolve().parents[2]
DEPLOY = PROJECT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
# Of the schemas that the validator brings.
KUBERNETES_VERSION = "1.34"
MANIFESTS = sorted(path for path in KUBERNETES.glob("*.yaml") if path.name != "kustomization.yaml")


def documents(path: Path) -> list[dict[str, Any]]:
    return [document for document in yaml.safe_load_all(path.read_text()) if document]


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def settings() -> set[str]:
    """Every variable that may be set, its file forms among them."""
    options = env.options().values()
    return {each.variable for each in options} | {f"{each.variable}_FILE" for each in options if each.secret}


def test_compose_fits_its_schema() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    run = subprocess.run([*command, str(DEPLOY / "compose.yaml")], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_manifests_fit_theirs(path: Path) -> None:
    for document in documents(path):
        kubernetes_validate.validate(document, KUBERNETES_VERSION, strict=True)


def test_a_manifest_that_fits_none_is_found() -> None:
    (wrong,) = documents(KUBERNETES / "migrate.yaml")
    wrong["spec"]["backoffLimit"] = "often"
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, KUBERNETES_VERSION, strict=True)


def test_the_kustomization_names_every_manifest() -> None:
    (kustomization,) = documents(KUBERNETES / "kustomization.yaml")
    assert sorted(kustomization["resources"]) == [path.name for path in MANIFESTS]


def _set_by_compose() -> Iterator[str]:
    for name in ("migrate", "web1", "web2"):
        yield from compose()["services"][name]["environment"]


def _set_by_kubernetes() -> Iterator[str]:
    yield from documents(KUBERNETES / "config.yaml")[0]["data"]
    for file in ("web.yaml", "migrate.yaml"):
        pod = documents(KUBERNETES / file)[0]["spec"]["template"]["spec"]
        yield from (variable["name"] for variable in pod["containers"][0]["env"])


def _set_by_the_image() -> Iterator[str]:
    text = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")
    for line in re.findall(r"^ENV (.+)$", text, re.MULTILINE):
        yield from (name for name in re.findall(r"(\w+)=", line) if name.startswith(("FRAPI_", "PORT")))


@pytest.mark.parametrize("names", [_set_by_compose, _set_by_kubernetes, _set_by_the_image])
def test_only_settings_that_there_are_are_set(names: Any) -> None:
    used = set(names())
    assert used
    assert used <= settings()


def test_secrets_are_files_and_nowhere_in_the_clear() -> None:
    secret = ("FRAPI_MASTER_KEY", "FRAPI_SECRET_KEY", "FRAPI_JWT_KEYS")
    for names in (_set_by_compose, _set_by_kubernetes):
        assert not set(secret) & set(names())
        assert {f"{name}_FILE" for name in secret} <= set(names())


def test_the_image_copies_what_there_is() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    sources = [source for line in copied for source in line.split()]
    assert sources
    for source in sources:
        assert (PROJECT / source).exists(), source
    let_in = set((DEPLOY / "Dockerfile.dockerignore").read_text().split("!"))
    assert {source.split("/")[0] for source in sources} <= {line.split()[0] for line in let_in if line.split()}


def test_the_image_installs_what_there_is() -> None:
    for file in re.findall(r"requirements/\w+\.txt", (DEPLOY / "Dockerfile").read_text()):
        assert (PROJECT / file).exists(), file


@pytest.mark.parametrize("file", ["web.yaml", "migrate.yaml"])
def test_containers_have_no_privileges(file: str) -> None:
    pod = documents(KUBERNETES / file)[0]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert not container["securityContext"]["allowPrivilegeEscalation"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    writable = {mount["mountPath"] for mount in container["volumeMounts"] if not mount.get("readOnly")}
    assert writable == {"/var/lib/frapi", "/tmp"}  # noqa: S108  a mount


def test_probes_ask_for_pages_that_there_are() -> None:
    from django.urls import resolve

    (container,) = documents(KUBERNETES / "web.yaml")[0]["spec"]["template"]["spec"]["containers"]
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert resolve(container[probe]["httpGet"]["path"])
    assert "/health/ready/" in (DEPLOY / "Caddyfile").read_text()
