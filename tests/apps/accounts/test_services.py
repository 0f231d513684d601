from __future__ import annotations

import hashlib

import pytest

from frapi.apps.accounts import services
from frapi.apps.accounts.services import NewClient
from frapi.errors import Unauthorized


def test_credentials_authenticate_their_client(api_client_pair: NewClient) -> None:
    client, api_key, api_secret = api_client_pair
    assert services.authenticate(api_key, api_secret) == client
    assert api_key.startswith("frapi_")
    assert len(api_key) >= len("frapi_") + 32
    assert len(api_secret) >= 43


@pytest.mark.parametrize("broken", ["key", "secret", "revoked"])
def test_refusals_are_alike(api_client_pair: NewClient, broken: str) -> None:
    client, api_key, api_secret = api_client_pair
    if broken == "revoked":
        services.revoke_client(client)
    with pytest.raises(Unauthorized) as caught:
        services.authenticate(
            api_key + "x" if broken == "key" else api_key, api_secret + "x" if broken == "secret" else api_secret
        )
    assert caught.value.body() == {
        "type": "error",
        "error": "Unauthorized",
        "code": 401,
        "details": {"reason": "Invalid API key or secret"},
    }


def test_payload_keys_come_back_unsealed(api_client_pair: NewClient) -> None:
    client, api_key, _ = api_client_pair
    client.refresh_from_db()
    assert services.payload_key(client) == hashlib.sha256(api_key.encode()).digest()
    assert services.mac_key(client) == services.derive_mac_key(api_key)
