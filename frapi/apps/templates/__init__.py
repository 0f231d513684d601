"""Enrolled faces: stored sealed, found through the gallery, erased without a trace."""
