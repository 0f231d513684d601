from __future__ import annotations

from django.apps import AppConfig


class TemplatesConfig(AppConfig):
    name = "frapi.apps.templates"
    label = "face_templates"
    verbose_name = "Face templates"
