"""Fixtures that every part of the suite may use."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from frapi.apps.accounts import services
from frapi.apps.accounts.services import NewClient, create_client

# Servers started by tests read the product's own settings; FRAPI_HOME already points them to this run's data folder.
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"


def pytest_unconfigure() -> None:
    shutil.rmtree(settings.FRAPI.home, ignore_errors=True)


def pytest_configure(config: pytest.Config) -> None:
    # Threads end with their test, and with them connections that a server would have kept.
    config.addinivalue_line("filterwarnings", "ignore:<psycopg.Connection .*deleted while still open:ResourceWarning")


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """A PostgreSQL server of the tests' own is thrown away whole: nobody waits until the last one has let go of it."""
    return connection.vendor == "postgresql"


@pytest.fixture(autouse=True, scope="session")
def quick_argon2() -> Iterator[None]:
    """The same hash with little work: its cost is argon2's to test, and most tests make a client."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        services._stand_in_hash.cache_clear()
        yield


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    """Nobody's failed sign-ins outlive their test."""
    cache.clear()


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """The cache with every model that is built here; the first run of the suite fetches and converts them."""
    call_command("models", "build", verbosity=0)
    return settings.FRAPI.models_dir


@pytest.fixture
def api_client_pair(db: None) -> NewClient:
    """A fresh API client with its key and secret."""
    return create_client("test client")
