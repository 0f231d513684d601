"""The gallery of this process."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from frapi.gallery.base import Gallery
from frapi.gallery.embedded import EmbeddedGallery, remove_files


@cache
def get_gallery() -> Gallery:
    """The one gallery that all sessions of this process search."""
    folder = settings.FRAPI.gallery_dir
    if settings.FRAPI.gallery == "mapped":
        return EmbeddedGallery(folder)
    remove_files(folder)
    return EmbeddedGallery()
