"""One test for each way of forging an access token that RFC 8725 warns of, and for the ways of ending one."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jwt as pyjwt
import pytest
from django.conf import settings
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from config.parsers import JwtKey
from frapi.apps.accounts import jwt, services
from frapi.apps.accounts.authentication import JwtAuthentication, client_of_token
from frapi.apps.accounts.services import NewClient
from frapi.errors import Unauthorized

NEXT_KEY = JwtKey("next", b"n" * 16 + b"another key, 32 bytes or more ..")


@pytest.fixture
def claims(api_client_pair: NewClient) -> dict[str, Any]:
    """What an honest token says."""
    return dict(pyjwt.decode(jwt.issue(api_client_pair.client), options={"verify_signature": False}))


def forge(
    claims: Mapping[str, Any],
    *,
    key: bytes | None = None,
    algorithm: str = "HS256",
    header: Mapping[str, Any] | None = None,
) -> str:
    own = settings.FRAPI_SECRETS.jwt_keys[0]
    headers = {"kid": own.kid, "typ": "JWT", **(header or {})}
    return pyjwt.encode(dict(claims), own.secret if key is None else key, algorithm=algorithm, headers=headers)


def unsigned(header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims))
    return ".".join(parts) + "."


def assert_refused(token: str) -> None:
    with pytest.raises(Unauthorized):
        client_of_token(token)


def test_honest_token_names_its_client(api_client_pair: NewClient, claims: dict[str, Any]) -> None:
    assert client_of_token(forge(claims)) == api_client_pair.client
    assert set(claims) == {"iss", "aud", "sub", "iat", "exp", "jti", "scope"}
    assert claims["exp"] - int(claims["iat"]) == 3600


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE"])
def test_no_algorithm(claims: dict[str, Any], algorithm: str) -> None:
    kid = settings.FRAPI_SECRETS.jwt_keys[0].kid
    assert_refused(unsigned({"alg": algorithm, "typ": "JWT", "kid": kid}, claims))


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_other_algorithm_with_the_right_key(claims: dict[str, Any], algorithm: str) -> None:
    assert_refused(forge(claims, algorithm=algorithm))


def test_asymmetric_algorithm_claimed_over_an_hmac(claims: dict[str, Any]) -> None:
    _, payload, signature = forge(claims).split(".")
    header = unsigned({"alg": "RS256", "typ": "JWT", "kid": settings.FRAPI_SECRETS.jwt_keys[0].kid}, {}).split(".")[0]
    assert_refused(f"{header}.{payload}.{signature}")


def test_wrong_key(claims: dict[str, Any]) -> None:
    assert_refused(forge(claims, key=NEXT_KEY.secret))


def test_signature_stripped_or_changed(claims: dict[str, Any]) -> None:
    head, payload, signature = forge(claims).split(".")
    assert_refused(f"{head}.{payload}.")
    assert_refused(f"{head}.{payload}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}")


def test_claims_changed_after_signing(claims: dict[str, Any]) -> None:
    head, _, signature = forge(claims).split(".")
    payload = unsigned({}, {**claims, "exp": claims["exp"] + 1}).split(".")[1]
    assert_refused(f"{head}.{payload}.{signature}")


@pytest.mark.parametrize(
    "change",
    [
        {"exp": int(time.time()) - 1},
        {"iat": time.time() + 3600},
        {"iss": "somebody else"},
        {"aud": "another service"},
        {"aud": ["frapi-api", "another service"]},
        {"scope": "other"},
        {"sub": "not an id"},
        {"sub": "00000000-0000-4000-8000-000000000000"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_claim_that_does_not_fit(claims: dict[str, Any], change: dict[str, Any]) -> None:
    assert_refused(forge({**claims, **change}))


@pytest.mark.parametrize("missing", ["iss", "aud", "sub", "iat", "exp", "jti", "scope"])
def test_missing_claim(claims: dict[str, Any], missing: str) -> None:
    assert_refused(forge({name: value for name, value in claims.items() if name != missing}))


@pytest.mark.parametrize(
    "header",
    [
        {"kid": "unknown"},
        {"kid": "../../dev/null"},
        {"typ": "at+jwt"},
        {"crit": ["exp"], "exp": 1},
    ],
    ids=["kid", "kid-path", "typ", "crit"],
)
def test_header_that_does_not_fit(claims: dict[str, Any], header: dict[str, Any]) -> None:
    assert_refused(forge(claims, header=header))


def test_key_brought_along_in_the_header(claims: dict[str, Any]) -> None:
    key = {"kty": "oct", "k": base64.urlsafe_b64encode(NEXT_KEY.secret).decode()}
    assert_refused(forge(claims, key=NEXT_KEY.secret, header={"jwk": key, "jku": "https://attacker.example/keys"}))


@pytest.mark.parametrize("text", ["", "x", "a.b", "a.b.c", "e30.e30.", "\x00", "a" * 10_000])
def test_what_is_no_token_at_all(db: None, text: str) -> None:
    assert_refused(text)


def test_revoked_client(api_client_pair: NewClient) -> None:
    token = jwt.issue(api_client_pair.client)
    services.revoke_client(api_client_pair.client)
    assert_refused(token)


def test_credentials_replaced(api_client_pair: NewClient) -> None:
    before = jwt.issue(api_client_pair.client)
    services.rotate_client(api_client_pair.client)
    assert_refused(before)
    assert client_of_token(jwt.issue(api_client_pair.client)) == api_client_pair.client


def test_signing_key_rotation_overlaps(api_client_pair: NewClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client, old_key = api_client_pair.client, settings.FRAPI_SECRETS.jwt_keys[0]

    def have(*keys: JwtKey) -> None:
        monkeypatch.setattr(settings, "FRAPI_SECRETS", replace(settings.FRAPI_SECRETS, jwt_keys=keys))

    before = jwt.issue(client)
    have(NEXT_KEY, old_key)
    after = jwt.issue(client)
    assert pyjwt.get_unverified_header(after)["kid"] == "next"
    assert client_of_token(before) == client_of_token(after) == client
    have(NEXT_KEY)
    assert client_of_token(after) == client
    assert_refused(before)


@pytest.mark.parametrize("prefix", ["JWT ", "jwt ", "JWT   "])
def test_header_scheme(api_client_pair: NewClient, prefix: str) -> None:
    request = APIRequestFactory().get("/", headers={"authorization": prefix + jwt.issue(api_client_pair.client)})
    found = JwtAuthentication().authenticate(Request(request))
    assert found is not None
    assert found[0] == api_client_pair.client


def test_other_scheme_is_left_alone_and_a_bad_token_is_not(api_client_pair: NewClient) -> None:
    token = jwt.issue(api_client_pair.client)
    bearer = APIRequestFactory().get("/", headers={"authorization": f"Bearer {token}"})
    assert JwtAuthentication().authenticate(Request(bearer)) is None
    broken = APIRequestFactory().get("/", headers={"authorization": f"JWT {token}x"})
    with pytest.raises(AuthenticationFailed):
        JwtAuthentication().authenticate(Request(broken))
