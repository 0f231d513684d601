from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from frapi.apps.accounts.services import create_client
from frapi.gallery.factory import get_gallery


@pytest.fixture(autouse=True)
def fresh_gallery() -> Iterator[None]:
    get_gallery.cache_clear()
    yield
    get_gallery.cache_clear()


@pytest.fixture
def tenant(db: None) -> uuid.UUID:
    return create_client("tenant").client.id


@pytest.fixture
def other_tenant(db: None) -> uuid.UUID:
    return create_client("other tenant").client.id
