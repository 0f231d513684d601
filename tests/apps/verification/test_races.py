"""Several change the same things at once. What SQLite does one after the other, PostgreSQL does side by side."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connection

from frapi.apps.accounts.services import NewClient, create_client
from frapi.apps.database import user_held
from frapi.apps.templates import galleries
from frapi.apps.templates.models import FaceTemplate, GalleryRevision
from frapi.apps.templates.services import list_users, store_template
from frapi.apps.verification import attempts, conclusion
from frapi.apps.verification.connections import DjangoSessionStore, open_connection
from frapi.apps.verification.models import FailedAttempts, Session
from frapi.apps.verification.policy import Demands
from frapi.apps.verification.services import create_enrollment, erase_user
from frapi.errors import FrapiError, NotFound, SessionEnded
from frapi.liveness.types import Counters, EvidenceReady
from frapi.vision.embed import CONTRACT
from tests.apps.verification.test_many_at_once import face_of

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 8


@pytest.fixture
def tenant(transactional_db: None) -> NewClient:
    return create_client("a crossing")


def all_at_once(*tasks: Callable[[], object]) -> list[object]:
    """What each returned or raised; each has a thread and a database connection of its own."""
    results: list[object] = [None] * len(tasks)
    start = threading.Barrier(len(tasks))

    def run(number: int) -> None:
        try:
            start.wait()
            results[number] = tasks[number]()
        except FrapiError as problem:
            results[number] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def evidence(person: int) -> EvidenceReady:
    return EvidenceReady(Counters(frames_processed=3), face_of(person), 3, 0.9, final=True)


def enrolling(tenant: NewClient, user_id: str, person: int) -> tuple[Session, Callable[[], object]]:
    """A session that has seen enough, and what ends it."""
    new = create_enrollment(tenant.client, user_id=user_id, session_type="webcam", metadata={}, demands=Demands())
    store = DjangoSessionStore(open_connection(new.token, origin=None))
    return new.session, lambda: store._conclude_enrollment(evidence(person), ())


def test_one_user_is_enrolled_by_many_sessions(tenant: NewClient) -> None:
    pairs = [enrolling(tenant, "ada", 1) for _ in range(AT_ONCE)]
    results = all_at_once(*(conclude for _, conclude in pairs))
    assert not [each for each in results if isinstance(each, FrapiError)]
    (template,) = list_users(tenant.client.id)
    assert template.enrollment_id in {session.id for session, _ in pairs}
    assert Session.objects.filter(status="completed").count() == AT_ONCE


def test_one_session_is_concluded_once(tenant: NewClient) -> None:
    _, conclude = enrolling(tenant, "ada", 1)
    results = all_at_once(*[conclude] * AT_ONCE)
    assert sum(isinstance(each, SessionEnded) for each in results) == AT_ONCE - 1
    assert list_users(tenant.client.id).count() == 1


def test_changes_of_a_gallery_are_numbered_each_once(tenant: NewClient) -> None:
    pairs = [enrolling(tenant, f"user{number}", number) for number in range(AT_ONCE)]
    all_at_once(*(conclude for _, conclude in pairs))
    revisions = sorted(FaceTemplate.objects.values_list("revision", flat=True))
    assert revisions == list(range(1, AT_ONCE + 1))
    assert GalleryRevision.objects.get().revision == AT_ONCE


def test_of_two_who_bring_one_face_the_second_is_noticed(tenant: NewClient) -> None:
    """Both looked for others before either was stored."""
    stores = []
    for user_id in ("ada", "eve"):
        new = create_enrollment(tenant.client, user_id=user_id, session_type="webcam", metadata={}, demands=Demands())
        stores.append(DjangoSessionStore(open_connection(new.token, origin=None)))
    searched = conclusion.Searched(face_of(1), False, galleries.find_nearest(tenant.client.id, face_of(1)))
    all_at_once(*(lambda store=store: store._conclude_enrollment(evidence(1), [searched]) for store in stores))
    named = [session.outcome["duplicate_of"] for session in Session.objects.all()]
    assert sorted(named, key=str) in ([None, "ada"], [None, "eve"])


def test_every_failure_is_counted(tenant: NewClient) -> None:
    def fail() -> None:
        with user_held(tenant.client.id, "ada"):
            attempts.record_failure(tenant.client.id, "ada")

    all_at_once(*[fail] * (attempts.POLICY.max_failures - 1))
    assert len(FailedAttempts.objects.get().record["failures_ms"]) == attempts.POLICY.max_failures - 1
    all_at_once(fail, fail)
    assert attempts.lock_left_ms(tenant.client.id, "ada") > 0


def test_whoever_is_erased_while_he_enrols_leaves_no_trace(tenant: NewClient) -> None:
    """Either the enrolment came first and is erased, or it comes to nothing."""
    for number in range(AT_ONCE):
        user_id = f"user{number}"
        _, conclude = enrolling(tenant, user_id, number)
        enrolled, erased = all_at_once(conclude, lambda user_id=user_id: erase_user(tenant.client, user_id))
        assert not isinstance(erased, NotFound)
        assert isinstance(enrolled, SessionEnded | dict)
        assert not list_users(tenant.client.id).filter(user_id=user_id).exists()
        assert not Session.objects.filter(user_id=user_id).exists()
        assert not Session.objects.filter(outcome__user_id=user_id).exists()


def test_enrolments_and_erasures_of_many_wait_in_no_circle(tenant: NewClient) -> None:
    people = range(AT_ONCE)
    for number in people:
        store_template(
            tenant.client.id,
            f"user{number}",
            face_of(number),
            sample_count=1,
            quality_score=0.9,
            enrollment_id=uuid.uuid4(),
        )
    enrolments = [enrolling(tenant, f"user{number}", number)[1] for number in people]
    erasures = [lambda number=number: erase_user(tenant.client, f"user{number}") for number in people]
    results = all_at_once(*enrolments, *erasures)
    assert all(isinstance(each, dict | SessionEnded) for each in results[:AT_ONCE])
    assert not any(isinstance(each, FrapiError) for each in results[AT_ONCE:])
    key = galleries.gallery_key(tenant.client.id, CONTRACT)
    galleries.catch_up(key)
    assert galleries.get_gallery().size(key) == list_users(tenant.client.id).count()
