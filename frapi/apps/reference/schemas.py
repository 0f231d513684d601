"""JSON Schema of the declared message types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

REF_TEMPLATE = "#/components/schemas/{model}"

_MODE: JsonSchemaMode = "serialization"


class _Untitled(GenerateJsonSchema):
    """A field's name is title enough."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schemas_of(types: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """The schemas of ``types`` and of all that they mention, by their names.

    Objects stay open: clients must ignore fields that they don't know.
    """
    inputs = [(each.__name__, _MODE, TypeAdapter(each)) for each in types]
    _, document = TypeAdapter.json_schemas(inputs, ref_template=REF_TEMPLATE, schema_generator=_Untitled)
    schemas: dict[str, dict[str, Any]] = document["$defs"]
    return schemas


def ref(name: str) -> dict[str, str]:
    """A reference to one of them."""
    return {"$ref": REF_TEMPLATE.format(model=name)}
