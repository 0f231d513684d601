"""What ``manage.py analyze`` says of files that it can't read; no model is asked about them."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


def test_a_file_that_can_not_be_read_is_named_once(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no video")
    (tmp_path / "broken.jpg").write_text("no picture")
    names = ["none.jpg", "", "notes.txt", "broken.jpg"]
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="4 of 4 could not be read"):
        call_command("analyze", *(str(tmp_path / name) for name in names), stdout=out, stderr=err)
    assert out.getvalue() == ""
    missing, folder, notes, broken = err.getvalue().splitlines()
    assert missing == f"{tmp_path}/none.jpg: no such file"
    assert folder == f"{tmp_path}: is a folder; name the pictures and videos in it"
    assert notes == f"{tmp_path}/notes.txt: neither a picture nor a video that can be read"
    assert broken.startswith(f"{tmp_path}/broken.jpg: ")
