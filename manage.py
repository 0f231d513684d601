#!/usr/bin/env python3
"""Django's command line: ``python manage.py help`` lists what there is."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError

# The demo speaks to its server through the Python client, straight from its source.
sys.path.append(str(Path(__file__).resolve().parent / "clients" / "python" / "src"))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.conf import settings

        settings.INSTALLED_APPS  # noqa: B018 - a setting that can't be used is told in one line, not in a traceback
    except ImproperlyConfigured as error:
        sys.exit(f"frapi can't start: {error}")
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        sys.exit(f"The database can't be used: {error}".rstrip())


if __name__ == "__main__":
    main()
