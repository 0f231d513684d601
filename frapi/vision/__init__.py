"""Pixels become observations. Pure functions of numpy arrays; models are reached through :mod:`frapi.vision.ports`."""
