from __future__ import annotations

from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "frapi.apps.verification"
    label = "verification"
    verbose_name = "Sessions"
