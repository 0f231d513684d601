"""Health."""

from __future__ import annotations

from dataclasses import asdict

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from frapi.apps.ops import health


class CheckSerializer(serializers.Serializer[None]):
    status = serializers.ChoiceField(["ok", "absent", "degraded", "error"])
    reason = serializers.CharField(required=False, help_text="Why the status isn't ok.")
    using = serializers.CharField(required=False, help_text="What is in use, where there is a choice.")


class HealthSerializer(serializers.Serializer[None]):
    status = serializers.ChoiceField(["ok", "degraded", "error"])
    checks = serializers.DictField(child=CheckSerializer())


class _OpenView(APIView):
    authentication_classes = ()
    permission_classes = ()


class HealthView(_OpenView):
    """``/health/``."""

    @extend_schema(
        operation_id="health",
        tags=["health"],
        summary="Whether everything that sessions need is there",
        responses={200: HealthSerializer, 503: OpenApiResponse(HealthSerializer, description="A check fails.")},
        auth=[],
    )
    def get(self, request: Request) -> Response:
        return _answer(health.examine())


class ReadyView(_OpenView):
    """``/health/ready/``: a balancer may send new sessions here."""

    @extend_schema(
        operation_id="health_ready",
        tags=["health"],
        summary="Whether new sessions may be sent here",
        responses={200: HealthSerializer, 503: OpenApiResponse(HealthSerializer, description="Not now.")},
        auth=[],
    )
    def get(self, request: Request) -> Response:
        return _answer({**health.examine(), "draining": health.not_draining()})


class LiveView(_OpenView):
    """``/health/live/``: the process answers."""

    @extend_schema(
        operation_id="health_live",
        tags=["health"],
        summary="Whether the process is alive",
        responses={200: HealthSerializer},
        auth=[],
    )
    def get(self, request: Request) -> Response:
        return _answer({})


def _answer(checks: dict[str, health.Check]) -> Response:
    status = health.summary(checks)
    shown = {name: {key: value for key, value in asdict(check).items() if value} for name, check in checks.items()}
    return Response(
        {"status": status, "checks": shown},
        status=503 if status is health.Status.ERROR else 200,
        headers={"Cache-Control": "no-store"},
    )
