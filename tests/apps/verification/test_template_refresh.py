"""Whether an authentication refreshes its user's template."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from config.env import TemplateRefresh
from frapi.apps.accounts.services import NewClient
from frapi.apps.templates.models import FaceTemplate
from tests.apps.verification.conftest import ADA, EVE, db, new_authentication, streaming

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("unhurried")]


@pytest.fixture
def enrolled_last_week(ada: NewClient) -> NewClient:
    FaceTemplate.objects.update(created_at=timezone.now() - timedelta(days=7))
    ada.client.may_skip_liveness = True
    ada.client.save()
    return ada


async def was_refreshed() -> bool:
    return (await db(FaceTemplate.objects.get)()).refreshed_at is not None


def switch(settings: Settings, mode: str) -> None:
    settings.FRAPI = replace(settings.FRAPI, template_refresh=TemplateRefresh(mode))


@pytest.mark.parametrize(("mode", "refreshed"), [("on", True), ("off", False)])
@pytest.mark.parametrize("user_id", ["ada", None])
async def test_where_it_is_wanted(
    enrolled_last_week: NewClient, settings: Settings, mode: str, refreshed: bool, user_id: str | None
) -> None:
    switch(settings, mode)
    created = await db(new_authentication)(enrolled_last_week.client, user_id)
    async with streaming(created.token) as socket:
        assert (await socket.live(person=ADA))["success"]
    assert await was_refreshed() is refreshed


async def test_not_by_somebody_else(enrolled_last_week: NewClient, settings: Settings) -> None:
    switch(settings, "on")
    created = await db(new_authentication)(enrolled_last_week.client)
    async with streaming(created.token) as socket:
        assert not (await socket.live(person=EVE))["success"]
    assert not await was_refreshed()


async def test_not_by_a_picture(enrolled_last_week: NewClient, settings: Settings) -> None:
    """A session that asks for no sign of life recognises a photograph, but doesn't learn from it."""
    switch(settings, "on")
    created = await db(new_authentication)(enrolled_last_week.client, require_liveness=False)
    async with streaming(created.token) as socket:
        await socket.show_all({"person": ADA}, {"person": ADA}, {"person": ADA})
        assert (await socket.receive())["success"]
    assert not await was_refreshed()
