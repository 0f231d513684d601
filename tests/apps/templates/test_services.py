from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import connection, transaction

from frapi.apps.accounts.services import create_client
from frapi.apps.templates import galleries, services
from frapi.apps.templates.models import FaceTemplate
from frapi.errors import IntegrityError
from frapi.gallery.base import GalleryKey
from frapi.gallery.embedded import EmbeddedGallery
from frapi.gallery.factory import get_gallery
from frapi.vision.types import Embedding

CONTRACT = "test/1"
DIM = 8


def face(number: int, contract: str = CONTRACT) -> Embedding:
    return Embedding(np.eye(DIM, dtype=np.float32)[number], contract)


def enroll(tenant: uuid.UUID, user_id: str, number: int, contract: str = CONTRACT) -> FaceTemplate:
    return services.store_template(
        tenant, user_id, face(number, contract), sample_count=3, quality_score=0.9, enrollment_id=uuid.uuid4()
    )


def erase(tenant: uuid.UUID, user_id: str) -> list[bool]:
    with transaction.atomic():
        deleted = services.delete_templates(tenant, user_id)
    return [services.drop_from_gallery(template) for template in deleted]


def matched(tenant: uuid.UUID, number: int) -> str | None:
    match = services.match_identity(tenant, face(number))
    return match.user_id if match is not None and match.similarity_score > 0.9 else None


@pytest.fixture
def lasting(transactional_db: None) -> uuid.UUID:
    """A tenant in a database where transactions are really committed."""
    return create_client("lasting").client.id


def test_stores_and_loads(tenant: uuid.UUID) -> None:
    enroll(tenant, "ada", 1)
    loaded = services.load_template(tenant, "ada", CONTRACT)
    assert loaded is not None
    assert (loaded == face(1).vector_l2).all()
    assert services.is_enrolled(tenant, "ada", CONTRACT)


def test_only_equal_contracts_are_compared(tenant: uuid.UUID) -> None:
    enroll(tenant, "ada", 1)
    assert services.load_template(tenant, "ada", "test/2") is None
    assert not services.is_enrolled(tenant, "ada", "test/2")
    assert services.match_identity(tenant, face(1, "test/2")) is None


def test_the_database_holds_no_vector_in_the_clear(tenant: uuid.UUID) -> None:
    vector = np.linspace(-1, 1, DIM, dtype=np.float32)
    services.store_template(
        tenant, "ada", Embedding(vector, CONTRACT), sample_count=1, quality_score=1.0, enrollment_id=uuid.uuid4()
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM face_templates_facetemplate")
        values = [bytes(value) if isinstance(value, memoryview) else value for value in cursor.fetchone()]
    assert not any(isinstance(value, bytes) and vector.tobytes()[:8] in value for value in values)


def test_a_template_moved_to_another_user_does_not_open(tenant: uuid.UUID) -> None:
    enroll(tenant, "ada", 1)
    FaceTemplate.objects.filter(user_id="ada").update(user_id="eve")
    with pytest.raises(IntegrityError):
        services.load_template(tenant, "eve", CONTRACT)


def test_enrolling_again_replaces(lasting: uuid.UUID) -> None:
    enroll(lasting, "ada", 1)
    assert matched(lasting, 1) == "ada"
    enroll(lasting, "ada", 2)
    assert FaceTemplate.objects.filter(client_id=lasting).count() == 1
    assert (matched(lasting, 1), matched(lasting, 2)) == (None, "ada")


def test_enrolling_again_under_a_new_contract_leaves_nothing_of_the_old(lasting: uuid.UUID) -> None:
    enroll(lasting, "ada", 1)
    assert matched(lasting, 1) == "ada"
    enroll(lasting, "ada", 1, "test/2")
    assert matched(lasting, 1) is None
    assert get_gallery().size(GalleryKey(str(lasting), CONTRACT)) == 0
    found = services.match_identity(lasting, face(1, "test/2"))
    assert found is not None
    assert found.user_id == "ada"


def test_a_rolled_back_enrolment_is_found_nowhere(lasting: uuid.UUID) -> None:
    enroll(lasting, "ada", 1)
    assert matched(lasting, 1) == "ada"

    @transaction.atomic
    def enroll_and_fail() -> None:
        enroll(lasting, "ada", 2)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        enroll_and_fail()
    assert (matched(lasting, 1), matched(lasting, 2)) == ("ada", None)


def test_identifies_the_nearest(lasting: uuid.UUID) -> None:
    assert services.match_identity(lasting, face(0)) is None
    for number in range(DIM):
        enroll(lasting, f"user{number}", number)
    assert [matched(lasting, number) for number in range(DIM)] == [f"user{number}" for number in range(DIM)]


def test_tenants_never_see_each_other(tenant: uuid.UUID, other_tenant: uuid.UUID) -> None:
    enroll(tenant, "ada", 1)
    enroll(other_tenant, "ada", 2)
    assert services.match_identity(other_tenant, face(1)).similarity_score == 0  # type: ignore[union-attr]
    assert [each.user_id for each in services.list_users(tenant)] == ["ada"]
    erase(other_tenant, "ada")
    assert services.load_template(tenant, "ada", CONTRACT) is not None
    assert not services.is_enrolled(other_tenant, "ada", CONTRACT)


def test_erasing_reaches_the_gallery(lasting: uuid.UUID) -> None:
    enroll(lasting, "ada", 1)
    enroll(lasting, "bob", 2)
    assert matched(lasting, 1) == "ada"
    assert erase(lasting, "ada") == [True]
    assert get_gallery().size(GalleryKey(str(lasting), CONTRACT)) == 1
    assert (matched(lasting, 1), matched(lasting, 2)) == (None, "bob")
    assert erase(lasting, "ada") == []


@pytest.mark.parametrize("mapped", [True, False])
class TestOtherProcesses:
    """Another process is another gallery on the same database, and perhaps the same folder."""

    @pytest.fixture
    def theirs(self, mapped: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
        ours, theirs = (EmbeddedGallery(tmp_path / "gallery" if mapped else None) for _ in range(2))

        def become(process: str) -> None:
            for module in (services, galleries):
                monkeypatch.setattr(module, "get_gallery", lambda: theirs if process == "theirs" else ours)

        return become

    def test_notice_what_we_enrolled(self, lasting: uuid.UUID, theirs: Any) -> None:
        theirs("theirs")
        assert matched(lasting, 1) is None
        theirs("ours")
        enroll(lasting, "ada", 1)
        theirs("theirs")
        assert matched(lasting, 1) == "ada"

    def test_notice_what_we_replaced_and_erased(self, lasting: uuid.UUID, theirs: Any) -> None:
        enroll(lasting, "ada", 1)
        enroll(lasting, "bob", 2)
        theirs("theirs")
        assert matched(lasting, 1) == "ada"
        theirs("ours")
        enroll(lasting, "ada", 3)
        erase(lasting, "bob")
        theirs("theirs")
        assert [matched(lasting, number) for number in (1, 2, 3)] == [None, None, "ada"]

    def test_take_turns(self, lasting: uuid.UUID, theirs: Any) -> None:
        for number in range(DIM):
            theirs("theirs" if number % 2 else "ours")
            enroll(lasting, f"user{number}", number)
        for process in ("ours", "theirs"):
            theirs(process)
            assert [matched(lasting, number) for number in range(DIM)] == [f"user{number}" for number in range(DIM)]
