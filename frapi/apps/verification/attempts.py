"""The database's side of :mod:`frapi.apps.verification.lockout`."""

from __future__ import annotations

import time
import uuid

from frapi.apps.verification.lockout import FailureRecord, LockoutPolicy, after_failure, retry_after_ms
from frapi.apps.verification.models import FailedAttempts

POLICY = LockoutPolicy()


def lock_left_ms(client_id: uuid.UUID, user_id: str) -> int:
    """How long a user's verification is still locked, in milliseconds; 0 when it isn't."""
    return retry_after_ms(_record(client_id, user_id), _now_ms())


def record_failure(client_id: uuid.UUID, user_id: str) -> None:
    """Count one failed verification. Call it in the transaction that ends the session."""
    record = after_failure(_record(client_id, user_id), _now_ms(), POLICY)
    FailedAttempts.objects.update_or_create(client_id=client_id, user_id=user_id, defaults={"record": record.to_json()})


def record_success(client_id: uuid.UUID, user_id: str) -> None:
    """Forget a user's failures: he has shown that he is himself."""
    FailedAttempts.objects.filter(client_id=client_id, user_id=user_id).delete()


def _record(client_id: uuid.UUID, user_id: str) -> FailureRecord:
    rows = FailedAttempts.objects.filter(client_id=client_id, user_id=user_id)
    return FailureRecord.from_json(rows.values_list("record", flat=True).first() or {})


def _now_ms() -> int:
    return round(time.time() * 1000)
