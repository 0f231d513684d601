"""Access tokens: JWTs signed with HS256, checked as RFC 8725 asks.

The algorithm is pinned, the key is chosen by ``kid`` out of a fixed list, ``typ``, ``iss``, ``aud`` and the times are
demanded, and nothing in the token chooses how it is verified.
"""

from __future__ import annotations

import secrets
import time
import uuid
from dataclasses import dataclass

import jwt
from django.conf import settings

from frapi.apps.accounts.models import ApiClient
from frapi.errors import Unauthorized

ALGORITHM = "HS256"
TYPE = "JWT"
ISSUER = "frapi"
AUDIENCE = "frapi-api"
SCOPE = "api"
_CLAIMS = ["iss", "aud", "sub", "iat", "exp", "jti", "scope"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says.

    Attributes:
        client_id: whose it is.
        issued_at_s: when, in seconds since the epoch.
    """

    client_id: uuid.UUID
    issued_at_s: float


def issue(client: ApiClient, now_s: float | None = None) -> str:
    """Sign an access token that lasts ``settings.FRAPI.token_ttl_s``."""
    now_s = time.time() if now_s is None else now_s
    key = settings.FRAPI_SECRETS.jwt_keys[0]
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(client.id),
        "iat": round(now_s, 6),  # a fraction, so that a token can be told from credentials replaced in the same second
        "exp": int(now_s) + settings.FRAPI.token_ttl_s,
        "jti": secrets.token_urlsafe(16),
        "scope": SCOPE,
    }
    return jwt.encode(claims, key.secret, algorithm=ALGORITHM, headers={"kid": key.kid, "typ": TYPE})


def verify(token: str) -> Claims:
    """Check a token by itself. Whether its client still exists is for the caller to ask.

    Raises:
        Unauthorized: it isn't a valid token of ours; never says why.
    """
    try:
        header = jwt.get_unverified_header(token)
        key = next(each for each in settings.FRAPI_SECRETS.jwt_keys if each.kid == header.get("kid"))
        if header.get("typ") != TYPE or "crit" in header:
            raise Unauthorized
        claims = jwt.decode(
            token,
            key.secret,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"require": _CLAIMS, "strict_aud": True},
        )
        if claims["scope"] != SCOPE:
            raise Unauthorized
        return Claims(client_id=uuid.UUID(claims["sub"]), issued_at_s=float(claims["iat"]))
    except (jwt.PyJWTError, StopIteration, ValueError):
        raise Unauthorized from None
