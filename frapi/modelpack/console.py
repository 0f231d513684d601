"""Progress for people at a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn


class ConsoleProgress:
    """A bar for each download, on standard error; one plain line each where that is no terminal."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._bars: Progress | None = None
        self._task = TaskID(0)
        self._label = ""

    def begin(self, label: str, total_bytes: int) -> None:
        self._label = label
        if not self._console.is_terminal:
            self.note(f"Fetching from {label}, about {total_bytes / 1e6:.1f} MB")
            return
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TimeRemainingColumn(compact=True),
            console=self._console,
            transient=True,
        )
        self._task = self._bars.add_task(label, total=total_bytes)
        self._bars.start()

    def advance(self, count_bytes: int) -> None:
        if self._bars is not None:
            self._bars.advance(self._task, count_bytes)

    def end(self) -> None:
        if self._bars is not None:
            self._bars.stop()
            self._bars = None

    def note(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)
