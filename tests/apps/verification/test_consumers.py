from __future__ import annotations

import pytest
from channels.db import database_sync_to_async

from frapi.apps.accounts.services import create_client
from tests.apps.verification.conftest import new_enrollment, row, streaming

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("unhurried")]


async def test_enrolls() -> None:
    client = (await database_sync_to_async(create_client)("c")).client
    created = await database_sync_to_async(new_enrollment)(client)
    async with streaming(created.token) as socket:
        last = await socket.live()
        print(last)
        assert await socket.closed() == 1000
    assert (await database_sync_to_async(row)(created)).status == "completed"
