"""Which package indexes the user has set up, as pip and uv understand it."""

from __future__ import annotations

import configparser
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from frapi.errors import ModelPackError

# pip's own default is 15 s; an index behind a cold proxy cache takes longer for a large file's first byte.
DEFAULT_TIMEOUT_S = 30.0

_PIP_SECTIONS = ("global", "download", "install")
_YES = frozenset({"1", "true", "yes", "on", "t", "y"})


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """Where archives are looked for, and how to get through to there.

    Attributes:
        index_url: the main index; None for the one that is everybody's default.
        extra_index_urls: further indexes, asked after the main one. ``file://`` addresses are read from disk.
        find_links: folders that hold archives, looked into first.
        no_index: never ask an index, take what ``find_links`` has.
        ca_bundle: certificates to trust; None for the usual ones.
        client_cert: certificate to show to the index.
        proxy: proxy for all requests; None to take the usual environment variables.
        timeout_s: longest silence of a connection.
    """

    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    find_links: tuple[Path, ...] = ()
    no_index: bool = False
    ca_bundle: Path | None = None
    client_cert: Path | None = None
    proxy: str | None = None
    timeout_s: float = DEFAULT_TIMEOUT_S

    def __repr__(self) -> str:
        # Addresses may hold passwords.
        return f"IndexSettings(extra={len(self.extra_index_urls)}, find_links={len(self.find_links)})"

    @classmethod
    def from_pip_config(cls, environ: Mapping[str, str]) -> IndexSettings:
        """Read what pip and uv would read.

        Variables win over files, and pip over uv where both name a main index; extra indexes and folders of both are
        joined. That an archive may come from any of them is safe, for its digest is pinned.

        Args:
            environ: the process's environment.
        Raises:
            ModelPackError: a configuration file can't be read or a value makes no sense; it is named.
        """
        pip = _read_pip(environ)
        uv = _read_uv(environ)
        return cls(
            index_url=_first(
                environ.get("PIP_INDEX_URL"),
                environ.get("UV_DEFAULT_INDEX"),
                environ.get("UV_INDEX_URL"),
                pip.get("index-url"),
                uv.index_url,
            ),
            extra_index_urls=_unique(
                _words(environ.get("PIP_EXTRA_INDEX_URL") or pip.get("extra-index-url")),
                (_unnamed(word) for word in _words(environ.get("UV_INDEX"))),
                _words(environ.get("UV_EXTRA_INDEX_URL")),
                uv.extra_index_urls,
            ),
            find_links=tuple(
                folder
                for link in _unique(
                    _words(environ.get("PIP_FIND_LINKS") or pip.get("find-links")),
                    _words((environ.get("UV_FIND_LINKS") or "").replace(",", " ")),
                    uv.find_links,
                )
                if (folder := local_path(link)) is not None
            ),
            no_index=(
                _first(environ.get("PIP_NO_INDEX"), environ.get("UV_NO_INDEX"), pip.get("no-index")) or ""
            ).lower()
            in _YES,
            ca_bundle=_path(
                _first(
                    environ.get("PIP_CERT"),
                    pip.get("cert"),
                    environ.get("REQUESTS_CA_BUNDLE"),
                    environ.get("CURL_CA_BUNDLE"),
                    environ.get("SSL_CERT_FILE"),
                )
            ),
            client_cert=_path(_first(environ.get("PIP_CLIENT_CERT"), pip.get("client-cert"))),
            proxy=_first(environ.get("PIP_PROXY"), pip.get("proxy")),
            timeout_s=_timeout(
                _first(environ.get("PIP_DEFAULT_TIMEOUT"), environ.get("PIP_TIMEOUT"), pip.get("timeout"))
            ),
        )


def local_path(link: str) -> Path | None:
    """The folder or file that a path or ``file://`` address names; None for an address on a network."""
    parts = urlsplit(link)
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    return None if parts.scheme in {"http", "https"} else Path(link).expanduser()


@dataclass(frozen=True, slots=True)
class _UvConfig:
    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()


def _pip_files(environ: Mapping[str, str]) -> Iterator[Path]:
    """pip's configuration files, from the weakest to the strongest. Source: pip's documentation on configuration."""
    home = Path(environ.get("HOME", "~")).expanduser()
    config_home = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    for folder in reversed((environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")):
        yield Path(folder) / "pip" / "pip.conf"
    yield Path("/etc/pip.conf")
    yield home / ".pip" / "pip.conf"
    yield config_home / "pip" / "pip.conf"
    if environ.get("VIRTUAL_ENV"):
        yield Path(environ["VIRTUAL_ENV"]) / "pip.conf"


def _read_pip(environ: Mapping[str, str]) -> dict[str, str]:
    named = environ.get("PIP_CONFIG_FILE")
    if named == "/dev/null":
        return {}
    files = [*_pip_files(environ), *([Path(named)] if named else [])]
    parser = configparser.RawConfigParser()
    try:
        parser.read(files, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError) as error:
        raise ModelPackError(
            "pip's configuration can't be read; set PIP_CONFIG_FILE=/dev/null to pass it by"
        ) from error
    found: dict[str, str] = {}
    for section in _PIP_SECTIONS:
        if parser.has_section(section):
            found.update({key.replace("_", "-"): value for key, value in parser.items(section)})
    return found


def _read_uv(environ: Mapping[str, str]) -> _UvConfig:
    home = Path(environ.get("HOME", "~")).expanduser()
    config_home = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    named = environ.get("UV_CONFIG_FILE")
    files = [Path(named)] if named else [config_home / "uv" / "uv.toml", Path("/etc/uv/uv.toml")]
    for file in files:
        if not file.is_file():
            continue
        try:
            table = tomllib.loads(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ModelPackError(f"{file} can't be read as uv's configuration") from error
        return _parse_uv(table)
    return _UvConfig()


def _parse_uv(table: Mapping[str, Any]) -> _UvConfig:
    pip = {**table, **table.get("pip", {})}
    indexes = table.get("index", [])
    return _UvConfig(
        index_url=_first(*(index["url"] for index in indexes if index.get("default")), pip.get("index-url")),
        extra_index_urls=_unique(
            (index["url"] for index in indexes if not index.get("default")), pip.get("extra-index-url", ())
        ),
        find_links=tuple(pip.get("find-links", ())),
    )


def _first(*values: str | None) -> str | None:
    return next((value for value in values if value), None)


def _words(value: str | None) -> list[str]:
    return (value or "").split()


def _unnamed(index: str) -> str:
    """uv writes ``name=address``; an address without a name may have ``=`` in its query."""
    name, equals, address = index.partition("=")
    return address if equals and name.replace("-", "").replace("_", "").isalnum() else index


def _unique(*groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for group in groups for value in group))


def _path(value: str | None) -> Path | None:
    return Path(value).expanduser() if value else None


def _timeout(value: str | None) -> float:
    if value is None:
        return DEFAULT_TIMEOUT_S
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0
    if not seconds > 0:
        raise ModelPackError(f"PIP_DEFAULT_TIMEOUT must be a positive number of seconds, not {value!r}")
    return seconds
