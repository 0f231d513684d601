"""A package index on this machine, with tiny archives, that misbehaves as told."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import re
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from frapi.modelpack.spec import Archive, ArchiveKind, Member


def make_wheel(contents: Mapping[str, bytes]) -> bytes:
    """A wheel; members compressed as real ones are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, content in contents.items():
            wheel.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def make_sdist(contents: Mapping[str, bytes]) -> bytes:
    """An sdist, barely compressed, so that its size is known."""
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=0, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as sdist,
    ):
        for path, content in contents.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            sdist.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def archive_of(content: bytes, filename: str, kind: ArchiveKind, project: str = "weights") -> Archive:
    return Archive(
        project=project,
        version="1.0",
        filename=filename,
        kind=kind,
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        licence="CC0-1.0",
        stream_bytes=len(content),
    )


def member_of(archive: Archive, path: str, content: bytes) -> Member:
    return Member(archive, path, hashlib.sha256(content).hexdigest(), len(content))


@dataclass
class FakeIndex:
    """What the index serves, and how.

    Attributes:
        files: filename -> content.
        ranges: serve parts.
        refuse: answers with these statuses first, one a request.
        break_after_bytes: closes each of the next ``break_times`` connections to a file after so many bytes.
        break_times: see above.
        credentials: ``user:password`` that is asked for; empty for none.
        page_type: content type of the project pages.
        url: set while it runs.
        requests: what was asked for: path and Range header.
        sent_bytes: how much of files was sent.
    """

    files: dict[str, bytes]
    ranges: bool = True
    refuse: list[int] = field(default_factory=list)
    break_after_bytes: int = 0
    break_times: int = 0
    credentials: str = ""
    page_type: str = "text/html"
    url: str = ""
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    sent_bytes: int = 0

    def file_requests(self) -> list[tuple[str, str | None]]:
        return [(path, wanted) for path, wanted in self.requests if path.startswith("/files/")]


@contextmanager
def serving(index: FakeIndex) -> Iterator[FakeIndex]:
    """Serve on 127.0.0.1 for the duration of a test."""
    handler = type("Handler", (_Handler,), {"index": index})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    index.url = f"http://127.0.0.1:{server.server_port}/simple"
    try:
        yield index
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    index: FakeIndex

    def do_GET(self) -> None:
        index = self.index
        index.requests.append((self.path, self.headers.get("Range")))
        if index.refuse:
            self._answer(index.refuse.pop(0), b"")
        elif not self._is_let_in():
            self._answer(401, b"")
        elif self.path.startswith("/simple/"):
            self._send_page(self.path.removeprefix("/simple/").strip("/"))
        else:
            self._send_file(self.path.removeprefix("/files/"))

    def _is_let_in(self) -> bool:
        expected = "Basic " + base64.b64encode(self.index.credentials.encode()).decode()
        return not self.index.credentials or self.headers.get("Authorization") == expected

    def _send_page(self, project: str) -> None:
        names = [name for name in self.index.files if name.replace("_", "-").startswith(project)]
        if not names:
            self._answer(404, b"")
            return
        links = [
            f'<a href="../../files/{name}#sha256={hashlib.sha256(self.index.files[name]).hexdigest()}">{name}</a>'
            for name in names
        ]
        self._answer(200, "\n".join(links).encode(), {"Content-Type": self.index.page_type})

    def _send_file(self, name: str) -> None:
        content = self.index.files[name]
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if wanted is None or not self.index.ranges:
            self._answer(200, content)
            return
        start = int(wanted[1])
        stop = min(int(wanted[2]) + 1 if wanted[2] else len(content), len(content))
        self._answer(206, content[start:stop], {"Content-Range": f"bytes {start}-{stop - 1}/{len(content)}"})

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.path.startswith("/files/") and self.index.break_times and len(body) > self.index.break_after_bytes:
            self.index.break_times -= 1
            body = body[: self.index.break_after_bytes]
        if self.path.startswith("/files/"):
            self.index.sent_bytes += len(body)
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Tests look at ``requests`` instead."""
