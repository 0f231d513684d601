"""Finds archives on the package indexes that the user has set up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import urljoin, urlsplit, urlunsplit

from pypi_simple import PYPI_SIMPLE_ENDPOINT, DistributionPackage, NoSuchProjectError, ProjectPage, PyPISimple
from pypi_simple.errors import UnsupportedContentTypeError, UnsupportedRepoVersionError

from frapi.modelpack.index_settings import IndexSettings, local_path
from frapi.modelpack.spec import Archive, ArchiveKind
from frapi.modelpack.transport import RetryPolicy, TransportError, open_session


@dataclass(frozen=True, slots=True, repr=False)
class Location:
    """A file that may serve as an archive.

    Attributes:
        source: where it was found, fit to be shown.
        url: its address; empty for a local file.
        path: the local file, or None.
        sha256: what its whole content must hash to; None when nobody says. Members are checked in any case.
    """

    source: str
    url: str
    path: Path | None
    sha256: str | None


class PackageIndex:
    """The user's indexes and folders of archives, as one. Close it, or use it in a ``with``."""

    def __init__(self, settings: IndexSettings, retry: RetryPolicy | None = None) -> None:
        self.settings = settings
        self.retry = retry or RetryPolicy()
        self.session = open_session(settings)

    def __enter__(self) -> PackageIndex:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.close()

    def sources(self) -> tuple[str, ...]:
        """Folders and addresses in the order in which they are asked."""
        folders = tuple(str(folder) for folder in self.settings.find_links)
        if self.settings.no_index:
            return folders
        return (*folders, self.settings.index_url or PYPI_SIMPLE_ENDPOINT, *self.settings.extra_index_urls)

    def locate(self, archive: Archive, source: str) -> Iterator[Location]:
        """Yield the files of one source that may serve as ``archive``, the pinned one first.

        Args:
            archive: wanted.
            source: one of :meth:`sources`.
        Raises:
            TransportError: the source can't be asked.
        """
        folder = local_path(source)
        if folder is not None and (files := _archives_in(folder, archive)):
            yield from (Location(shown(source), "", file, None) for file in files)
            return
        page = self._page(archive, source, folder)
        found = [package for package in page.packages if _serves(package, archive)] if page else []
        for package in sorted(found, key=lambda package: package.filename != archive.filename):
            pinned = package.filename == archive.filename
            path = local_path(package.url)
            yield Location(
                source=shown(source),
                url="" if path else _with_credentials(package.url, source),
                path=path,
                sha256=archive.sha256 if pinned else package.digests.get("sha256"),
            )

    def _page(self, archive: Archive, source: str, folder: Path | None) -> ProjectPage | None:
        if folder is not None:
            page = folder / archive.project / "index.html"
            if not page.is_file():
                return None
            return ProjectPage.from_html(archive.project, page.read_text("utf-8"), base_url=page.as_uri())
        client = PyPISimple(source, session=self.session)
        try:
            return self.retry.run(lambda: client.get_project_page(archive.project, timeout=self.settings.timeout_s))
        except NoSuchProjectError:
            return None
        except (UnsupportedContentTypeError, UnsupportedRepoVersionError) as error:
            raise TransportError("no package index there", "PIP_INDEX_URL") from error


def _archives_in(folder: Path, archive: Archive) -> list[Path]:
    """Files in a plain folder that may serve as ``archive``."""
    pinned = folder / archive.filename
    if pinned.is_file():
        return [pinned]
    distribution = archive.filename.split("-", 1)[0]
    # The networks are the same in every platform's wheel.
    wheels = folder.glob(f"{distribution}-{archive.version}-*.whl") if archive.kind is ArchiveKind.WHEEL else ()
    return sorted(wheels)


def _serves(package: DistributionPackage, archive: Archive) -> bool:
    if package.filename == archive.filename:
        return True
    return archive.kind is ArchiveKind.WHEEL and package.package_type == "wheel" and package.version == archive.version


def shown(address: str) -> str:
    """An address without user and password."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=host, query="", fragment=""))


def _with_credentials(url: str, index_url: str) -> str:
    """Let a file on the index's own host use the user and password in the index's address, as pip does."""
    index, file = urlsplit(index_url), urlsplit(urljoin(index_url, url))
    credentials, at, host = index.netloc.rpartition("@")
    if at and file.scheme == index.scheme and file.netloc == host:
        file = file._replace(netloc=f"{credentials}@{host}")
    return urlunsplit(file)
