"""The gallery of this process."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection

from frapi.apps.sealing import derive_key
from frapi.gallery.embedded import EmbeddedGallery, remove_files

if TYPE_CHECKING:
    from frapi.gallery.pgvector import PgvectorGallery


@cache
def get_gallery() -> EmbeddedGallery | PgvectorGallery:
    """The one gallery that all sessions of this process search."""
    folder = settings.FRAPI.gallery_dir
    if settings.FRAPI.gallery == "mapped":
        return EmbeddedGallery(folder)
    remove_files(folder)
    if settings.FRAPI.gallery == "memory":
        return EmbeddedGallery()
    from frapi.gallery.pgvector import PgvectorGallery  # its driver is installed only where it is wanted

    return PgvectorGallery(_database_parameters(), partial(derive_key, settings.FRAPI_SECRETS.master_key))


def describe_gallery() -> str:
    """What is in use, for people; ask for it at the start, so that what is missing is told.

    Raises:
        GalleryMisconfigured: the message begins with the setting and says what to do.
        Unavailable: the gallery's database doesn't answer.
    """
    gallery = get_gallery()
    if isinstance(gallery, EmbeddedGallery):
        return str(settings.FRAPI.gallery)
    return f"pgvector {gallery.version()}"


def _database_parameters() -> dict[str, Any]:
    """The server of ``DATABASE_URL``, as libpq calls its parameters."""
    told = connection.settings_dict
    named = {"dbname": "NAME", "host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    return {**{name: told[ours] for name, ours in named.items() if told[ours]}, **told["OPTIONS"]}
