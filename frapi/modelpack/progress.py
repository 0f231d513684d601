"""How long work tells that it goes on."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told about downloads, one at a time."""

    def begin(self, label: str, total_bytes: int) -> None:
        """A download starts; ``total_bytes`` is an estimate."""
        ...

    def advance(self, count_bytes: int) -> None:
        """So many more bytes have arrived."""
        ...

    def end(self) -> None:
        """The download is over, well or not."""
        ...

    def note(self, text: str) -> None:
        """Something else worth a line happened."""
        ...


class SilentProgress:
    """Says nothing."""

    def begin(self, label: str, total_bytes: int) -> None:
        pass

    def advance(self, count_bytes: int) -> None:
        pass

    def end(self) -> None:
        pass

    def note(self, text: str) -> None:
        pass
