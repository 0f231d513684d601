"""``Authorization: JWT <access token>`` for Django REST framework."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from frapi.apps.accounts import jwt
from frapi.apps.accounts.models import ApiClient
from frapi.errors import Unauthorized

SCHEME = "JWT"


class JwtAuthentication(BaseAuthentication):
    """Makes ``request.user`` the :class:`ApiClient` whose access token came along; see :func:`client_of`."""

    def authenticate(self, request: Request) -> tuple[ApiClient, str] | None:
        """None without a token of our scheme: the view's permissions then answer 401."""
        scheme, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.upper() != SCHEME:
            return None
        try:
            return client_of_token(token.strip()), token
        except Unauthorized:
            raise AuthenticationFailed from None

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


def client_of_token(token: str) -> ApiClient:
    """The client that an access token belongs to, looked up now: a revoked client's tokens are void at once.

    Raises:
        Unauthorized: the token is invalid, or its client is gone, revoked or has had its credentials replaced since.
    """
    claims = jwt.verify(token)
    client = ApiClient.objects.filter(id=claims.client_id, revoked_at=None).first()
    if client is None or claims.issued_at_s < round(client.credentials_at.timestamp(), 6):
        raise Unauthorized
    return client


def client_of(request: Request) -> ApiClient:
    """The authenticated client of a REST request."""
    return cast(ApiClient, request.user)


class JwtScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's registration
    """How the OpenAPI document describes :class:`JwtAuthentication`."""

    target_class = JwtAuthentication
    name = "JWT"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`JWT <access_token>`, with a token from `POST /api/core/auth/client/`.",
        }
