"""One face, two names."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytest_django import Settings

from config.env import Duplicates
from frapi.apps.accounts.services import NewClient, create_client
from frapi.apps.templates.services import list_users, store_template
from frapi.apps.verification import connections
from frapi.apps.verification.models import Session
from frapi.apps.verification.serializers import session_result
from frapi.apps.verification.services import NewSession, erase_user
from frapi.errors import NotFound
from tests.apps.verification.conftest import ADA, EVE, db, new_enrollment, row, streaming
from tests.apps.verification.test_consumer_enrollment_and_authentication import decrypt
from tests.faces import embedding

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("unhurried")]


@pytest.fixture
def policy(settings: Settings, request: pytest.FixtureRequest) -> None:
    settings.FRAPI = replace(settings.FRAPI, duplicates=Duplicates(request.param))


def under(policy: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("policy", [policy], indirect=True)


async def enroll(tenant: NewClient, user_id: str, person: int) -> tuple[NewSession, dict]:
    created = await db(new_enrollment)(tenant.client, user_id)
    async with streaming(created.token) as socket:
        last = await socket.live(person=person)
        assert await socket.closed() == 1000
    return created, last


async def names(tenant: NewClient) -> list[str]:
    return await db(lambda: list(list_users(tenant.client.id).values_list("user_id", flat=True)))()


async def test_is_flagged_to_the_backend_alone(ada: NewClient) -> None:
    created, last = await enroll(ada, "eve", ADA)
    assert last["type"] == "enrollment_complete"
    payload = last.pop("encrypted_data")
    assert "ada" not in str(last)
    assert "duplicate" not in str(last)
    assert decrypt(payload, ada.api_key)["duplicate_of"] == "ada"
    result = session_result(await db(row)(created))
    assert result["status"] == "completed"
    assert result["outcome"]["duplicate_of"] == "ada"
    assert await names(ada) == ["ada", "eve"]


@under("refuse")
async def test_is_refused_without_a_name(ada: NewClient, policy: None) -> None:
    created, last = await enroll(ada, "eve", ADA)
    assert last == {"type": "error", "error": "Enrollment refused", "code": 422, "details": {}}
    result = session_result(await db(row)(created))
    assert result["status"] == "failed"
    assert result["outcome"]["success"] is False
    assert result["outcome"]["reason"] == "duplicate_face"
    assert result["outcome"]["duplicate_of"] == "ada"
    assert result["outcome"]["user_id"] is None
    assert (await db(row)(created)).sealed_state is None
    assert await names(ada) == ["ada"]


@pytest.mark.parametrize(
    ("policy", "own", "enrolled"), [("allow", "refuse", False), ("refuse", "flag", True)], indirect=["policy"]
)
async def test_a_client_may_have_a_policy_of_its_own(ada: NewClient, policy: None, own: str, enrolled: bool) -> None:
    ada.client.policy_floor = {"duplicates": own}
    await db(ada.client.save)()
    created, _ = await enroll(ada, "eve", ADA)
    assert ("eve" in await names(ada)) is enrolled
    assert (await db(row)(created)).outcome["duplicate_of"] == "ada"


@under("allow")
async def test_is_not_looked_for_where_it_is_allowed(
    ada: NewClient, policy: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("frapi.apps.templates.duplicates.find_nearest")
    created, last = await enroll(ada, "eve", ADA)
    assert last["type"] == "enrollment_complete"
    assert "duplicate_of" not in decrypt(last["encrypted_data"], ada.api_key)
    assert (await db(row)(created)).outcome["duplicate_of"] is None


@under("refuse")
@pytest.mark.parametrize(("user_id", "person"), [("ada", ADA), ("eve", EVE)])
async def test_oneself_and_others_are_none(ada: NewClient, policy: None, user_id: str, person: int) -> None:
    created, last = await enroll(ada, user_id, person)
    assert last["type"] == "enrollment_complete"
    assert "duplicate_of" not in decrypt(last["encrypted_data"], ada.api_key)
    assert (await db(row)(created)).outcome["duplicate_of"] is None


@under("refuse")
async def test_another_tenants_users_are_none(ada: NewClient, policy: None) -> None:
    other = await db(create_client)("another relying party")
    _, last = await enroll(other, "eve", ADA)
    assert last["type"] == "enrollment_complete"


@under("refuse")
async def test_of_two_at_the_same_moment_the_second_is_noticed(
    tenant: NewClient, policy: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody is enrolled between the search and the transaction."""
    search = connections.search_others

    def search_and_let_another_in(*arguments):
        found = search(*arguments)
        store_template(
            tenant.client.id, "ada", embedding(ADA), sample_count=3, quality_score=0.9, enrollment_id=tenant.client.id
        )
        return found

    monkeypatch.setattr(connections, "search_others", search_and_let_another_in)
    created, last = await enroll(tenant, "eve", ADA)
    assert last["error"] == "Enrollment refused"
    assert (await db(row)(created)).outcome["duplicate_of"] == "ada"
    assert await names(tenant) == ["ada"]


async def test_erasure_takes_the_name_out_of_the_others_results(ada: NewClient) -> None:
    created, _ = await enroll(ada, "eve", ADA)
    receipt = await db(erase_user)(ada.client, "ada")
    assert receipt.sessions == 1
    outcome = (await db(row)(created)).outcome
    assert (outcome["duplicate_of"], outcome["user_id"]) == (None, "eve")
    assert await db(Session.objects.filter(outcome__icontains="ada").count)() == 0
    with pytest.raises(NotFound):
        await db(erase_user)(ada.client, "ada")
