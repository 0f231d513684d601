"""The gallery of this process."""

from __future__ import annotations

from functools import cache

from frapi.gallery.base import Gallery
from frapi.gallery.embedded import EmbeddedGallery


@cache
def get_gallery() -> Gallery:
    """The one gallery that all sessions of this process search."""
    return EmbeddedGallery()
