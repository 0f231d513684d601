from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from frapi.apps.accounts.services import create_client, revoke_client
from frapi.apps.ops.bulk import enrollment
from frapi.apps.ops.bulk.pictures import USER_ID, is_from_pictures, people_in
from frapi.apps.ops.management.commands import enroll_folder
from frapi.apps.templates.models import FaceTemplate
from frapi.apps.templates.services import load_template, match_identity, store_template
from frapi.apps.verification.serializers import USER_ID_PATTERN
from frapi.vision.embed import CONTRACT
from tests.faces import embedding

Place = Callable[[dict[str, str]], Path]


@pytest.fixture
def client(transactional_db: None, analyzer, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(enroll_folder, "get_analyzer", lambda: analyzer)
    return create_client("bulk").client


def enroll(folder: Path, *options: str) -> tuple[dict[str, dict[str, Any]], dict[str, int]]:
    out = StringIO()
    call_command("enroll_folder", str(folder), "--client", "bulk", "--json", *options, stdout=out)
    *users, last = (json.loads(line) for line in out.getvalue().splitlines())
    return {user["user_id"]: user for user in users}, last["summary"]


def test_folders_and_files_are_people(place: Place) -> None:
    folder = place(
        {"ann/1.jpg": "1", "ann/more/2.png": "1", "bob.jpg": "2", "bob.png": "2", ".trash/x.jpg": "3", "a.txt": ""}
    )
    people = {person.user_id: [path.name for path in person.pictures] for person in people_in(folder)}
    assert people == {"ann": ["1.jpg", "2.png"], "bob": ["bob.jpg", "bob.png"]}


def test_user_ids_are_those_of_the_rest_api() -> None:
    assert USER_ID.pattern == USER_ID_PATTERN


def test_pictures_are_fused(client: Any, place: Place) -> None:
    users, summary = enroll(place({"ann/1.jpg": "1", "ann/2.jpg": "1 again", "bob.jpg": "2"}))
    assert summary == {"enrolled": 2, "unchanged": 0, "refused": 0}
    assert users["ann"]["pictures"] == 2
    assert FaceTemplate.objects.get(user_id="ann").sample_count == 2
    match = match_identity(client.id, embedding(2))
    assert match is not None
    assert match.user_id == "bob"


def test_what_is_unfit_is_refused_and_told(client: Any, place: Place) -> None:
    unfit = {"torn": "unreadable", "nobody": "no_face", "hat": "hat", "asleep": "eyes_closed", "blurred": "low_quality"}
    folder = place({"ann/good.jpg": "1", **{f"ann/{word}.jpg": f"1 {word}" for word in unfit}, "bob.jpg": "2 hat"})
    users, summary = enroll(folder)
    assert users["ann"]["status"] == "enrolled"
    assert users["ann"]["refused"] == {f"{word}.jpg": reason for word, reason in unfit.items()}
    assert (users["bob"]["status"], users["bob"]["reason"]) == ("refused", "no_usable_picture")
    assert summary == {"enrolled": 1, "unchanged": 0, "refused": 1}
    assert load_template(client.id, "bob", CONTRACT) is None


def test_the_clients_floor_counts(client: Any, place: Place) -> None:
    client.policy_floor = {"quality_threshold": 0.95}
    client.save()
    users, _ = enroll(place({"ann.jpg": "1"}))
    assert users["ann"]["refused"] == {"ann.jpg": "low_quality"}


def test_another_persons_picture_is_left_out(client: Any, place: Place) -> None:
    users, _ = enroll(place({"ann/1.jpg": "1", "ann/2.jpg": "1 b", "ann/3.jpg": "1 c", "ann/stray.jpg": "5"}))
    assert users["ann"]["refused"] == {"stray.jpg": "another_face"}
    vector = load_template(client.id, "ann", CONTRACT)
    assert vector is not None
    assert vector @ embedding(1).vector_l2 == pytest.approx(1)


def test_two_that_disagree_are_nobody(client: Any, place: Place) -> None:
    users, _ = enroll(place({"ann/1.jpg": "1", "ann/2.jpg": "2"}))
    assert users["ann"]["reason"] == "pictures_disagree"
    assert not FaceTemplate.objects.exists()


def test_names_that_are_no_users(client: Any, place: Place) -> None:
    users, _ = enroll(place({"two words/1.jpg": "1", "Zoë.jpg": "2"}))
    assert {user["reason"] for user in users.values()} == {"user_id_not_allowed"}


def test_a_second_run_finds_everything_done(client: Any, place: Place) -> None:
    folder = place({"ann.jpg": "1", "bob.jpg": "2"})
    enroll(folder)
    before = dict(FaceTemplate.objects.values_list("user_id", "created_at"))
    _, summary = enroll(place({"cid.jpg": "3"}), "--replace")
    assert summary == {"enrolled": 1, "unchanged": 2, "refused": 0}
    assert before.items() <= dict(FaceTemplate.objects.values_list("user_id", "created_at")).items()


def test_a_template_of_a_session_is_not_replaced_unasked(client: Any, place: Place) -> None:
    session = FaceTemplate(enrollment_id="7c9e6679-7425-40de-944b-e07fc1f90ae7").enrollment_id
    store_template(client.id, "ann", embedding(7), sample_count=3, quality_score=0.9, enrollment_id=session)
    users, _ = enroll(place({"ann.jpg": "1"}))
    assert users["ann"]["reason"] == "already_enrolled"
    users, _ = enroll(place({"ann.jpg": "1"}), "--replace")
    assert users["ann"]["status"] == "enrolled"
    (template,) = FaceTemplate.objects.all()
    assert is_from_pictures(template.enrollment_id), "and it can be told from a session's"


@pytest.mark.parametrize(("policy", "status"), [("flag", "enrolled"), ("refuse", "refused"), ("allow", "enrolled")])
def test_one_face_for_two_users(client: Any, place: Place, settings, policy: str, status: str) -> None:
    settings.FRAPI = replace(settings.FRAPI, duplicates=policy)
    users, _ = enroll(place({"ann.jpg": "1", "ben.jpg": "1 too"}))
    assert users["ann"]["duplicate_of"] is None
    assert users["ben"]["status"] == status
    assert users["ben"]["duplicate_of"] == (None if policy == "allow" else "ann")


def test_for_people_only_what_went_wrong_is_told(client: Any, place: Place) -> None:
    out = StringIO()
    folder = place({"ann.jpg": "1", "bob.jpg": "2 hat", "cid/1.jpg": "3", "cid/2.jpg": "3 nobody"})
    call_command("enroll_folder", str(folder), "--client", "bulk", stdout=out)
    assert out.getvalue().splitlines() == [
        "bob: refused, no_usable_picture",
        "  bob.jpg: hat",
        "cid: enrolled from 1",
        "  2.jpg: no_face",
        "2 enrolled, 0 unchanged, 1 refused",
    ]


def test_what_is_missing_is_said(client: Any, place: Place, tmp_path: Path) -> None:
    folder = place({"ann.jpg": "1"})
    for path, name, says in (
        (tmp_path / "nowhere", "bulk", "no folder"),
        (folder, "nobody", "No clients are called nobody"),
    ):
        with pytest.raises(CommandError, match=says):
            call_command("enroll_folder", str(path), "--client", name)
    revoke_client(client)
    with pytest.raises(CommandError, match="revoked"):
        call_command("enroll_folder", str(folder), "--client", "bulk")


def test_who_enrolled_meanwhile_keeps_that(client: Any, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pictures were chosen before: what happened since is newer."""
    search = enrollment.search_others

    def search_slowly(*args: Any) -> Any:
        store_template(client.id, "ann", embedding(5), sample_count=3, quality_score=0.9, enrollment_id=uuid.uuid4())
        return search(*args)

    monkeypatch.setattr(enrollment, "search_others", search_slowly)
    users, summary = enroll(place({"ann/1.jpg": "1"}))
    assert (users["ann"]["reason"], summary["enrolled"]) == ("changed_meanwhile", 0)
    match = match_identity(client.id, embedding(5))
    assert match is not None
    assert match.user_id == "ann"
