"""JSON Schema of the declared message types.

Imports pydantic, which takes 0.2 s and 8 MB: only who asks for a schema shall pay for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

_MODE: JsonSchemaMode = "serialization"


class _Untitled(GenerateJsonSchema):
    """A field's name is title enough."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schemas_of(types: Iterable[Any], *, ref_template: str) -> dict[str, dict[str, Any]]:
    """The schemas of ``types`` and of all that they mention, by their names.

    Objects stay open: clients must ignore fields that they don't know.

    Args:
        ref_template: how one refers to another, with ``{model}`` for its name.
    """
    inputs = [(each.__name__, _MODE, TypeAdapter(each)) for each in types]
    _, document = TypeAdapter.json_schemas(inputs, ref_template=ref_template, schema_generator=_Untitled)
    schemas: dict[str, dict[str, Any]] = document["$defs"]
    return schemas
