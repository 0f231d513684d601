"""Members come out of archives over good, poor and broken connections, or the error says what to do."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from frapi.errors import ArchiveUnavailable, DigestMismatch
from frapi.modelpack.fetch import fetch_members
from frapi.modelpack.index import PackageIndex
from frapi.modelpack.index_settings import IndexSettings
from frapi.modelpack.spec import ArchiveKind
from frapi.modelpack.transport import RetryPolicy
from tests.modelpack.conftest import Recorder
from tests.modelpack.fake_index import FakeIndex, archive_of, make_sdist, make_wheel, member_of, serving

# Incompressible, so that sizes on the wire are known; the filler is larger than everything that is read ahead.
FILLER = hashlib.shake_256(b"filler").digest(600_000)
FIRST = hashlib.shake_256(b"first").digest(150_000)
SECOND = hashlib.shake_256(b"second").digest(70_000)

CONTENTS = {"pkg/first.bin": FIRST, "pkg/filler.bin": FILLER, "pkg/second.bin": SECOND, "pkg/tail.bin": FILLER}
WHEEL = make_wheel(CONTENTS)
WHEEL_NAME = "weights-1.0-cp311-cp311-manylinux_2_28_x86_64.whl"
OTHER_WHEEL_NAME = "weights-1.0-cp312-cp312-win_amd64.whl"
WHEEL_ARCHIVE = archive_of(WHEEL, WHEEL_NAME, ArchiveKind.WHEEL)
SDIST = make_sdist(CONTENTS)
SDIST_NAME = "weights-1.0.tar.gz"
SDIST_ARCHIVE = archive_of(SDIST, SDIST_NAME, ArchiveKind.SDIST)

Maker = Callable[[Mapping[str, bytes]], bytes]


def fetch(
    archive_name: str,
    settings: IndexSettings,
    retry: RetryPolicy,
    progress: Recorder | None = None,
    *,
    paths: tuple[str, ...] = ("pkg/first.bin", "pkg/second.bin"),
) -> list[bytes]:
    archive = WHEEL_ARCHIVE if archive_name == WHEEL_NAME else SDIST_ARCHIVE
    members = [member_of(archive, path, CONTENTS[path]) for path in paths]
    with PackageIndex(settings, retry) as index:
        found = fetch_members(archive, members, index, progress or Recorder())
    return [found[member] for member in members]


def test_wheel_is_read_in_parts(retry: RetryPolicy, recorder: Recorder) -> None:
    with serving(FakeIndex({WHEEL_NAME: WHEEL})) as index:
        assert fetch(WHEEL_NAME, IndexSettings(index_url=index.url), retry, recorder) == [FIRST, SECOND]
        # The first byte, the directory, and one request a member.
        assert len(index.file_requests()) == 4
        assert index.sent_bytes < len(FIRST) + len(SECOND) + 140_000
        assert recorder.labels == [WHEEL_NAME]
        assert recorder.received_bytes == index.sent_bytes - 1
        assert not recorder.is_open


def test_wheel_without_ranges_is_read_whole(retry: RetryPolicy) -> None:
    with serving(FakeIndex({WHEEL_NAME: WHEEL}, ranges=False)) as index:
        assert fetch(WHEEL_NAME, IndexSettings(index_url=index.url), retry) == [FIRST, SECOND]


def test_wheel_without_ranges_is_checked_as_a_whole(retry: RetryPolicy) -> None:
    other = make_wheel({**CONTENTS, "pkg/tail.bin": b"changed"})
    with (
        serving(FakeIndex({WHEEL_NAME: other}, ranges=False)) as index,
        pytest.raises(DigestMismatch, match=r"manylinux_2_28_x86_64\.whl differs from its pinned digest"),
    ):
        fetch(WHEEL_NAME, IndexSettings(index_url=index.url), retry)


def test_another_platforms_wheel_serves_as_well(retry: RetryPolicy) -> None:
    other = make_wheel({**CONTENTS, "pkg/native.dll": b"x"})
    with serving(FakeIndex({"weights-0.9-py3-none-any.whl": b"", OTHER_WHEEL_NAME: other})) as index:
        assert fetch(WHEEL_NAME, IndexSettings(index_url=index.url), retry) == [FIRST, SECOND]


def test_sdist_is_streamed_up_to_the_last_member(retry: RetryPolicy, recorder: Recorder) -> None:
    with serving(FakeIndex({SDIST_NAME: SDIST})) as index:
        found = fetch(SDIST_NAME, IndexSettings(index_url=index.url), retry, recorder, paths=("pkg/first.bin",))
        assert found == [FIRST]
        assert len(index.file_requests()) == 1
    assert recorder.received_bytes < len(FIRST) + 100_000 < len(SDIST)


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize(("name", "content"), [(WHEEL_NAME, WHEEL), (SDIST_NAME, SDIST)])
def test_broken_connections_are_resumed(
    name: str, content: bytes, ranges: bool, retry: RetryPolicy, pauses_s: list[float]
) -> None:
    index = FakeIndex({name: content}, ranges=ranges, break_after_bytes=100_000, break_times=2)
    with serving(index):
        assert fetch(name, IndexSettings(index_url=index.url), retry) == [FIRST, SECOND]
    assert index.break_times == 0
    assert pauses_s


def test_progress_resets_patience(retry: RetryPolicy, pauses_s: list[float]) -> None:
    index = FakeIndex({SDIST_NAME: SDIST}, break_after_bytes=100_000, break_times=5)
    with serving(index):
        assert fetch(SDIST_NAME, IndexSettings(index_url=index.url), retry) == [FIRST, SECOND]
    assert pauses_s == [retry.first_delay_s] * 5
    assert len(pauses_s) > retry.attempts


def test_resuming_asks_for_the_rest_only(retry: RetryPolicy) -> None:
    index = FakeIndex({SDIST_NAME: SDIST}, break_after_bytes=131_072, break_times=1)
    with serving(index):
        fetch(SDIST_NAME, IndexSettings(index_url=index.url), retry)
    assert [wanted for _, wanted in index.file_requests()] == [None, "bytes=131072-"]


def test_busy_index_is_asked_again(retry: RetryPolicy, pauses_s: list[float]) -> None:
    with serving(FakeIndex({WHEEL_NAME: WHEEL}, refuse=[503, 429])) as index:
        assert fetch(WHEEL_NAME, IndexSettings(index_url=index.url), retry) == [FIRST, SECOND]
    assert pauses_s == [0.5, 1.0]


def test_it_gives_up(retry: RetryPolicy, pauses_s: list[float], recorder: Recorder) -> None:
    with (
        serving(FakeIndex({SDIST_NAME: SDIST}, break_times=100)) as index,
        pytest.raises(ArchiveUnavailable, match="no connection, or it broke") as caught,
    ):
        fetch(SDIST_NAME, IndexSettings(index_url=index.url), retry, recorder)
    assert len(pauses_s) == retry.attempts - 1
    assert not recorder.is_open
    assert SDIST_NAME in caught.value.message
    assert "PIP_INDEX_URL" in caught.value.message


def test_missing_project_names_archive_and_setting(retry: RetryPolicy) -> None:
    with (
        serving(FakeIndex({})) as index,
        pytest.raises(ArchiveUnavailable) as caught,
    ):
        fetch(WHEEL_NAME, IndexSettings(index_url=index.url), retry)
    assert caught.value.message == (
        f"Can't get {WHEEL_NAME} (weights 1.0): {index.url}: doesn't have it. "
        "Set PIP_INDEX_URL or PIP_EXTRA_INDEX_URL; or put the file into a folder and name that in PIP_FIND_LINKS."
    )


def test_no_index_at_all(retry: RetryPolicy, offline: IndexSettings) -> None:
    with pytest.raises(ArchiveUnavailable, match="no index is set up"):
        fetch(WHEEL_NAME, offline, retry)


def test_refused_credentials_are_named_and_never_shown(retry: RetryPolicy) -> None:
    with serving(FakeIndex({WHEEL_NAME: WHEEL}, credentials="robot:right")) as index:
        address = index.url.replace("http://", "http://robot:wr0ng@")
        with pytest.raises(ArchiveUnavailable, match="HTTP 401") as caught:
            fetch(WHEEL_NAME, IndexSettings(index_url=address), retry)
    assert "user and password in PIP_INDEX_URL or netrc" in caught.value.message
    assert "wr0ng" not in caught.value.message
    assert "wr0ng" not in repr(IndexSettings(index_url=address))


def test_credentials_of_the_index_also_open_its_files(retry: RetryPolicy) -> None:
    with serving(FakeIndex({WHEEL_NAME: WHEEL}, credentials="robot:right")) as index:
        address = index.url.replace("http://", "http://robot:right@")
        assert fetch(WHEEL_NAME, IndexSettings(index_url=address), retry) == [FIRST, SECOND]


def test_a_page_that_is_no_index(retry: RetryPolicy) -> None:
    with (
        serving(FakeIndex({WHEEL_NAME: WHEEL}, page_type="image/png")) as index,
        pytest.raises(ArchiveUnavailable, match="no package index there"),
    ):
        fetch(WHEEL_NAME, IndexSettings(index_url=index.url), retry)


def test_extra_index_is_asked_next(retry: RetryPolicy) -> None:
    with serving(FakeIndex({})) as main, serving(FakeIndex({SDIST_NAME: SDIST})) as extra:
        settings = IndexSettings(index_url=main.url, extra_index_urls=(extra.url,))
        assert fetch(SDIST_NAME, settings, retry) == [FIRST, SECOND]


@pytest.mark.parametrize(("name", "make"), [(WHEEL_NAME, make_wheel), (SDIST_NAME, make_sdist)])
def test_changed_member_is_refused_and_the_next_source_tried(name: str, make: Maker, retry: RetryPolicy) -> None:
    forged = make({**CONTENTS, "pkg/second.bin": SECOND[:-1] + b"!"})
    right = make(CONTENTS)
    with serving(FakeIndex({name: forged})) as bad, serving(FakeIndex({name: right})) as good:
        settings = IndexSettings(index_url=bad.url)
        with pytest.raises(DigestMismatch, match=r"pkg/second\.bin differs from its pinned digest"):
            fetch(name, settings, retry)
        settings = IndexSettings(index_url=bad.url, extra_index_urls=(good.url,))
        assert fetch(name, settings, retry) == [FIRST, SECOND]


@pytest.mark.parametrize(("name", "make"), [(WHEEL_NAME, make_wheel), (SDIST_NAME, make_sdist)])
def test_longer_member_is_refused_unread(name: str, make: Maker, retry: RetryPolicy) -> None:
    bomb = make({**CONTENTS, "pkg/first.bin": bytes(5_000_000)})
    with (
        serving(FakeIndex({name: bomb})) as index,
        pytest.raises(DigestMismatch, match=r"pkg/first\.bin differs"),
    ):
        fetch(name, IndexSettings(index_url=index.url), retry)


@pytest.mark.parametrize(("name", "make"), [(WHEEL_NAME, make_wheel), (SDIST_NAME, make_sdist)])
def test_lacking_member(name: str, make: Maker, retry: RetryPolicy) -> None:
    with (
        serving(FakeIndex({name: make({"pkg/first.bin": FIRST})})) as index,
        pytest.raises(DigestMismatch, match=r"lacks pkg/second\.bin"),
    ):
        fetch(name, IndexSettings(index_url=index.url), retry)


@pytest.mark.parametrize("name", [WHEEL_NAME, SDIST_NAME])
def test_damaged_archive(name: str, retry: RetryPolicy) -> None:
    with (
        serving(FakeIndex({name: FILLER})) as index,
        pytest.raises(DigestMismatch, match="is damaged"),
    ):
        fetch(name, IndexSettings(index_url=index.url), retry)


@pytest.mark.parametrize(("name", "content"), [(WHEEL_NAME, WHEEL), (SDIST_NAME, SDIST)])
def test_folder_of_archives_needs_no_network(name: str, content: bytes, tmp_path: Path, retry: RetryPolicy) -> None:
    (tmp_path / name).write_bytes(content)
    assert fetch(name, IndexSettings(find_links=(tmp_path,), no_index=True), retry) == [FIRST, SECOND]


def test_any_platforms_wheel_in_a_folder(tmp_path: Path, retry: RetryPolicy) -> None:
    (tmp_path / OTHER_WHEEL_NAME).write_bytes(make_wheel({**CONTENTS, "pkg/native.dll": b"x"}))
    assert fetch(WHEEL_NAME, IndexSettings(find_links=(tmp_path,), no_index=True), retry) == [FIRST, SECOND]


def test_index_on_disk(tmp_path: Path, retry: RetryPolicy) -> None:
    (tmp_path / "simple" / "weights").mkdir(parents=True)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / WHEEL_NAME).write_bytes(WHEEL)
    page = tmp_path / "simple" / "weights" / "index.html"
    page.write_text(f'<a href="../../files/{WHEEL_NAME}">{WHEEL_NAME}</a>', "utf-8")
    assert fetch(WHEEL_NAME, IndexSettings(index_url=(tmp_path / "simple").as_uri()), retry) == [FIRST, SECOND]
