"""``POST /api/core/auth/client/``: credentials in, access token out."""

from __future__ import annotations

from functools import cached_property
from http import HTTPStatus
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from frapi.apps.accounts import jwt, services
from frapi.apps.accounts.authentication import SCHEME
from frapi.apps.accounts.throttles import AddressThrottle, KeyThrottle, SignInThrottle
from frapi.apps.documentation import documented_error


class CredentialsSerializer(serializers.Serializer[None]):
    api_key = serializers.CharField(max_length=256, trim_whitespace=False)
    api_secret = serializers.CharField(max_length=256, trim_whitespace=False)


class AccessTokenSerializer(serializers.Serializer[None]):
    access_token = serializers.CharField()
    token_type = serializers.CharField(default=SCHEME)
    expires_in = serializers.IntegerField(help_text="Seconds.")


class ClientAuthenticationView(APIView):
    """Sign a client in."""

    authentication_classes = ()
    permission_classes = ()

    def get_throttles(self) -> list[BaseThrottle]:
        """The same instances for the whole request, so that it can be taken out of their count."""
        return list(self.sign_in_throttles) if self.request.method == "POST" else []

    @cached_property
    def sign_in_throttles(self) -> tuple[SignInThrottle, ...]:
        return (AddressThrottle(), KeyThrottle())

    @extend_schema(
        operation_id="authenticate_client",
        tags=["clients"],
        summary="Exchange an API key and secret for an access token",
        request=CredentialsSerializer,
        responses={
            200: AccessTokenSerializer,
            400: documented_error(
                "A field is missing or malformed",
                error="api_key: This field is required.",
                code=400,
                details={"field": "api_key"},
            ),
            401: documented_error(
                "No such API client, a wrong secret, or a revoked client",
                error="Unauthorized",
                code=401,
                details={"reason": "Invalid API key or secret"},
            ),
            415: documented_error(
                "The body isn't application/json",
                error='Unsupported media type "text/plain" in request.',
                code=415,
                details={},
            ),
            429: documented_error(
                "Too many failed sign-ins lately",
                error="Too many requests",
                code=429,
                details={"retry_after_ms": 40000},
            ),
            503: documented_error(
                "Failed sign-ins can't be counted now, so nobody may try",
                error="Service unavailable",
                code=503,
                details={"retry_after_ms": 1000},
            ),
        },
        auth=[],
    )
    def post(self, request: Request) -> Response:
        credentials = CredentialsSerializer(data=request.data)
        credentials.is_valid(raise_exception=True)
        client = services.authenticate(**credentials.validated_data)
        token = {"access_token": jwt.issue(client), "token_type": SCHEME, "expires_in": settings.FRAPI.token_ttl_s}
        return Response(token, headers={"Cache-Control": "no-store"})

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Count refused credentials only."""
        if response.status_code != HTTPStatus.UNAUTHORIZED:
            for throttle in self.sign_in_throttles:
                throttle.forgive()
        return super().finalize_response(request, response, *args, **kwargs)
