"""A process that enrols people until it is killed, and one that says what it left behind.

Run with ``python -m tests.e2e.enrolling enroll USER`` or ``inspect``. No camera and no model: sessions end as the
driver ends them.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import uuid

import django

django.setup()

import numpy as np  # noqa: E402
from channels.db import database_sync_to_async  # noqa: E402

from frapi.apps.accounts.models import ApiClient  # noqa: E402
from frapi.apps.accounts.services import create_client  # noqa: E402
from frapi.apps.templates import galleries, services  # noqa: E402
from frapi.apps.templates.models import FaceTemplate  # noqa: E402
from frapi.apps.verification.connections import DjangoSessionStore, open_connection  # noqa: E402
from frapi.apps.verification.models import Session  # noqa: E402
from frapi.apps.verification.policy import Demands  # noqa: E402
from frapi.apps.verification.services import create_enrollment  # noqa: E402
from frapi.gallery.factory import get_gallery  # noqa: E402
from frapi.liveness.types import Counters, EvidenceReady  # noqa: E402
from frapi.vision.embed import CONTRACT, DIM, unit  # noqa: E402
from frapi.vision.types import Embedding  # noqa: E402

SIDE_BY_SIDE = 4


def face(user_id: str) -> Embedding:
    """Everybody has his own."""
    seed = list(user_id.encode())
    return Embedding(unit(np.random.default_rng(seed).standard_normal(DIM).astype(np.float32)), CONTRACT)


async def enroll(regular: str) -> None:
    """Enrol new people for ever, and ``regular`` again and again."""
    client = await database_sync_to_async(lambda: ApiClient.objects.first() or create_client("killed").client)()
    await asyncio.gather(*(_enroll_on(client, regular) for _ in range(SIDE_BY_SIDE)))


async def _enroll_on(client: ApiClient, regular: str) -> None:
    for number in itertools.count():
        user_id = regular if number % 3 == 2 else f"user-{uuid.uuid4()}"
        created = await database_sync_to_async(create_enrollment)(
            client, user_id=user_id, session_type="webcam", metadata={}, demands=Demands()
        )
        connection = await database_sync_to_async(open_connection)(created.token, origin=None)
        evidence = EvidenceReady(Counters(frames_processed=3), face(user_id), 3, 0.9, final=True)
        answer = await DjangoSessionStore(connection).conclude(evidence)
        assert answer is not None
        # What the person is told, and not before.
        print(json.dumps({"user_id": user_id, "enrollment_id": answer["enrollment_id"]}), flush=True)


def inspect() -> None:
    templates = dict(FaceTemplate.objects.values_list("user_id", "enrollment_id"))
    assert len(templates) == FaceTemplate.objects.count()
    found = {}
    for client in ApiClient.objects.all():
        for template in services.list_users(client.id):
            match = galleries.find_nearest(client.id, face(template.user_id)).match
            found[template.user_id] = None if match is None else [match.user_id, round(match.similarity_score, 3)]
        key = galleries.gallery_key(client.id, CONTRACT)
        assert get_gallery().size(key) == services.list_users(client.id).count()
    sessions = [
        {"id": str(each.id), "user_id": each.user_id, "status": each.status, "reason": each.outcome.get("reason")}
        for each in Session.objects.all()
    ]
    enrolled = {user_id: str(enrollment_id) for user_id, enrollment_id in templates.items()}
    print(json.dumps({"templates": enrolled, "sessions": sessions, "found": found}))


if __name__ == "__main__":
    if sys.argv[1] == "enroll":
        asyncio.run(enroll(sys.argv[2]))
    else:
        inspect()
