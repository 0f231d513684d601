"""The tenant."""

from __future__ import annotations

import uuid

from django.db import models

from frapi.apps.accounts.policy import PolicyFloor

ORIGIN_REQUIRED = "!missing"  # in a client's list: not even native apps, which send no Origin, may do without
MAX_NAME_LENGTH = 128


class ApiClient(models.Model):
    """A relying party: whom sessions, users and templates belong to.

    Neither its API key nor its secret is kept in the clear; :mod:`frapi.apps.accounts.services` makes and checks them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=MAX_NAME_LENGTH)
    key_lookup = models.CharField(max_length=64, unique=True, help_text="HMAC of the API key, hexadecimal.")
    sealed_keys = models.BinaryField(help_text="Keys of the encrypted payload, sealed under the master key.")
    secret_hash = models.CharField(max_length=256, help_text="argon2id")
    created_at = models.DateTimeField()
    credentials_at = models.DateTimeField(help_text="Access tokens issued before this are void.")
    revoked_at = models.DateTimeField(null=True, blank=True)
    may_skip_liveness = models.BooleanField(default=False)
    allowed_origins = models.JSONField(default=list, help_text="Origins of its WebSockets; empty: any.")
    policy_floor = models.JSONField(default=dict, help_text="Least demands on its sessions; see PolicyFloor.")

    class Meta:
        ordering = ["created_at"]
        verbose_name = "API client"

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"

    def __repr__(self) -> str:
        return f"<ApiClient {self.id}>"

    @property
    def is_authenticated(self) -> bool:
        """A client only ever stands as ``request.user`` after it proved who it is; DRF's permissions ask this."""
        return True

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None

    @property
    def floor(self) -> PolicyFloor:
        """``policy_floor``, parsed."""
        return PolicyFloor.from_json(self.policy_floor)
