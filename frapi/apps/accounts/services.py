"""Making, checking and ending API clients."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import uuid
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from django.conf import settings
from django.utils import timezone

from frapi.apps.accounts.models import MAX_NAME_LENGTH, ORIGIN_REQUIRED, ApiClient
from frapi.apps.accounts.policy import PolicyFloor
from frapi.apps.sealing import KEY_BYTES, derive_key, seal, unseal
from frapi.errors import InvalidInput, NotFound, Unauthorized

KEY_PREFIX = "frapi_"
_KEY_RANDOM_BYTES = 24  # 192 bit: also keys the encrypted payload through sha256, so it must not be guessable
_SECRET_RANDOM_BYTES = 32
_ORIGIN = re.compile(r"https?://[^/\s?#@*]+")
_MAC_INFO = b"frapi payload mac v1"

_hasher = PasswordHasher()  # argon2id with the low-memory profile of RFC 9106


class NewClient(NamedTuple):
    """A client and its credentials, which can't be read again."""

    client: ApiClient
    api_key: str
    api_secret: str


def create_client(
    name: str,
    *,
    may_skip_liveness: bool = False,
    allowed_origins: Sequence[str] = (),
    policy_floor: Mapping[str, Any] | None = None,
) -> NewClient:
    """Make a client. Show the credentials to its owner now: they are not kept.

    Raises:
        InvalidInput: ``name`` is empty or too long, ``policy_floor`` isn't one, or an origin isn't ``scheme://host``
            with an optional port.
    """
    if not name.strip() or len(name) > MAX_NAME_LENGTH or not name.isprintable():
        raise InvalidInput(f"expected 1 to {MAX_NAME_LENGTH} characters that can be printed", field="name")
    for origin in allowed_origins:
        if origin != ORIGIN_REQUIRED and not _ORIGIN.fullmatch(origin):
            raise InvalidInput("expected an origin such as https://app.example.com", field="allowed_origins")
    floor = {} if policy_floor is None else policy_floor
    PolicyFloor.from_json(floor)
    now = timezone.now()
    client = ApiClient(
        id=uuid.uuid4(),
        name=name,
        created_at=now,
        may_skip_liveness=may_skip_liveness,
        allowed_origins=list(allowed_origins),
        policy_floor=dict(floor),
    )
    credentials = _give_credentials(client)
    client.save(force_insert=True)
    return credentials


def find_client(name_or_id: str) -> ApiClient:
    """The client of that id, or of that name when no other client has it.

    Raises:
        NotFound: there is none, or several are called so.
    """
    found = [each for each in ApiClient.objects.all() if name_or_id in {str(each.id), each.name}]
    if len(found) != 1:
        raise NotFound(f"{len(found) or 'No'} clients are called {name_or_id}; give an id (api_client list).")
    return found[0]


def rotate_client(client: ApiClient) -> NewClient:
    """Replace a client's key and secret; the old ones and every access token issued with them are void at once."""
    credentials = _give_credentials(client)
    client.save(update_fields=["key_lookup", "sealed_keys", "secret_hash", "credentials_at"])
    return credentials


def revoke_client(client: ApiClient) -> None:
    """End a client for good. Its access tokens stop working at once; its data stays until it is erased."""
    if client.revoked_at is None:
        client.revoked_at = timezone.now()
        client.save(update_fields=["revoked_at"])


def authenticate(api_key: str, api_secret: str) -> ApiClient:
    """Find the client that these credentials belong to.

    An unknown key costs as much work as a wrong secret, so that nobody can tell which of the two was wrong.

    Raises:
        Unauthorized: no such client, wrong secret, or revoked; never says which.
    """
    stand_in = _stand_in_hash()
    client = ApiClient.objects.filter(key_lookup=_lookup(api_key)).first()
    matches = _verify(client.secret_hash if client else stand_in, api_secret)
    if client is None or not matches or client.is_revoked:
        raise Unauthorized(details={"reason": "Invalid API key or secret"})
    return client


def payload_key(client: ApiClient) -> bytes:
    """``sha256(api_key)``: the AES-256 key of the encrypted payload."""
    return _sealed_keys(client)[:KEY_BYTES]


def mac_key(client: ApiClient) -> bytes:
    """The HMAC-SHA256 key of the encrypted payload, derived from the API key."""
    return _sealed_keys(client)[KEY_BYTES:]


def derive_mac_key(api_key: str) -> bytes:
    """What :func:`mac_key` returns for the client whose key this is."""
    return derive_key(api_key.encode(), _MAC_INFO)


def _give_credentials(client: ApiClient) -> NewClient:
    api_key = KEY_PREFIX + _random_word(_KEY_RANDOM_BYTES)
    api_secret = _random_word(_SECRET_RANDOM_BYTES)
    keys = hashlib.sha256(api_key.encode()).digest() + derive_mac_key(api_key)
    client.key_lookup = _lookup(api_key)
    client.sealed_keys = seal(_sealing_key(), keys, _aad(client))
    client.secret_hash = _hasher.hash(api_secret)
    client.credentials_at = timezone.now()
    return NewClient(client, api_key, api_secret)


def _random_word(random_bytes: int) -> str:
    """URL-safe random text that no command line takes for an option."""
    while (word := secrets.token_urlsafe(random_bytes)).startswith("-"):
        pass
    return word


def _sealed_keys(client: ApiClient) -> bytes:
    return unseal(_sealing_key(), bytes(client.sealed_keys), _aad(client))


def _sealing_key() -> bytes:
    return derive_key(settings.FRAPI_SECRETS.master_key, b"frapi accounts v1")


def _aad(client: ApiClient) -> bytes:
    return b"payload keys of client " + client.id.bytes


def _lookup(api_key: str) -> str:
    key = derive_key(settings.FRAPI_SECRETS.secret_key, b"frapi api key look-up v1")
    return hmac.digest(key, api_key.encode(), "sha256").hex()


def _verify(secret_hash: str, api_secret: str) -> bool:
    try:
        return _hasher.verify(secret_hash, api_secret)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _stand_in_hash() -> str:
    """What an unknown key's secret is checked against."""
    return _hasher.hash(_random_word(_SECRET_RANDOM_BYTES))
