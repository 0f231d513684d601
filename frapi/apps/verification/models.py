"""Sessions, and what is remembered of failed ones."""

from __future__ import annotations

import uuid

from django.db import models

from frapi.liveness.types import SessionKind


class SessionType(models.TextChoices):
    """Where the camera is."""

    WEBCAM = "webcam"
    MOBILE = "mobile"
    KIOSK = "kiosk"


class SessionStatus(models.TextChoices):
    PENDING = "pending"
    ACTIVE = "active"
    COMPLETED = "completed"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


OPEN_STATUSES = (SessionStatus.PENDING, SessionStatus.ACTIVE)


class Session(models.Model):
    """One person before one camera, once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, help_text="sha256 of the session token, hexadecimal.")
    client = models.ForeignKey("accounts.ApiClient", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in SessionKind])
    user_id = models.CharField(max_length=128, blank=True, help_text="Empty for an identification.")
    session_type = models.CharField(max_length=16, choices=SessionType.choices)
    metadata = models.JSONField(default=dict)
    policy = models.JSONField()
    status = models.CharField(max_length=16, choices=SessionStatus.choices)
    epoch = models.PositiveIntegerField(default=0, help_text="Connections so far; only the latest may write.")
    counters = models.JSONField()
    sealed_state = models.BinaryField(null=True, help_text="The session machine's state, while the session is open.")
    outcome = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, help_text="When it ended, in whatever way.")

    class Meta:
        indexes = [
            models.Index(fields=["client", "user_id"]),
            models.Index(fields=["client", "created_at"], name="sessions_by_time"),
            models.Index(fields=["client", "status", "created_at"], name="sessions_by_status"),
            models.Index(fields=["status", "expires_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class FailedAttempts(models.Model):
    """How often somebody failed to pass for a user lately; see :mod:`frapi.apps.verification.lockout`."""

    client = models.ForeignKey("accounts.ApiClient", on_delete=models.CASCADE, related_name="+")
    user_id = models.CharField(max_length=128)
    record = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "user_id"], name="one_record_per_user")]

    def __str__(self) -> str:
        return f"failed attempts {self.pk}"
