"""Measures the networks on labelled pictures. Plain computing: commands and reports stand on it."""
