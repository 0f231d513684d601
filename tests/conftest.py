"""Fixtures that every part of the suite may use."""

from __future__ import annotations

import os
import shutil

import pytest
from django.conf import settings
from django.core.cache import cache

from frapi.apps.accounts.services import NewClient, create_client

# Servers started by tests read the product's own settings; FRAPI_HOME already points them to this run's data folder.
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"


def pytest_unconfigure() -> None:
    shutil.rmtree(settings.FRAPI.home, ignore_errors=True)


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    """Nobody's failed sign-ins outlive their test."""
    cache.clear()


@pytest.fixture
def api_client_pair(db: None) -> NewClient:
    """A fresh API client with its key and secret."""
    return create_client("test client")
