"""The indexes are those that pip and uv would use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from frapi.errors import ModelPackError
from frapi.modelpack.index_settings import DEFAULT_TIMEOUT_S, IndexSettings, local_path
from frapi.modelpack.transport import open_session


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A user with no configuration, on a machine with none."""
    return {"HOME": str(tmp_path), "XDG_CONFIG_DIRS": str(tmp_path / "xdg"), "PIP_CONFIG_FILE": os.devnull}


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_nothing_set_up(environ: dict[str, str]) -> None:
    assert IndexSettings.from_pip_config(environ) == IndexSettings()
    assert IndexSettings().timeout_s == DEFAULT_TIMEOUT_S


def test_pip_variables(environ: dict[str, str], tmp_path: Path) -> None:
    environ |= {
        "PIP_INDEX_URL": "https://main.example/simple",
        "PIP_EXTRA_INDEX_URL": "https://one.example/simple https://two.example/simple",
        "PIP_FIND_LINKS": f"{tmp_path} https://pages.example/",
        "PIP_NO_INDEX": "1",
        "PIP_CERT": "/ca.pem",
        "PIP_CLIENT_CERT": "/me.pem",
        "PIP_PROXY": "http://proxy.example:3128",
        "PIP_DEFAULT_TIMEOUT": "7.5",
    }
    assert IndexSettings.from_pip_config(environ) == IndexSettings(
        index_url="https://main.example/simple",
        extra_index_urls=("https://one.example/simple", "https://two.example/simple"),
        find_links=(tmp_path,),
        no_index=True,
        ca_bundle=Path("/ca.pem"),
        client_cert=Path("/me.pem"),
        proxy="http://proxy.example:3128",
        timeout_s=7.5,
    )


def test_pip_files_and_their_order(environ: dict[str, str], tmp_path: Path) -> None:
    del environ["PIP_CONFIG_FILE"]
    write(tmp_path / "xdg/pip/pip.conf", "[global]\nindex-url = https://site.example\nclient-cert = /site.pem\n")
    write(
        tmp_path / ".config/pip/pip.conf",
        "[global]\nindex_url = https://user.example\nextra-index-url =\n  https://a.example\n  https://b.example\n",
    )
    settings = IndexSettings.from_pip_config(environ)
    assert settings.index_url == "https://user.example"
    assert settings.extra_index_urls == ("https://a.example", "https://b.example")
    assert settings.client_cert == Path("/site.pem")

    environ["PIP_CONFIG_FILE"] = str(write(tmp_path / "named.conf", "[install]\nindex-url = https://named.example\n"))
    assert IndexSettings.from_pip_config(environ).index_url == "https://named.example"

    environ["PIP_INDEX_URL"] = "https://variable.example"
    assert IndexSettings.from_pip_config(environ).index_url == "https://variable.example"

    environ["PIP_CONFIG_FILE"] = os.devnull
    assert IndexSettings.from_pip_config(environ).client_cert is None


def test_virtual_environment_has_its_own_file(environ: dict[str, str], tmp_path: Path) -> None:
    del environ["PIP_CONFIG_FILE"]
    environ["VIRTUAL_ENV"] = str(tmp_path / "venv")
    write(tmp_path / "venv/pip.conf", "[global]\nindex-url = https://venv.example\n")
    assert IndexSettings.from_pip_config(environ).index_url == "https://venv.example"


@pytest.mark.parametrize("variable", ["UV_DEFAULT_INDEX", "UV_INDEX_URL"])
def test_uv_variables(variable: str, environ: dict[str, str]) -> None:
    environ |= {variable: "https://uv.example", "UV_INDEX": "corp=https://corp.example https://q.example/?a=b"}
    settings = IndexSettings.from_pip_config(environ)
    assert settings.index_url == "https://uv.example"
    assert settings.extra_index_urls == ("https://corp.example", "https://q.example/?a=b")
    environ["PIP_INDEX_URL"] = "https://pip.example"
    assert IndexSettings.from_pip_config(environ).index_url == "https://pip.example"


def test_uv_file(environ: dict[str, str], tmp_path: Path) -> None:
    write(
        tmp_path / ".config/uv/uv.toml",
        'find-links = ["/wheels"]\n'
        '[[index]]\nurl = "https://extra.example"\n'
        '[[index]]\nurl = "https://default.example"\ndefault = true\n',
    )
    settings = IndexSettings.from_pip_config(environ)
    assert settings.index_url == "https://default.example"
    assert settings.extra_index_urls == ("https://extra.example",)
    assert settings.find_links == (Path("/wheels"),)


def test_certificates_of_the_usual_variables(environ: dict[str, str]) -> None:
    environ["SSL_CERT_FILE"] = "/ssl.pem"
    assert IndexSettings.from_pip_config(environ).ca_bundle == Path("/ssl.pem")
    environ["REQUESTS_CA_BUNDLE"] = "/requests.pem"
    assert IndexSettings.from_pip_config(environ).ca_bundle == Path("/requests.pem")


def test_pips_certificates_win_in_a_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/requests.pem")
    session = open_session(IndexSettings(ca_bundle=Path("/pip.pem")))
    assert session.merge_environment_settings("https://a.example", {}, None, None, None)["verify"] == "/pip.pem"


@pytest.mark.parametrize("value", ["soon", "0", "-1", "nan"])
def test_senseless_timeout_is_named(value: str, environ: dict[str, str]) -> None:
    with pytest.raises(ModelPackError, match="PIP_DEFAULT_TIMEOUT"):
        IndexSettings.from_pip_config(environ | {"PIP_DEFAULT_TIMEOUT": value})


def test_unreadable_files_are_named(environ: dict[str, str], tmp_path: Path) -> None:
    environ["UV_CONFIG_FILE"] = str(write(tmp_path / "uv.toml", "= ="))
    with pytest.raises(ModelPackError, match=r"uv\.toml"):
        IndexSettings.from_pip_config(environ)
    del environ["UV_CONFIG_FILE"]
    environ["PIP_CONFIG_FILE"] = str(write(tmp_path / "pip.conf", "no section"))
    with pytest.raises(ModelPackError, match="PIP_CONFIG_FILE"):
        IndexSettings.from_pip_config(environ)


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("file:///mirror/with%20space", Path("/mirror/with space")),
        ("/mirror", Path("/mirror")),
        ("https://index.example/simple", None),
    ],
)
def test_local_path(link: str, path: Path | None) -> None:
    assert local_path(link) == path
