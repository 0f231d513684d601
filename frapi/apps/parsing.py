"""How a REST body is read: as RFC 8259 wants it, and only what can be stored and given back."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser

MAX_DEPTH = 32
"""Levels of objects and lists; what is deeper would exhaust the stack of some later reader or writer."""


class StrictJsonParser(BaseParser):
    """JSON in UTF-8, whatever ``charset`` is claimed, without what only Python takes for JSON."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Raises:
        RequestDataTooBig: the body is over the limit.
        ParseError: it is no JSON.
        ValidationError: it is, but a field holds what can't be kept; the field is named.
        """
        limit_bytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit_bytes + 1)  # Django holds only those to its limit who ask for the whole body
        if len(body) > limit_bytes:
            raise RequestDataTooBig
        try:
            parsed = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
        except RecursionError:
            raise ParseError(f"JSON parse error - nested deeper than {MAX_DEPTH} levels") from None
        except ValueError as error:
            raise ParseError(f"JSON parse error - {error}") from None
        if isinstance(parsed, dict):
            for name, value in parsed.items():
                _demand_storable({name: None}, 0, "non_field_errors")
                _demand_storable(value, 1, name)
        else:
            _demand_storable(parsed, 0, "non_field_errors")
        return parsed


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _demand_storable(value: Any, depth: int, field: str) -> None:
    if isinstance(value, dict | list):
        if depth >= MAX_DEPTH:
            raise ValidationError({field: f"nested deeper than {MAX_DEPTH} levels"})
        for each in value:
            _demand_storable(each, depth + 1, field)
        if isinstance(value, dict):
            for each in value.values():
                _demand_storable(each, depth + 1, field)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValidationError({field: "holds a number that is too large"})
    elif isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
        raise ValidationError({field: "holds text that is no Unicode"})
    elif isinstance(value, str) and "\0" in value:  # PostgreSQL keeps none
        raise ValidationError({field: "holds a null character"})
