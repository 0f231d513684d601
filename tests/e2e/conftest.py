"""One real server for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers import Credentials, Stand, running
from tests.wire import check_clients


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(autouse=True)
def declared_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every message that the Python client receives is as the AsyncAPI document says."""
    check_clients(monkeypatch)


@pytest.fixture(scope="session")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with running(tmp_path_factory.mktemp("e2e")) as started:
        yield started


@pytest.fixture(scope="session")
def credentials(stand: Stand) -> Credentials:
    return stand.new_api_client("e2e")
