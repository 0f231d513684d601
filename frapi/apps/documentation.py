"""What the OpenAPI document says of errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers


class ErrorSerializer(serializers.Serializer[Any]):
    """The one error shape."""

    type = serializers.CharField(default="error")
    error = serializers.CharField(help_text="For people.")
    code = serializers.IntegerField()
    details = serializers.DictField(help_text="`field` names what was wrong; `retry_after_ms` says when to come back.")


def documented_error(description: str, *, error: str, code: int, details: Mapping[str, Any]) -> OpenApiResponse:
    """One way in which an address refuses, with an example."""
    example = OpenApiExample(
        "Error", value={"type": "error", "error": error, "code": code, "details": dict(details)}, response_only=True
    )
    return OpenApiResponse(ErrorSerializer, description=description, examples=[example])
