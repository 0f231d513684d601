"""Progress is a bar at a terminal and a line elsewhere."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from frapi.modelpack.console import ConsoleProgress


def show(*, terminal: bool) -> str:
    out = StringIO()
    progress = ConsoleProgress(Console(file=out, force_terminal=terminal, width=100))
    progress.begin("archive.whl", 2_000_000)
    progress.advance(1_000_000)
    progress.end()
    progress.note("Built face_mesh")
    return out.getvalue()


def test_at_a_terminal() -> None:
    shown = show(terminal=True)
    assert "archive.whl" in shown
    assert "1.0/2.0 MB" in shown
    assert "Built face_mesh" in shown


def test_in_a_log() -> None:
    assert show(terminal=False).splitlines() == ["Fetching from archive.whl, about 2.0 MB", "Built face_mesh"]
