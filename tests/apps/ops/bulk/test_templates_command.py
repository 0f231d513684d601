from __future__ import annotations

import base64
import os
import uuid
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from frapi.apps.accounts.services import create_client
from frapi.apps.ops.bulk import archive
from frapi.apps.ops.bulk.archive import ArchiveKey, read_archive, write_archive
from frapi.apps.ops.management.commands import templates
from frapi.apps.templates.models import FaceTemplate
from frapi.apps.templates.sealing import seal_vector, unseal_vector
from frapi.apps.templates.services import load_template, store_template
from frapi.errors import IntegrityError, InvalidInput
from frapi.vision.embed import CONTRACT
from tests.faces import embedding

KEY = ArchiveKey(bytes(range(32)), is_passphrase=False)
RECORDS = [{"number": number} for number in range(1234)]


@pytest.fixture(autouse=True)
def quick_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it costs is scrypt's to test."""
    monkeypatch.setattr(archive, "SCRYPT_LOG2_N", 14)


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    file = tmp_path / "sealed"
    assert write_archive(file, KEY, RECORDS) == len(RECORDS)
    return file


class TestArchive:
    def test_reads_back(self, sealed: Path) -> None:
        assert list(read_archive(sealed, KEY)) == RECORDS
        assert sealed.stat().st_mode & 0o777 == 0o600
        assert b"number" not in sealed.read_bytes()

    def test_none_is_as_good_as_many(self, tmp_path: Path) -> None:
        write_archive(tmp_path / "empty", KEY, [])
        assert list(read_archive(tmp_path / "empty", KEY)) == []

    def test_replaces_nobodys_file(self, sealed: Path) -> None:
        with pytest.raises(FileExistsError):
            write_archive(sealed, KEY, [])
        assert list(read_archive(sealed, KEY)) == RECORDS

    def test_a_changed_byte_is_noticed(self, sealed: Path) -> None:
        content = sealed.read_bytes()
        for place in [*range(200), *range(200, len(content), 997)]:
            changed = bytearray(content)
            changed[place] ^= 1
            sealed.write_bytes(changed)
            with pytest.raises((IntegrityError, InvalidInput)):
                list(read_archive(sealed, KEY))

    def test_a_torn_file_is_noticed_wherever_it_is_torn(self, sealed: Path) -> None:
        content = sealed.read_bytes()
        ends = _chunk_ends(content)
        assert len(ends) == 3
        for length in [0, 10, 18, 30, *ends[:-1], *(end + 2 for end in ends[:-1]), len(content) - 1]:
            sealed.write_bytes(content[:length])
            with pytest.raises((IntegrityError, InvalidInput)):
                list(read_archive(sealed, KEY))

    def test_chunks_can_be_neither_exchanged_nor_appended(self, sealed: Path) -> None:
        content = sealed.read_bytes()
        first, second, third = _chunk_ends(content)
        begin = len(archive.MAGIC) + 4 + int.from_bytes(content[16:20], "big")
        exchanged = content[:begin] + content[first:second] + content[begin:first] + content[second:]
        for forged in (exchanged, content + content[second:third]):
            sealed.write_bytes(forged)
            with pytest.raises(IntegrityError):
                list(read_archive(sealed, KEY))

    def test_wrong_keys(self, sealed: Path, tmp_path: Path) -> None:
        with pytest.raises(IntegrityError):
            list(read_archive(sealed, ArchiveKey(bytes(32), is_passphrase=False)))
        with pytest.raises(InvalidInput, match="key file"):
            list(read_archive(sealed, ArchiveKey.from_passphrase("a long passphrase")))
        write_archive(tmp_path / "words", ArchiveKey.from_passphrase("a long passphrase"), RECORDS)
        assert list(read_archive(tmp_path / "words", ArchiveKey.from_passphrase("a long passphrase"))) == RECORDS
        with pytest.raises(IntegrityError):
            list(read_archive(tmp_path / "words", ArchiveKey.from_passphrase("a long passphrasf")))

    def test_a_file_can_not_ask_for_any_amount_of_memory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        key = ArchiveKey.from_passphrase("a long passphrase")
        write_archive(tmp_path / "words", key, RECORDS)
        content = (tmp_path / "words").read_bytes().replace(b'"log2_n": 14', b'"log2_n": 40')
        (tmp_path / "words").write_bytes(content)
        with pytest.raises(IntegrityError):
            list(read_archive(tmp_path / "words", key))

    def test_keys_that_are_none(self) -> None:
        with pytest.raises(InvalidInput, match="12 characters"):
            ArchiveKey.from_passphrase("short")
        for text in ("", "x", base64.b64encode(bytes(31)).decode(), "ä" * 44):
            with pytest.raises(InvalidInput, match="32 random bytes"):
                ArchiveKey.from_base64(text)
        assert "secret" not in repr(KEY)


def _chunk_ends(content: bytes) -> list[int]:
    place = 16
    ends = []
    while place < len(content):
        place += 4 + int.from_bytes(content[place : place + 4], "big")
        ends.append(place)
    return ends[1:]


class TestCommand:
    @pytest.fixture(autouse=True)
    def clients(self, transactional_db: None, analyzer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(templates, "get_analyzer", lambda: analyzer)
        self.here, self.there = create_client("here").client, create_client("there").client
        for number in range(3):
            self.enroll(self.here, f"user{number}", number)

    def enroll(self, client: Any, user_id: str, person: int) -> None:
        store_template(
            client.id, user_id, embedding(person), sample_count=2, quality_score=0.8, enrollment_id=uuid.uuid4()
        )

    @pytest.fixture
    def key_file(self, tmp_path: Path) -> Path:
        file = tmp_path / "key"
        file.write_text(base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=") + "\n")
        return file

    def run(self, *arguments: object) -> str:
        out = StringIO()
        call_command("templates", *(str(each) for each in arguments), stdout=out)
        return out.getvalue()

    def exported(self, tmp_path: Path, key_file: Path) -> Path:
        file = tmp_path / "out.sealed"
        assert "3 templates" in self.run("export", file, "--client", "here", "--key-file", key_file)
        return file

    def test_templates_arrive_as_they_were(self, tmp_path: Path, key_file: Path) -> None:
        file = self.exported(tmp_path, key_file)
        said = self.run("import", file, "--client", "there", "--key-file", key_file)
        assert "3 imported, 0 replaced, 0 skipped" in said
        fields = ("user_id", "contract", "sample_count", "quality_score", "enrollment_id", "created_at")
        rows = [list(FaceTemplate.objects.filter(client=each).values_list(*fields)) for each in (self.here, self.there)]
        assert rows[0] == rows[1]
        vector = load_template(self.there.id, "user1", CONTRACT)
        assert vector is not None
        assert (vector == embedding(1).vector_l2).all()

    def test_what_a_refreshed_template_was_goes_with_it(self, tmp_path: Path, key_file: Path) -> None:
        refreshed = FaceTemplate.objects.get(user_id="user1")
        refreshed.sealed_origin = seal_vector(self.here.id, "user1", embedding(7).vector_l2)
        refreshed.refreshed_at = refreshed.created_at
        refreshed.save()
        self.run("import", self.exported(tmp_path, key_file), "--client", "there", "--key-file", key_file)
        arrived = FaceTemplate.objects.get(client=self.there, user_id="user1")
        assert arrived.refreshed_at == refreshed.refreshed_at
        assert arrived.sealed_origin is not None
        assert unseal_vector(self.there.id, "user1", bytes(arrived.sealed_origin))[7] == 1

    def test_no_vector_lies_in_the_clear(self, tmp_path: Path, key_file: Path) -> None:
        content = self.exported(tmp_path, key_file).read_bytes()
        plain = embedding(1).vector_l2.tobytes()
        assert plain[:8] not in content
        assert base64.b64encode(plain)[:16] not in content
        assert b"user1" not in content

    def test_conflicts_are_asked_about(self, tmp_path: Path, key_file: Path) -> None:
        file = self.exported(tmp_path, key_file)
        self.enroll(self.there, "user1", 9)
        into = ("import", file, "--client", "there", "--key-file", key_file)
        with pytest.raises(CommandError, match=r"1 users .*user1"):
            self.run(*into)
        assert FaceTemplate.objects.filter(client=self.there).count() == 1, "nothing changed"
        assert "2 imported, 0 replaced, 1 skipped" in self.run(*into, "--conflicts", "skip")
        assert load_template(self.there.id, "user1", CONTRACT)[9] == 1  # type: ignore[index]
        assert "0 imported, 3 replaced, 0 skipped" in self.run(*into, "--conflicts", "replace")
        assert load_template(self.there.id, "user1", CONTRACT)[1] == 1  # type: ignore[index]

    def test_another_recognisers_templates_are_refused(self, tmp_path: Path, key_file: Path, monkeypatch) -> None:
        file = self.exported(tmp_path, key_file)
        other = templates.get_analyzer().__class__(lambda request: None, contract="other/1", dim=128)
        monkeypatch.setattr(templates, "get_analyzer", lambda: other)
        with pytest.raises(CommandError, match="compares other/1"):
            self.run("import", file, "--client", "there", "--key-file", key_file)
        assert not FaceTemplate.objects.filter(client=self.there).exists()

    def test_torn_and_foreign_files_change_nothing(self, tmp_path: Path, key_file: Path) -> None:
        file = self.exported(tmp_path, key_file)
        file.write_bytes(file.read_bytes()[:-1])
        with pytest.raises(CommandError, match="Nothing was imported"):
            self.run("import", file, "--client", "there", "--key-file", key_file)
        file.write_text("hello")
        with pytest.raises(CommandError, match="no archive"):
            self.run("import", file, "--client", "there", "--key-file", key_file)
        with pytest.raises(CommandError, match="No such file"):
            self.run("import", tmp_path / "nowhere", "--client", "there", "--key-file", key_file)
        assert not FaceTemplate.objects.filter(client=self.there).exists()

    @pytest.mark.parametrize(
        "change",
        [
            {"vector": base64.b64encode(bytes(512)).decode()},
            {"vector": base64.b64encode(b"\xff" * 512).decode()},
            {"vector": base64.b64encode(np.ones(128, "<f4").tobytes()).decode()},
            {"vector": 5},
            {"user_id": "../etc"},
            {"created_at": "yesterday"},
            {"created_at": "2026-01-01T00:00:00"},
            {"enrollment_id": None},
            {"origin": "AAAA"},
            {"refreshed_at": 5},
        ],
    )
    def test_a_record_that_is_none_stops_all(self, tmp_path: Path, key_file: Path, change: dict[str, Any]) -> None:
        key = ArchiveKey.from_base64(key_file.read_text())
        good = list(read_archive(self.exported(tmp_path, key_file), key))
        write_archive(tmp_path / "bad", key, [*good[:2], {**good[2], **change}])
        with pytest.raises(CommandError, match="malformed"):
            self.run("import", tmp_path / "bad", "--client", "there", "--key-file", key_file)
        assert not FaceTemplate.objects.filter(client=self.there).exists()

    def test_one_user_twice_stops_all(self, tmp_path: Path, key_file: Path) -> None:
        key = ArchiveKey.from_base64(key_file.read_text())
        good = list(read_archive(self.exported(tmp_path, key_file), key))
        write_archive(tmp_path / "bad", key, [*good, good[0]])
        with pytest.raises(CommandError, match="twice"):
            self.run("import", tmp_path / "bad", "--client", "there", "--key-file", key_file)

    def test_a_passphrase_from_a_file(self, tmp_path: Path) -> None:
        words = tmp_path / "words"
        words.write_text("correct horse battery\nsecond line\n")
        self.run("export", tmp_path / "out", "--client", "here", "--passphrase-file", words)
        assert "3 imported" in self.run("import", tmp_path / "out", "--client", "there", "--passphrase-file", words)

    def test_without_a_key_or_a_terminal(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", StringIO())
        with pytest.raises(CommandError, match="no terminal"):
            self.run("export", tmp_path / "out", "--client", "here")
        assert not (tmp_path / "out").exists()
